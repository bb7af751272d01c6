-- sync.close_retries: kept changes of somebody who belongs nowhere any more, or that took a server down with every try, come to
-- their end without one more: they failed, and whoever plans the wedding finds them where failed changes are.
-- Keeps   P3, P8: what was sent stays in the ledger
-- Called  retry/retry-kept
create or replace function sync.close_retries(p_organization uuid, p_lease uuid, p_change_ids uuid[], p_code text, p_message text)
returns integer language plpgsql volatile security definer set search_path = pg_catalog, pg_temp set enable_seqscan = off as $$
declare
  v_head   bigint;
  v_closed integer;
begin
  perform from public.offline_sync_queue q
    where q.organization_id = p_organization and q.change_id = any (p_change_ids) and q.lease = p_lease order by q.change_id for no key update;
  if not found then
    return 0;
  end if;
  v_head := sync.tick(p_organization);
  update public.offline_sync_queue q
     set status = 'failed', lease = null, leased_until = null, next_attempt_at = null, error_code = p_code, settled_at = now(), settled_position = v_head,
         receipt = jsonb_build_object('kind', 'failed', 'failure', jsonb_build_object(
           'changeId', q.change_id, 'code', p_code, 'message', p_message, 'retryable', false, 'attempt', q.attempts))
   where q.organization_id = p_organization and q.change_id = any (p_change_ids) and q.lease = p_lease;
  get diagnostics v_closed = row_count;
  return v_closed;
end $$;
alter function sync.close_retries(uuid, uuid, uuid[], text, text) owner to wedsync_engine;
grant execute on function sync.close_retries(uuid, uuid, uuid[], text, text) to wedsync_server;
