-- sync.told_conflict: the conflict of a stored receipt, with the keys its reader's role may read today, and of a record that is
-- out of their sight today only their own side. Whose account the other side is, the record of the conflict tells those who
-- may know it.
-- Keeps   P7: a receipt outlives the rights it was written under
-- Called  sync.receipt_of
create or replace function sync.told_conflict(p_conflict jsonb)
returns jsonb language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_log public.sync_conflict_log;
begin
  select l.* into v_log from public.sync_conflict_log l
   where l.organization_id = sync.caller_organization() and l.conflict_id = (p_conflict ->> 'conflictId')::uuid;
  return jsonb_set(p_conflict, '{fields}', coalesce((
    select jsonb_agg((case when s.sees then f.field
                           else f.field - array['server', 'serverBy', 'resolved', 'proposed', 'weighed', 'choice', 'reason'] || '{"reason": "This is no longer in your sight."}' end)
                     #- '{serverBy,userId}' order by f.nth)
      from jsonb_array_elements(p_conflict -> 'fields') with ordinality f (field, nth)
     cross join lateral (select coalesce(f.field ->> 'table', p_conflict ->> 'table') as table_name,
                                coalesce(f.field ->> 'id', p_conflict ->> 'id')::uuid as record_id) w
      join sync.field_rights r on r.table_name = w.table_name and r.field = f.field ->> 'field' and r.role = sync.caller_role() and r.can_read
     cross join lateral (select sync.sees_contested(v_log, w.table_name, w.record_id) as sees) s), '[]'));
end $$;
alter function sync.told_conflict(jsonb) owner to wedsync_engine;
