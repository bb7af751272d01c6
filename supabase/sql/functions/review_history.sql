-- sync.review_history: hands what moved to the conflicts that wait for a person about it. Where none waits, one look into an
-- empty table is all it costs; so it sets nothing but its search path.
-- Called  the trigger sync_review of sync.history, once per statement
create or replace function sync.review_history()
returns trigger language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_moved sync.history[];
begin
  if exists (select from sync.contested_records) then
    v_moved := array(
      select row(n.*)::sync.history from new_rows n
       where exists (select from sync.contested_records c where c.organization_id = n.organization_id and c.record_id = n.record_id));
    if cardinality(v_moved) > 0 then
      perform sync.move_conflicts(v_moved);
    end if;
  end if;
  return null;
end $$;
alter function sync.review_history() owner to wedsync_engine;
