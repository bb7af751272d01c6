-- sync.release_retries: gives back what could not be tried to the end: it is kept as before, and due again in a moment.
-- Called  retry/retry-kept
create or replace function sync.release_retries(p_lease uuid, p_change_ids uuid[], p_seconds double precision)
returns integer language plpgsql volatile security definer set search_path = pg_catalog, pg_temp set enable_seqscan = off as $$
declare
  v_released integer;
begin
  update public.offline_sync_queue q
     set status = 'pending', lease = null, leased_until = null, next_attempt_at = now() + make_interval(secs => p_seconds)
   where q.status = 'processing' and q.lease = p_lease and q.change_id = any (p_change_ids);
  get diagnostics v_released = row_count;
  return v_released;
end $$;
alter function sync.release_retries(uuid, uuid[], double precision) owner to wedsync_engine;
grant execute on function sync.release_retries(uuid, uuid[], double precision) to wedsync_server;
