-- sync.find_news: what the caller hears of each record above their cursor, in order, without the rows themselves.
-- A run of pages has a beginning: whether a field moved is asked since then, because a record that moved while earlier
-- pages were read was in none of them. A scope that is loading holds nothing yet.
-- Stages of a scope: 'none' is not loading; 'first' loads what stood at the beginning in the tables that matter most;
-- 'rest' everything else, and what moved since; 'whole' all of it in one go, as cursors from before stages do.
-- Keeps   P7: nothing of a record they never saw; an edit of fields they may not read is not sent
-- Called  sync.read_page
create or replace function sync.find_news(p_scopes uuid[], p_positions bigint[], p_begun bigint[], p_stages text[], p_limit integer)
returns setof sync.news language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_organization_id uuid := sync.caller_organization();
  v_role text := sync.caller_role();
  v_scopes uuid[] := sync.caller_scopes();
  v_audiences text[] := sync.caller_audiences();
begin
  return query
  with readable as materialized (
    select rt.table_name, t.table_id, rt.slots, t.loads_first
      from sync.role_tables rt
      join sync.tables t on t.name = rt.table_name
     where rt.role = v_role and cardinality(rt.slots) > 0
  )
  select s.scope_id, h.position, h.table_name, h.record_id,
         case when not h.sees then coalesce(h.gone, 'remove') when h.held and not s.loading then 'update' else 'create' end,
         h.held, h.changed_at
    from (
      -- in the second stage it may hold whatever stood at the beginning, however far the positions have come
      select u.scope_id, u.read_to, u.begun, u.stage, u.stage <> 'none' as loading,
             case when u.stage = 'rest' then greatest(u.read_to, u.begun) else u.read_to end as seen_to
        from unnest(p_scopes, p_positions, p_begun, p_stages) u (scope_id, read_to, begun, stage)
    ) s
   cross join lateral (
     select r.position, t.table_name, r.record_id, r.gone, r.changed_at, see.sees, seen.held
       from sync.records r
       join readable t on t.table_id = r.table_id
      cross join lateral (
        select r.gone is null and r.audience && v_audiences as sees offset 0) see
      cross join lateral (
        select not s.loading and see.sees and exists (
                 select from unnest(r.audience, r.audience_since) a (name, since) where a.since <= s.begun and a.name = any (v_audiences)) as still,
               s.seen_to > 0 and see.sees and exists (
                 select from unnest(r.audience, r.audience_since) a (name, since) where a.since <= s.seen_to and a.name = any (v_audiences))
               or s.seen_to > 0 and r.lost_audience && v_audiences and exists (
                 select from unnest(r.lost_audience, r.lost_since, r.lost_positions) l (name, since, lost)
                  where l.since <= s.seen_to and l.lost > s.begun and l.name = any (v_audiences)) as held offset 0) seen
      where r.organization_id = v_organization_id and r.scope_id = s.scope_id and r.position > s.read_to
        and case s.stage when 'first' then t.loads_first and r.position <= s.begun
                         when 'rest' then not t.loads_first or r.position > s.begun else true end
        and case when not see.sees then seen.held
                 when not seen.still then true
                 else exists (select from unnest(t.slots) slot
                               where r.field_positions[slot] > s.begun) end
      order by r.position
      limit p_limit
   ) h
   where s.scope_id = any (v_scopes)
   order by h.position
   limit p_limit;
end $$;
alter function sync.find_news(uuid[], bigint[], bigint[], text[], integer) owner to wedsync_engine;
grant execute on function sync.find_news(uuid[], bigint[], bigint[], text[], integer)
  to app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;
