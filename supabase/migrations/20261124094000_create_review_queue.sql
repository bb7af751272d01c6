-- The review queue: which records open conflicts are about, which changes wait behind them, who decided.

create table sync.contested_records (
  organization_id uuid not null,
  record_id       uuid not null,
  table_name      text not null,
  conflict_id     uuid not null,
  constraint contested_records_pkey primary key (organization_id, record_id, table_name, conflict_id),
  constraint contested_records_conflict_fkey foreign key (organization_id, conflict_id) references public.sync_conflict_log on delete cascade
);
comment on table sync.contested_records is 'The records that open conflicts are about; a row goes when its conflict is decided. Every write asks it, so it holds nothing else.';
comment on column sync.contested_records.organization_id is 'The organization it belongs to.';
comment on column sync.contested_records.record_id is 'The id of the record.';
comment on column sync.contested_records.table_name is 'The table of the record.';
comment on column sync.contested_records.conflict_id is 'The open conflict.';
create index contested_records_conflict_idx on sync.contested_records (organization_id, conflict_id);

create table sync.waiting_changes (
  organization_id uuid   not null,
  conflict_id     uuid   not null,
  change_id       uuid   not null,
  nth             bigint not null generated always as identity,
  constraint waiting_changes_pkey primary key (organization_id, conflict_id, change_id),
  constraint waiting_changes_conflict_fkey foreign key (organization_id, conflict_id) references public.sync_conflict_log on delete cascade,
  constraint waiting_changes_change_fkey foreign key (organization_id, change_id) references public.offline_sync_queue on delete cascade
);
comment on table sync.waiting_changes is 'The changes that get their last receipt when a conflict is decided: the one that opened it, its group, later edits of its author that joined it.';
comment on column sync.waiting_changes.organization_id is 'The organization it belongs to.';
comment on column sync.waiting_changes.conflict_id is 'The open conflict.';
comment on column sync.waiting_changes.change_id is 'The change that waits.';
comment on column sync.waiting_changes.nth is 'The order in which they came.';
create index waiting_changes_change_idx on sync.waiting_changes (organization_id, change_id);

do $$
declare
  v_table regclass;
begin
  foreach v_table in array array['sync.contested_records', 'sync.waiting_changes']::regclass[] loop
    execute format('alter table %s enable row level security', v_table);
    execute format('alter table %s force row level security', v_table);
    execute format('revoke all on %s from public, anon, authenticated', v_table);
    execute format('grant select, insert, update, delete on %s to wedsync_engine', v_table);
    execute format('create policy engine on %s to wedsync_engine using (true) with check (true)', v_table);
  end loop;
end $$;

alter table public.sync_conflict_log add column decision_id uuid;
comment on column public.sync_conflict_log.decision_id is 'The change id under which history shows what the decision wrote; null while it is pending, or where a rule decided.';
create index sync_conflict_log_queue_idx on public.sync_conflict_log (organization_id, scope_id, status, detected_at desc);
-- what a record's open conflicts are is asked of sync.contested_records, which knows every record of a group
drop index public.sync_conflict_log_record_idx;

alter table public.offline_sync_queue add column handled_by uuid, add column handled_at timestamptz;
comment on column public.offline_sync_queue.handled_by is 'Who tried it again or discarded it, after it had failed; null: nobody did.';
comment on column public.offline_sync_queue.handled_at is 'When that was.';

-- Conflicts go through the feed like records: a table of their own there, with one slot. No relation has this name.
insert into sync.tables (name, scope_column, rank) values ('conflicts', 'scope_id', 1000);
insert into sync.fields (table_id, field, slot) select t.table_id, 'conflict', 1 from sync.tables t where t.name = 'conflicts';

-- It is asked about an author since.
drop function sync.open_conflicts(jsonb);

-- What waits already.
insert into sync.contested_records (organization_id, record_id, table_name, conflict_id)
select l.organization_id, l.record_id, l.table_name, l.conflict_id from public.sync_conflict_log l where l.status = 'pending';
insert into sync.waiting_changes (organization_id, conflict_id, change_id)
select l.organization_id, l.conflict_id, q.change_id
  from public.offline_sync_queue q
  join public.sync_conflict_log l on l.organization_id = q.organization_id and l.conflict_id::text = q.receipt #>> '{conflict,conflictId}'
 where q.status = 'conflict' and l.status = 'pending'
 order by q.received_at, q.change_id;

with numbered as materialized (
  select l.organization_id, l.conflict_id, coalesce(l.scope_id, l.organization_id) as scope_id, m.person_id,
         row_number() over (partition by l.organization_id order by l.detected_at, l.conflict_id) as nth
    from public.sync_conflict_log l
    left join public.memberships m on m.organization_id = l.organization_id and m.user_id = l.user_id
), ticked as (
  update sync.clock c set head = c.head + n.moves
    from (select organization_id, count(*) as moves from numbered group by 1) n
   where c.organization_id = n.organization_id
  returning c.organization_id, c.head, c.head - n.moves as head_before
), marked as (
  insert into sync.marks (organization_id, position) select t.organization_id, t.head from ticked t
)
insert into sync.records (record_id, table_id, scope_id, organization_id, position, field_positions, audience, audience_since)
select n.conflict_id, t.table_id, n.scope_id, n.organization_id, k.head_before + n.nth, array[k.head_before + n.nth],
       a.audience, array_fill(k.head_before + n.nth, array[cardinality(a.audience)])
  from numbered n
  join ticked k on k.organization_id = n.organization_id
  join sync.tables t on t.name = 'conflicts'
 cross join lateral (select array['team'] || array(select 'person:' || n.person_id::text where n.person_id is not null) as audience) a;
