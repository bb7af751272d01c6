-- sync.find_news: what the caller hears of each record that moved above their cursor, in order, without the rows themselves.
-- A run of pages has a beginning: whether a field moved is asked since then, because a record that moved while earlier
-- pages were read was in none of them. A scope that was loaded in this run holds all that stood at its beginning.
-- Keeps   P7: nothing of a record they never saw; an edit of fields they may not read is not sent
-- Called  sync.read_page
create or replace function sync.find_news(p_scopes uuid[], p_positions bigint[], p_begun bigint[], p_limit integer)
returns setof sync.news language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_organization_id uuid := sync.caller_organization();
  v_role text := sync.caller_role();
  v_scopes uuid[] := sync.caller_scopes();
  v_audiences text[] := sync.caller_audiences();
begin
  return query
  with readable as materialized (
    select rt.table_name, t.table_id, rt.slots
      from sync.role_tables rt
      join sync.tables t on t.name = rt.table_name
     where rt.role = v_role and cardinality(rt.slots) > 0
  )
  select s.scope_id, r.position, t.table_name, r.record_id,
         case when not see.sees then coalesce(r.gone, 'remove') when seen.held then 'update' else 'create' end,
         seen.held, r.changed_at, r.position
    from unnest(p_scopes, p_positions, p_begun) s (scope_id, read_to, begun)
    join sync.moved_since(p_scopes, p_positions) r on r.scope_id = s.scope_id and r.position > s.read_to
    join readable t on t.table_id = r.table_id
   cross join lateral (
     select r.gone is null and r.audience && v_audiences as sees offset 0) see
   cross join lateral (
     select see.sees and exists (
              select from unnest(r.audience, r.audience_since) a (name, since) where a.since <= s.begun and a.name = any (v_audiences)) as still,
            s.read_to > 0 and see.sees and exists (
              select from unnest(r.audience, r.audience_since) a (name, since) where a.since <= s.read_to and a.name = any (v_audiences))
            or s.read_to > 0 and r.lost_audience && v_audiences and exists (
              select from unnest(r.lost_audience, r.lost_since, r.lost_positions) l (name, since, lost)
               where l.since <= s.read_to and l.lost > s.begun and l.name = any (v_audiences)) as held offset 0) seen
   where r.organization_id = v_organization_id and s.scope_id = any (v_scopes)
     and case when not see.sees then seen.held
              when not seen.still then true
              else exists (select from unnest(t.slots) slot
                            where r.field_positions[slot] > s.begun) end
   -- a record that moves between weddings leaves one before it enters the other
   order by r.position, see.sees
   limit p_limit;
end $$;
alter function sync.find_news(uuid[], bigint[], bigint[], integer) owner to wedsync_engine;
grant execute on function sync.find_news(uuid[], bigint[], bigint[], integer)
  to app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;
