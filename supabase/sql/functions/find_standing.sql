-- sync.find_standing: what the caller loads of each scope: the records that were in it at the beginning, in the order in which they
-- came in, each as it stands when it is read. Whatever moves after the beginning is news as well (sync.find_news), and so is
-- what has come in since.
-- Takes   where each scope was read to, in that order; p_early: the tables that matter most, or the others
-- Keeps   P7: nothing of a record they do not see
-- Called  sync.read_page
create or replace function sync.find_standing(p_scopes uuid[], p_entered bigint[], p_begun bigint[], p_early boolean, p_limit integer)
returns setof sync.news language plpgsql stable security definer
  -- in the order of the index, a page of it: a plan that takes all there is and sorts it looks cheaper than it is
  set search_path = pg_catalog, pg_temp set enable_bitmapscan = off set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
declare
  v_organization_id uuid := sync.caller_organization();
  v_role text := sync.caller_role();
  v_scopes uuid[] := sync.caller_scopes();
  v_audiences text[] := sync.caller_audiences();
begin
  return query
  with readable as materialized (
    select rt.table_name, t.table_id
      from sync.role_tables rt
      join sync.tables t on t.name = rt.table_name
     where rt.role = v_role and cardinality(rt.slots) > 0 and t.loads_first = p_early
  )
  select s.scope_id, h.position, h.table_name, h.record_id, 'create', false, h.changed_at, h.entered
    from unnest(p_scopes, p_entered, p_begun) s (scope_id, read_to, begun)
   cross join lateral (
     select r.position, t.table_name, r.record_id, r.changed_at, r.entered
       from sync.records r
       join readable t on t.table_id = r.table_id
      where r.organization_id = v_organization_id and r.scope_id = s.scope_id and r.entered > s.read_to and r.entered <= s.begun
        and r.gone is null and r.audience && v_audiences
      order by r.entered
      limit p_limit
   ) h
   where s.scope_id = any (v_scopes)
   order by h.entered
   limit p_limit;
end $$;
alter function sync.find_standing(uuid[], bigint[], bigint[], boolean, integer) owner to wedsync_engine;
grant execute on function sync.find_standing(uuid[], bigint[], bigint[], boolean, integer)
  to app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;
