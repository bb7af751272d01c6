-- sync.count_news: how many records a device has still to hear of, each of its three parts counted as far as a thousand.
-- Called  sync.read_page
create or replace function sync.count_news(p_scopes uuid[], p_positions bigint[], p_begun bigint[], p_stages text[])
returns integer language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  return (select count(*) from sync.find_standing(sync.scopes_at(p_scopes, p_stages, '{early}'), p_positions, p_begun, true, 1000))
       + (select count(*) from sync.find_standing(sync.scopes_at(p_scopes, p_stages, '{early,late}'),
                                                  array(select case when g = 'early' then 0 else p end from unnest(p_positions, p_stages) s (p, g)), p_begun, false, 1000))
       + (select count(*) from sync.find_news(sync.scopes_at(p_scopes, p_stages, '{none}'), p_positions, p_begun, 1000));
end $$;
alter function sync.count_news(uuid[], bigint[], bigint[], text[]) owner to wedsync_engine;
grant execute on function sync.count_news(uuid[], bigint[], bigint[], text[])
  to app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;
