-- Batches of one organization in one transaction: what a plain batch needs before the clock is taken, and what it writes afterwards, are
-- two functions now. Between them a group remembers where its records stand and lie.
alter type sync.change_group add attribute positions bigint[], add attribute places tid[], add attribute record_places tid[];

create type sync.prepared_batch as (
  answer     jsonb,
  role       text,
  device_id  uuid,
  session_id text,
  started    timestamptz,
  groups     sync.change_group[]
);
comment on type sync.prepared_batch is 'A batch that was looked at: its answer where nothing is to be written, else all that its rows are written from.';

-- what a function takes or answers changes only with a new one
drop function sync.is_group_clean(sync.change_group, text);
drop function sync.write_group(sync.change_group, text, uuid, uuid);
drop function sync.update_group(sync.change_group, text, uuid, uuid);
drop function sync.record_changes(sync.change_group, uuid, uuid, bigint[]);
drop function sync.build_update_group();
do $$
declare
  v record;
begin
  for v in select p.oid::regprocedure as old
             from pg_proc p join sync.tables t on p.proname = 'detect_' || t.name or p.proname in ('update_' || t.name || '_owner', 'update_' || t.name || '_planner', 'update_' || t.name || '_assistant')
            where p.pronamespace = 'sync'::regnamespace loop
    execute format('drop function %s', v.old);
  end loop;
end $$;
