-- sync.is_lost: whether the making of a record came to nothing, as far as the ledger tells: it failed, or a person decided that it is not
-- to be, or that it is there already. Of a record that is there, whoever asks knows better.
-- Called  sync.lost_creates, sync.is_due
create or replace function sync.is_lost(p_row public.offline_sync_queue)
returns boolean language sql immutable set search_path = pg_catalog, pg_temp as $$
  select p_row.status = 'failed' or p_row.status = 'completed' and coalesce(p_row.receipt #>> '{processed,outcome}', 'applied') <> 'applied'
$$;
grant execute on function sync.is_lost(public.offline_sync_queue) to wedsync_engine;
