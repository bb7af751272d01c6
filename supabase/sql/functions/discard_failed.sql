-- sync.discard_failed: closes failed changes, and kept ones, that a person gave up, each with its group; who and when stays in the ledger, and
-- so does what was sent. Answers how many.
-- Keeps   P3; the author's device hears of it through its cursor
-- Called  sync.discard_for
create or replace function sync.discard_failed(p_change_id uuid, p_message text)
returns integer language plpgsql volatile security definer set search_path = pg_catalog, pg_temp set enable_seqscan = off as $$
declare
  v_org  uuid := sync.caller_organization();
  v_ids  uuid[] := sync.changes_to_handle(array[p_change_id]);
  v_head bigint;
  v_done integer;
begin
  perform from public.offline_sync_queue q where q.organization_id = v_org and q.change_id = any (v_ids) order by q.change_id for no key update;
  if not exists (select from public.offline_sync_queue q where q.organization_id = v_org and q.change_id = any (v_ids) and q.status in ('failed', 'pending')) then
    return 0;
  end if;
  v_head := sync.tick(v_org);
  update public.offline_sync_queue q
     set status = 'failed', error_code = 'discarded', settled_at = now(), settled_position = v_head, handled_by = sync.caller_user(), handled_at = now(),
         receipt = jsonb_build_object('kind', 'failed', 'failure', jsonb_build_object(
           'changeId', q.change_id, 'code', 'discarded', 'message', p_message, 'retryable', false))
   where q.organization_id = v_org and q.change_id = any (v_ids) and q.status in ('failed', 'pending');
  get diagnostics v_done = row_count;
  return v_done;
end $$;
alter function sync.discard_failed(uuid, text) owner to wedsync_engine;
grant execute on function sync.discard_failed(uuid, text)
  to app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;
