-- sync.conflicts_in_sight: the end of a query for the conflicts l that were asked for and of which somebody may read anything: what
-- sync.conflicts_told asks of each, asked of all at once. A field the role may read, of a record in sight or of one's own edit. Ten
-- thousand are counted by it, so what both sides say is not opened where it need not be.
-- Takes   $1 who asks, as sync.caller_facts; $2 the fields their role may read, as table.field; $3 the tables by their number;
--         $4 {status, severity, scope}, null where not wanted
-- Keeps   P7
-- Called  sync.list_conflicts
create or replace function sync.conflicts_in_sight()
returns text language plpgsql immutable set search_path = pg_catalog, pg_temp as $$
declare
  -- of one that is out of sight, or was never made, sync.sees_contested knows more. `is true`: one look by the record's id, not one for
  -- each of the scopes
  v_seen text := $q$coalesce((
       select true from sync.records r
        where r.record_id = %2$s and ($3)[r.table_id] = %1$s and r.organization_id = ($1).organization_id
          and (r.scope_id = any (($1).scopes)) is true
          and case when r.gone is null then r.audience && ($1).audiences
                   else r.gone = 'delete' and exists (select from unnest(r.lost_audience, r.lost_positions) o (name, lost)
                                                       where o.lost = r.position and o.name = any (($1).audiences)) end
        limit 1), (
       select sync.sees_contested(w, %1$s, %2$s) from public.sync_conflict_log w
        where w.organization_id = l.organization_id and w.conflict_id = l.conflict_id)) $q$;
begin
  return format($q$
    from public.sync_conflict_log l
   where l.organization_id = ($1).organization_id and coalesce(l.scope_id, l.organization_id) = any (($1).scopes)
     and (($1).role in ('owner', 'planner', 'assistant') or l.user_id = ($1).user_id)
     and ($4 ->> 'scope' is null or l.scope_id = ($4 ->> 'scope')::uuid)
     and ($4 ->> 'status' is null or l.status = $4 ->> 'status')
     and ($4 ->> 'severity' is null or l.severity = $4 ->> 'severity')
     and case when l.contested is not null then
                -- mostly the first is one of them
                (l.contested[1] = any ($2) or l.contested && $2) and (l.user_id = ($1).user_id or %1$s)
              else exists (
                -- the first that may be read is enough
                select from (select coalesce(e ->> 'table', o.table_name) as table_name, coalesce((e ->> 'id')::uuid, o.record_id) as record_id, e ->> 'field' as field
                               from public.sync_conflict_log o cross join lateral jsonb_array_elements(o.fields) e
                              where o.organization_id = l.organization_id and o.conflict_id = l.conflict_id) f
                 where array[f.table_name || '.' || f.field] <@ $2 and (l.user_id = ($1).user_id or %2$s)) end $q$,
    format(v_seen, 'l.table_name', 'l.record_id'), format(v_seen, 'f.table_name', 'f.record_id'));
end $$;
alter function sync.conflicts_in_sight() owner to wedsync_engine;
