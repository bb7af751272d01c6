-- sync.read_rows: the news of a page as JSON, in order, every row read as the caller's own role.
-- Keeps   P5, P7, P8: a row that the policies hide is not there, whatever sync.records says
-- Called  sync.read_page
create or replace function sync.read_rows(p_news sync.news[])
returns json language plpgsql stable set search_path = pg_catalog, pg_temp set enable_seqscan = off as $$
declare
  v_rows  json;
  v_query text := concat_ws(' union all ',
    sync.page_query(p_news),
    -- not read: what is gone, or out of sight
    $q$select n, null::json from unnest($1) n where n.action in ('delete', 'remove')$q$);
begin
  execute format($q$
    select json_agg(json_build_object(
             'table', (p.news).table_name, 'id', (p.news).record_id, 'scope', (p.news).scope_id,
             'action', case when p.data is null and (p.news).action <> 'delete' then 'remove' else (p.news).action end,
             'version', (p.news).position, 'data', p.data,
             'timestamp', to_char((p.news).changed_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')) 
             -- a record that moves between weddings leaves one before it enters the other
             order by (p.news).position, (p.news).action in ('create', 'update'), (p.news).action)
      from (%s) p (news, data)
     where p.data is not null or (p.news).held $q$, v_query)
    into v_rows using p_news;
  return coalesce(v_rows, '[]');
end $$;
grant execute on function sync.read_rows(sync.news[])
  to app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;
