-- The engine's tables: the four that integrators know by name, and the engine's own in `sync`.
-- Nobody but `wedsync_engine`, which owns the engine's functions and cannot log in, has a right to any of them.

create table sync.epoch (
  is_only    boolean primary key default true constraint epoch_only_check check (is_only),
  id         uuid not null default gen_random_uuid(),
  cursor_key bytea not null default decode(replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', ''), 'hex')
);
comment on table sync.epoch is 'Who this database is. A cursor of another epoch is of another server.';
comment on column sync.epoch.cursor_key is 'Signs cursors; kept here, so that it is the same on every node and after a restart.';
insert into sync.epoch default values;

create table sync.clock (
  organization_id uuid constraint clock_pkey primary key,
  head            bigint not null default 0,
  closed_at       timestamptz,
  constraint clock_organization_fkey foreign key (organization_id) references public.organizations on delete cascade
) with (fillfactor = 50);
comment on table sync.clock is 'The organization''s order: the last position handed out. Locked by the first write, until commit.';

create table sync.marks (
  organization_id uuid   not null,
  position        bigint not null,
  mark            uuid   not null default gen_random_uuid(),
  -- no key to the clock: a mark is written from the clock's own row, and checking it would cost every commit a look-up
  constraint marks_pkey primary key (organization_id, position)
);
comment on table sync.marks is 'A random mark beside each commit''s position. A cursor whose mark is missing saw another history.';

create table sync.tables (
  table_id     smallint generated always as identity constraint tables_pkey primary key,
  name         text not null constraint tables_name_key unique,
  scope_column text not null,
  rank         smallint not null
);
comment on table sync.tables is 'What is tracked. Rank: parents before children.';

create table sync.fields (
  table_id smallint not null constraint fields_table_fkey references sync.tables,
  field    text     not null,
  slot     smallint not null constraint fields_slot_check check (slot > 0),
  together text,
  constraint fields_pkey primary key (table_id, field),
  constraint fields_slot_key unique (table_id, slot)
);
comment on table sync.fields is 'Where a field stands in records.field_positions. A slot is never given to another field.';
comment on column sync.fields.together is 'Fields of one group only make sense together: if one moved, all did.';

create table sync.field_rights (
  table_name text    not null,
  field      text    not null,
  role       text    not null constraint field_rights_role_check check (role in
             ('owner', 'planner', 'assistant', 'venue', 'vendor', 'couple', 'viewer')),
  can_read   boolean not null,
  can_write  boolean not null,
  can_change boolean not null,
  constraint field_rights_pkey primary key (table_name, field, role)
);
comment on table sync.field_rights is 'What each role may read and write, field by field; from the declarations.';

create table sync.table_rights (
  table_name text    not null,
  role       text    not null,
  can_create boolean not null,
  can_delete boolean not null,
  constraint table_rights_pkey primary key (table_name, role)
);
comment on table sync.table_rights is 'Which role may make and delete records of a table; from the declarations.';

create table sync.role_tables (
  role       text       not null,
  table_name text       not null,
  rank       smallint   not null,
  slots      smallint[] not null,
  writes     text[]     not null,
  changes    text[]     not null,
  can_create boolean    not null,
  can_delete boolean    not null,
  row_query  text       not null,
  constraint role_tables_pkey primary key (role, table_name)
);
comment on table sync.role_tables is 'What follows from the rights: slots a role reads, fields it gives and changes, the query that reads one row as JSON. Written by sync.grant_rights.';

create table sync.role_digests (
  role   text constraint role_digests_pkey primary key,
  digest text not null
);
comment on table sync.role_digests is 'A digest of a role''s rights, for the cursor. Written by sync.grant_rights.';

create table sync.records (
  record_id       uuid     not null,
  table_id        smallint not null,
  scope_id        uuid     not null,
  organization_id uuid     not null,
  position        bigint   not null,
  field_positions bigint[] not null,
  gone            text     constraint records_gone_check check (gone in ('delete', 'remove')),
  audience        text[]   not null,
  audience_since  bigint[] not null,
  lost_audience   text[]   not null default '{}',
  lost_since      bigint[] not null default '{}',
  lost_positions  bigint[] not null default '{}',
  changed_at      timestamptz not null default now(),
  constraint records_pkey primary key (record_id, table_id, scope_id),
  constraint records_position_key unique (organization_id, scope_id, position)
) with (fillfactor = 70);
comment on table sync.records is 'One row per record and scope: where it stands in the order, who in the scope sees it since when, who saw it from when to when.';
comment on column sync.records.gone is 'null: the record stands in this scope; delete: it is gone; remove: it moved to another scope.';
comment on column sync.records.field_positions is 'By slot of sync.fields: the position at which the field last moved.';

create table sync.history (
  record_id       uuid        not null,
  table_id        smallint    not null,
  position        bigint      not null,
  organization_id uuid        not null,
  scope_id        uuid        not null,
  action          text        not null,
  before          jsonb,
  after           jsonb,
  user_id         uuid,
  role            text,
  device_id       uuid,
  change_id       uuid,
  at              timestamptz not null default now(),
  constraint history_pkey primary key (record_id, table_id, position, scope_id)
);
comment on table sync.history is 'Append-only: who changed which fields from what to what, when, from which device and change. Sync does not need it.';

create table public.offline_sync_queue (
  organization_id  uuid        not null,
  change_id        uuid        not null,
  user_id          uuid        not null,
  device_id        uuid        not null,
  batch_id         uuid        not null,
  table_name       text        not null,
  record_id        uuid,
  action           text        not null,
  base_version     bigint,
  data             jsonb,
  base             jsonb,
  more             jsonb,
  payload_hash     bytea       not null,
  status           text        not null constraint offline_sync_queue_status_check
                   check (status in ('pending', 'processing', 'completed', 'conflict', 'failed')),
  attempts         smallint    not null default 1,
  next_attempt_at  timestamptz,
  error_code       text,
  version          bigint,
  receipt          jsonb,
  settled_position bigint,
  received_at      timestamptz not null default now(),
  settled_at       timestamptz,
  constraint offline_sync_queue_pkey primary key (organization_id, change_id),
  constraint offline_sync_queue_receipt_check check (receipt is not null or version is not null)
);
comment on table public.offline_sync_queue is 'One row for every change a device ever sent: inbox, retry queue and idempotency ledger at once.';
comment on column public.offline_sync_queue.more is 'What else came with the change: after, group, intents, the device''s time; text that PostgreSQL cannot hold, as base64.';
comment on column public.offline_sync_queue.receipt is 'As it was answered; null for a plain one: history tells where it led.';
comment on column public.offline_sync_queue.settled_position is 'The organization''s position when a late outcome became known; null for one answered at once.';
create index offline_sync_queue_open_idx on public.offline_sync_queue (organization_id, user_id, status)
  where status <> 'completed';
create index offline_sync_queue_late_idx on public.offline_sync_queue (organization_id, user_id, device_id, settled_position)
  where settled_position is not null;

create table public.offline_sync_status (
  organization_id    uuid        not null,
  user_id            uuid        not null,
  device_id          uuid        not null,
  last_sync_at       timestamptz not null default now(),
  last_success_at    timestamptz,
  position           bigint      not null default 0,
  app_version        text,
  platform           text,
  connection_quality text,
  waiting            integer,
  oldest_waiting     timestamptz,
  storage_persisted  boolean,
  clock_offset_ms    bigint,
  session_id         text,
  constraint offline_sync_status_pkey primary key (organization_id, user_id, device_id)
) with (fillfactor = 50);
comment on table public.offline_sync_status is 'One row per person and device: what was last heard of it and what it says it still holds.';

create table public.sync_conflict_log (
  organization_id uuid        not null,
  conflict_id     uuid        not null,
  scope_id        uuid,
  change_id       uuid        not null,
  user_id         uuid        not null,
  device_id       uuid        not null,
  table_name      text        not null,
  record_id       uuid        not null,
  kind            text        not null,
  severity        text        not null constraint sync_conflict_log_severity_check check (severity in ('low', 'medium', 'high', 'critical')),
  score           double precision not null,
  because         text        not null,
  status          text        not null constraint sync_conflict_log_status_check check (status in ('resolved', 'pending')),
  version         integer     not null default 1,
  fields          jsonb       not null,
  resolution      jsonb,
  detected_at     timestamptz not null default now(),
  decided_by      uuid,
  decided_at      timestamptz,
  note            text,
  constraint sync_conflict_log_pkey primary key (organization_id, conflict_id)
);
comment on table public.sync_conflict_log is 'One row per conflict: each contested field with base, both sides, result, rule and reason. Written with the merge.';
create index sync_conflict_log_record_idx on public.sync_conflict_log (organization_id, record_id) where status = 'pending';
create index sync_conflict_log_user_idx on public.sync_conflict_log (organization_id, user_id);

create table public.sync_performance_metrics (
  id              bigint generated always as identity constraint sync_performance_metrics_pkey primary key,
  organization_id uuid        not null,
  user_id         uuid        not null,
  device_id       uuid        not null,
  session_id      text        not null,
  items           integer     not null,
  conflicts       integer     not null,
  errors          integer     not null,
  duration_ms     double precision not null,
  at              timestamptz not null default now()
);
comment on table public.sync_performance_metrics is 'One row per batch.';
create index sync_performance_metrics_user_idx on public.sync_performance_metrics (organization_id, user_id, at);

do $$
declare
  v_table regclass;
begin
  for v_table in
    select c.oid::regclass from pg_class c
     where c.relkind = 'r' and (c.relnamespace = 'sync'::regnamespace
        or c.relnamespace = 'public'::regnamespace and c.relname in
           ('offline_sync_queue', 'offline_sync_status', 'sync_conflict_log', 'sync_performance_metrics'))
  loop
    execute format('alter table %s enable row level security', v_table);
    execute format('alter table %s force row level security', v_table);
    execute format('revoke all on %s from public, anon, authenticated', v_table);
    execute format('create policy %I on %s to wedsync_engine using (true) with check (true)', 'engine', v_table);
  end loop;
end $$;

grant select on sync.epoch, sync.tables, sync.fields, sync.field_rights, sync.table_rights, sync.role_tables, sync.role_digests to wedsync_engine;
grant select, insert, update on sync.clock, sync.records to wedsync_engine;
grant select, insert on sync.marks, sync.history to wedsync_engine;
grant select, insert, update on public.offline_sync_queue, public.offline_sync_status, public.sync_conflict_log to wedsync_engine;
grant select, insert on public.sync_performance_metrics to wedsync_engine;

-- Text made of column names only: it has to be readable by whoever reads rows as the caller.
grant select on sync.role_tables to app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;
create policy role_tables_read on sync.role_tables for select
  to app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer using (true);

-- What the engine reads to know a caller, and to open an organization's clock: plain policies, so that nothing recurses.
grant select (organization_id, user_id, person_id, role) on public.memberships to wedsync_engine;
grant select (organization_id, person_id, client_id, is_lead) on public.assignments to wedsync_engine;
grant select (organization_id, id, client_id, person_id) on public.vendor_contacts to wedsync_engine;
grant select (organization_id, id) on public.clients to wedsync_engine;
grant select on public.organizations to wedsync_engine;
grant insert on public.assignments to wedsync_engine;
create policy engine on public.organizations for select to wedsync_engine using (true);

create type sync.sight as (
  audience       text[],
  audience_since bigint[],
  lost_audience  text[],
  lost_since     bigint[],
  lost_positions bigint[]
);
comment on type sync.sight is 'Who sees a record since when, and who saw it from when to when.';

create type sync.news as (
  scope_id   uuid,
  position   bigint,
  table_name text,
  record_id  uuid,
  action     text,
  held       boolean,
  changed_at timestamptz
);
comment on type sync.news is 'One line of a page before its row is read: what the caller hears of which record.';

create type sync.change_group as (
  table_name    text,
  action        text,
  fields        text[],
  change_ids    uuid[],
  ids           uuid[],
  base_versions bigint[],
  data          jsonb[],
  bases         jsonb[],
  hashes        text[],
  more          jsonb[]
);
comment on type sync.change_group is 'The changes of a batch to one table, with one action; creates also with one set of fields. Sorted by record.';
