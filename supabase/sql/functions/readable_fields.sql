-- sync.readable_fields: the contested fields of a conflict that the caller's role may read, as they may read them: of a record
-- that is out of their sight, its author still has their own side. Null for none.
-- Keeps   P7: key by key
-- Called  sync.conflict_for, sync.may_decide
create or replace function sync.readable_fields(p_log public.sync_conflict_log)
returns jsonb language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_role   text := sync.caller_role();
  v_is_own boolean := p_log.user_id = sync.caller_user();
begin
  return (
    select jsonb_agg(case when f.sees then f.field || case when f.field -> 'serverBy' is null then '{}'
                                                           else jsonb_build_object('serverBy', sync.side_in_words(f.field -> 'serverBy')) end
                          else f.field - array['server', 'serverBy', 'resolved', 'proposed', 'weighed', 'choice', 'reason'] || '{"reason": "This is no longer in your sight."}' end
                     order by f.nth)
      from (select e.field, e.nth, sync.sees_contested(p_log, w.table_name, coalesce((e.field ->> 'id')::uuid, p_log.record_id)) as sees
              from jsonb_array_elements(p_log.fields) with ordinality e (field, nth)
             cross join lateral (select coalesce(e.field ->> 'table', p_log.table_name) as table_name) w
              join sync.field_rights r on r.table_name = w.table_name and r.field = e.field ->> 'field' and r.role = v_role and r.can_read
            offset 0) f
     where f.sees or v_is_own);
end $$;
alter function sync.readable_fields(public.sync_conflict_log) owner to wedsync_engine;
