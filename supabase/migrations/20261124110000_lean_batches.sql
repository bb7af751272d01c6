-- The writers of rows made way for writers of whole groups (sync.update_<table>_<role>), which look, record and write.
do $$
declare
  v record;
begin
  for v in select p.oid::regprocedure as writer from pg_proc p join sync.tables t on p.proname in ('write_' || t.name || '_owner', 'write_' || t.name || '_planner', 'write_' || t.name || '_assistant')
            where p.pronamespace = 'sync'::regnamespace loop
    execute format('drop function %s', v.writer);
  end loop;
end $$;

-- sync.describe_caller says the same and more; sync.remember_caller answers the role now.
drop function sync.find_caller();
drop function sync.remember_caller();
-- sync.settle_batch settles all groups at once.
drop function sync.settle_group(sync.change_group);

create type sync.moved_row as (
  organization_id uuid,
  scope_id        uuid,
  scope_before    uuid,
  id              uuid,
  moved           bigint,
  before          jsonb,
  after           jsonb,
  nth             bigint
);
comment on type sync.moved_row is 'A row that an update moved, as its capture keeps it until the clock is taken: which fields, from what to what.';
