-- sync.count_news: how many records a device has still to hear of, counted as far as a thousand.
-- Called  sync.read_page
create or replace function sync.count_news(p_scopes uuid[], p_positions bigint[], p_begun bigint[], p_stages text[], p_next bigint)
returns integer language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  return (
    select count(*)::integer
      from sync.find_news(p_scopes, array(select greatest(p, p_next) from unnest(p_positions) with ordinality u (p, n) order by n), p_begun, p_stages, 1000)
  );
end $$;
alter function sync.count_news(uuid[], bigint[], bigint[], text[], bigint) owner to wedsync_engine;
grant execute on function sync.count_news(uuid[], bigint[], bigint[], text[], bigint)
  to app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;
