-- A plain batch for less: what a change says is taken apart once, a row that moved is compared once, and nobody makes statistics
-- of what is only ever looked up by its key.

-- The caller is told as one value, or null: laid open inside a policy, it has to be an expression. See sync.caller.
drop function sync.caller();
drop function sync.describe_caller();
create type sync.caller_facts as (
  organization_id uuid,
  user_id         uuid,
  person_id       uuid,
  role            text,
  scopes          uuid[],
  audiences       text[],
  self            text[]
);
comment on type sync.caller_facts is 'Who the caller is, with everything that follows from it.';

-- The detectors answer where records stand and lie, no longer with the rows as they would stand; of the groups they know all.
do $$
declare
  v record;
begin
  for v in select p.oid::regprocedure as detector from pg_proc p join sync.tables t on p.proname = 'detect_' || t.name
            where p.pronamespace = 'sync'::regnamespace loop
    execute format('drop function %s', v.detector);
  end loop;
end $$;

create type sync.batch_change as (
  id           uuid,
  change_id    uuid,
  base_version bigint,
  hash         bytea,
  data         jsonb,
  base         jsonb,
  more         jsonb
);
comment on type sync.batch_change is 'A change of a plain batch, as the ledger keeps it.';

alter type sync.change_group drop attribute change_ids, drop attribute ids, drop attribute base_versions, drop attribute data, drop attribute bases,
  drop attribute hashes, drop attribute more, add attribute record_ids text, add attribute change_ids text, add attribute changes sync.batch_change[];
comment on type sync.change_group is 'The changes of a batch to one table, with one action, sorted by record; creates also with one set of fields. Of updates, fields are all that any of them names, in its data or its base.';

drop type sync.moved_row;
create type sync.moved_row as (
  organization_id uuid,
  scope_id        uuid,
  scope_before    uuid,
  id              uuid,
  moved           boolean[],
  before          jsonb,
  after           jsonb,
  change_id       uuid
);
comment on type sync.moved_row is 'A row that an update moved, as its capture keeps it until the clock is taken: which fields, by slot, from what to what.';

-- Statistics. History and the ledger are asked by their keys, whatever is in them; analysing what people wrote took more of the
-- processor than anything else that is not a batch. A small target for every column keeps the sample small.
do $$
declare
  v record;
begin
  for v in select a.attrelid::regclass as of_table, a.attname, a.atttypid in ('jsonb'::regtype, 'bytea'::regtype) as is_large
             from pg_attribute a
            where a.attrelid in ('sync.history'::regclass, 'public.offline_sync_queue'::regclass) and a.attnum > 0 and not a.attisdropped loop
    execute format('alter table %s alter %I set statistics %s', v.of_table, v.attname, case when v.is_large then 0 else 10 end);
  end loop;
end $$;
alter table sync.records alter field_positions set statistics 0, alter audience_since set statistics 0, alter lost_audience set statistics 0,
  alter lost_since set statistics 0, alter lost_positions set statistics 0, alter changed_at set statistics 0;
