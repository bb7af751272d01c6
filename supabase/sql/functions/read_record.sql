-- sync.read_record: one record as it now stands, as a line of news for the caller; null for one they do not see.
-- Called  review/decide, in the transaction that wrote it
create or replace function sync.read_record(p_table text, p_record_id uuid)
returns json language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare
  v_news sync.news[] := sync.place_of_record(p_table, p_record_id);
begin
  return case when cardinality(v_news) > 0 then sync.read_rows(v_news) -> 0 end;
end $$;
grant execute on function sync.read_record(text, uuid)
  to app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;
