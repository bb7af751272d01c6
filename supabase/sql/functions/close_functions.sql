-- sync.close_functions: takes the right to execute our functions from everybody; who may, has been granted it by name.
-- What Supabase hands to the roles of its API by default goes with it, on tables too.
-- Called  every migration that makes functions, at its end
create or replace function sync.close_functions()
returns void language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare
  v_function regprocedure;
  v_nobody   text := sync.api_roles();
begin
  for v_function in
    select p.oid::regprocedure from pg_proc p
     where p.pronamespace = 'sync'::regnamespace
        or p.pronamespace = 'public'::regnamespace and p.proname in ('process_sync_batch', 'write_sync_decisions', 'detect_sync_conflicts', 'get_user_sync_status', 'assign_creator', 'resolve_sync_conflict', 'claim_sync_retries', 'cleanup_old_sync_records')
  loop
    execute format('revoke execute on function %s from public, %s', v_function, v_nobody);
  end loop;
  perform sync.close_tables();
end $$;
