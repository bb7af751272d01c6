-- What has to be known to forget: when a mark was left, and how far back an organization's order is still whole.

alter table sync.marks add column at timestamptz not null default now();
comment on column sync.marks.at is 'When the commit was; a mark that is old enough goes, and with it every cursor that names it.';

alter table sync.clock add column horizon bigint not null default 0;
comment on column sync.clock.horizon is 'The last position of which a tombstone was forgotten: who has not read that far loads again.';

create index records_gone_idx on sync.records (changed_at) where gone is not null;
-- rows come in the order of time, so a few pages tell where the old ones are
create index history_at_idx on sync.history using brin (at);
create index offline_sync_queue_received_idx on public.offline_sync_queue using brin (received_at);
create index sync_performance_metrics_at_idx on public.sync_performance_metrics using brin (at);

grant select on sync.security_log to wedsync_engine;
grant delete on sync.records, sync.marks, sync.history, sync.security_log, public.sync_performance_metrics, public.offline_sync_status to wedsync_engine;
