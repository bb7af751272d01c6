-- sync.assume_caller: for the rest of the transaction, be the person of these claims; returns their role.
-- Keeps   P7: the database role follows from the membership, never from the token; a stranger becomes app_nobody
-- Called  the first step of every transaction of the server
-- An invoker function: PostgreSQL refuses to set the role inside a definer function.
create or replace function sync.assume_caller(p_claims text)
returns text language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare
  v_claims text := set_config('request.jwt.claims', p_claims, true);
  v_role   text := coalesce(sync.remember_caller(), 'nobody');
  v_noted  text := set_config('role', 'app_' || v_role, true);
begin
  return v_role;
end $$;
grant execute on function sync.assume_caller(text) to wedsync_server;
