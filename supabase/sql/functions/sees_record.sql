-- sync.sees_record: whether the caller sees a record now, or saw it when it was deleted.
-- Called  sync.sees_contested, sync.side_in_words, sync.history_of, sync.place_of_record
create or replace function sync.sees_record(p_table text, p_record_id uuid)
returns boolean language plpgsql stable security definer
  set search_path = pg_catalog, pg_temp set enable_seqscan = off set plan_cache_mode = force_generic_plan as $$
begin
  return exists (
    select from sync.tables t
      join sync.records r on r.table_id = t.table_id and r.record_id = p_record_id
     where t.name = p_table and r.organization_id = sync.caller_organization() and r.scope_id = any (sync.caller_scopes())
       -- whoever had lost sight of it before it was deleted, or holds a wedding it left, sees it no more
       and case when r.gone is null then r.audience && sync.caller_audiences()
                else r.gone = 'delete' and exists (select from unnest(r.lost_audience, r.lost_positions) l (name, lost)
                                                    where l.lost = r.position and l.name = any (sync.caller_audiences())) end);
end $$;
alter function sync.sees_record(text, uuid) owner to wedsync_engine;
