-- sync.lock_failed: locks the failed changes that are to be tried again, of those the caller may handle; answers the ones that
-- still are failed: [{changeId, userId}].
-- Keeps   lock order: ledger rows before records
-- Called  sync.open_batch
create or replace function sync.lock_failed(p_change_ids jsonb)
returns jsonb language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_found jsonb;
begin
  if p_change_ids is null then
    return '[]';
  end if;
  with found as materialized (
    select q.* from public.offline_sync_queue q
     where q.organization_id = sync.caller_organization() and q.status = 'failed'
       and q.change_id = any (sync.changes_to_handle(array(select jsonb_array_elements_text(p_change_ids)::uuid)))
     order by q.change_id
       for no key update of q
  )
  select coalesce(jsonb_agg(jsonb_build_object('changeId', f.change_id, 'userId', f.user_id)), '[]') into v_found from found f;
  return v_found;
end $$;
alter function sync.lock_failed(jsonb) owner to wedsync_engine;
grant execute on function sync.lock_failed(jsonb)
  to app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;
