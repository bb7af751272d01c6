-- sync.scopes_at: the scopes that are at one of these stages, the others left out by leaving their place empty.
-- Called  sync.read_page, sync.count_news
create or replace function sync.scopes_at(p_scopes uuid[], p_stages text[], p_wanted text[])
returns uuid[] language sql immutable
return array(select case when s.stage = any (p_wanted) then s.id end from unnest(p_scopes, p_stages) with ordinality s (id, stage, nth) order by s.nth);
grant execute on function sync.scopes_at(uuid[], text[], text[])
  to wedsync_engine, app_nobody, app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;
