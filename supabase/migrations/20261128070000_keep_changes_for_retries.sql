-- What the server keeps to try again by itself: what a kept change waits for, in which order it came, and who tries it now.

alter table public.offline_sync_queue
  add column arrival       bigint,
  add column awaits_table  text,
  add column awaits_id     uuid,
  add column awaits_change uuid,
  add column lease         uuid,
  add column leased_until  timestamptz,
  -- who tries a change holds it under a lease that runs out, never by a flag that outlives them
  add constraint offline_sync_queue_lease_check check ((status = 'processing') = (lease is not null) and (lease is null) = (leased_until is null)),
  add constraint offline_sync_queue_kept_check check (status not in ('pending', 'processing') or arrival is not null and next_attempt_at is not null);
comment on column public.offline_sync_queue.arrival is 'The order in which the kept changes of a device came; null for one that was never kept.';
comment on column public.offline_sync_queue.awaits_table is 'The table of the record it waits for; null where it waits for time, or for an earlier change.';
comment on column public.offline_sync_queue.awaits_id is 'The record it waits for: its own, or one it refers to.';
comment on column public.offline_sync_queue.awaits_change is 'The earlier change of its device it waits behind.';
comment on column public.offline_sync_queue.lease is 'Who is trying it just now.';
comment on column public.offline_sync_queue.leased_until is 'When that counts no longer, and anybody may try it.';
comment on column public.offline_sync_queue.next_attempt_at is 'When a kept change is tried next; of one that waits for a record, when that was in vain.';
comment on column public.offline_sync_queue.attempts is 'Tries so far. Waiting for a record or behind a change costs none.';

create sequence sync.arrivals;
comment on sequence sync.arrivals is 'Hands out the order in which kept changes came.';
grant usage on sequence sync.arrivals to wedsync_engine;

create index offline_sync_queue_kept_idx on public.offline_sync_queue (organization_id, user_id, device_id, arrival)
  where status in ('pending', 'processing');
create index offline_sync_queue_due_idx on public.offline_sync_queue (next_attempt_at) where status in ('pending', 'processing');
-- whoever waits for a record whose making failed waits in vain
create index offline_sync_queue_failed_creates_idx on public.offline_sync_queue (organization_id, record_id)
  where status = 'failed' and action = 'create';

-- They answer more, or ask for more, since.
drop function sync.claim_batch(uuid, text, jsonb);
drop function sync.lock_failed(jsonb);
