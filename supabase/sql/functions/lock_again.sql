-- sync.lock_again: locks the changes that are to be tried again; answers those that still may be:
-- [{changeId, userId, attempts, isOverdue}]. With a lease, those of the caller that are tried under it; without one, a person
-- asks: failed or kept ones, of those they may handle. Overdue: what it waits for has not come for 35 days.
-- Keeps   lock order: ledger rows before records
-- Called  sync.open_batch
create or replace function sync.lock_again(p_change_ids jsonb, p_lease uuid)
returns jsonb language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_ids   uuid[] := array(select jsonb_array_elements_text(p_change_ids)::uuid);
  v_found jsonb;
begin
  if p_change_ids is null then
    return '[]';
  end if;
  if p_lease is null then
    v_ids := sync.changes_to_handle(v_ids);
  end if;
  with found as materialized (
    select q.* from public.offline_sync_queue q
     where q.organization_id = sync.caller_organization() and q.change_id = any (v_ids)
       and case when p_lease is not null then q.status = 'processing' and q.lease = p_lease and q.user_id = sync.caller_user()
                else q.status in ('failed', 'pending') or q.status = 'processing' and q.leased_until < now() end
     order by q.change_id
       for no key update of q
  )
  select coalesce(jsonb_agg(jsonb_build_object('changeId', f.change_id, 'userId', f.user_id,
                                               'attempts', case when p_lease is null then 1 else f.attempts end,
                                               'isOverdue', f.received_at < now() - interval '35 days')), '[]')
    into v_found from found f;
  return v_found;
end $$;
alter function sync.lock_again(jsonb, uuid) owner to wedsync_engine;
grant execute on function sync.lock_again(jsonb, uuid)
  to app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;
