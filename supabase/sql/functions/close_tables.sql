-- sync.close_tables: takes every right to our tables, and to their sequences, from the roles of Supabase's API: there, what is
-- made in `public` is handed to them by default. Other tables in `public` are none of our business.
-- Called  sync.close_functions
create or replace function sync.close_tables()
returns void language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare
  v_table  regclass;
  v_nobody text := sync.api_roles();
begin
  for v_table in
    select c.oid::regclass from pg_class c
      left join pg_depend d on d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'i'
      left join pg_class t on t.oid = d.refobjid
     where c.relkind in ('r', 'p', 'S')
       and (c.relnamespace = 'sync'::regnamespace
            or c.relnamespace = 'public'::regnamespace
               and (coalesce(t.relname, c.relname) in (select s.name from sync.tables s)
                    or coalesce(t.relname, c.relname) in ('organizations', 'offline_sync_queue', 'offline_sync_status', 'sync_conflict_log', 'sync_performance_metrics')))
  loop
    execute format('revoke all on %s from public, %s', v_table, v_nobody);
  end loop;
end $$;
