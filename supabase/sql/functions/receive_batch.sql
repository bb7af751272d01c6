-- sync.receive_batch: be the person of these claims for this one statement, and process their batch.
-- Sent outside a transaction block the statement is the transaction, and nothing of the claims outlives it.
-- Called  push/process-batch
create or replace function sync.receive_batch(p_claims text, p_batch jsonb)
returns text language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
begin
  if sync.assume_caller(p_claims) = 'nobody' then
    return '{"stranger": true}';
  end if;
  return public.process_sync_batch(p_batch);
end $$;
grant execute on function sync.receive_batch(text, jsonb) to wedsync_server;
