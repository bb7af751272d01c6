-- sync.open_decision: be the person of these claims for this transaction, and open what they decide or try again, as a batch
-- that no device sent just now. Where the server itself tries what a device sent earlier, the device's row is taken first.
-- Called  review/decide, retry/try-again
create or replace function sync.open_decision(p_claims text, p_batch jsonb)
returns text language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare
  v_role text := sync.assume_caller(p_claims);
begin
  if v_role = 'nobody' then
    return '{"stranger": true}';
  end if;
  if p_batch ? 'lease' then
    perform sync.hold_device((p_batch ->> 'deviceId')::uuid);
  end if;
  return sync.open_batch(p_batch, v_role);
end $$;
grant execute on function sync.open_decision(text, jsonb) to wedsync_server;
