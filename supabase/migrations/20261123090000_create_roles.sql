-- Who can do what to this database, before there is anything in it.
-- The same file runs on an embedded PostgreSQL and on Supabase: what Supabase already has is left as it is.

create schema if not exists sync;
comment on schema sync is 'The engine: order, records, history, rights. Nobody writes here by hand.';

-- Supabase's own conventions, where they are missing: auth.uid() reads the claims of this transaction.
do $$
begin
  if to_regnamespace('auth') is null then
    create schema auth;
  end if;
  if to_regprocedure('auth.jwt()') is null then
    create function auth.jwt() returns jsonb language sql stable set search_path = pg_catalog, pg_temp as
      $f$ select nullif(current_setting('request.jwt.claims', true), '')::jsonb $f$;
    revoke all on function auth.jwt() from public;
  end if;
  if to_regprocedure('auth.uid()') is null then
    create function auth.uid() returns uuid language sql stable set search_path = pg_catalog, pg_temp as
      $f$ select (nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub')::uuid $f$;
    revoke all on function auth.uid() from public;
  end if;
end $$;

-- Roles belong to the whole cluster, so another database of it may have made them already.
do $$
declare
  v_role text;
begin
  foreach v_role in array array['anon', 'authenticated', 'wedsync_engine', 'app_nobody', 'app_owner', 'app_planner',
                                'app_assistant', 'app_venue', 'app_vendor', 'app_couple', 'app_viewer'] loop
    begin
      execute format('create role %I nologin noinherit nobypassrls', v_role);
    exception when duplicate_object or unique_violation then null;
    end;
  end loop;
  begin
    -- The server connects as this one. It owns nothing, inherits nothing, and gets its password outside of here.
    create role wedsync_server login noinherit nobypassrls;
  exception when duplicate_object or unique_violation then null;
  end;
end $$;

-- A batch that waits crosswise with somebody in psql is told so after a tenth of a second, and tried again: the whole
-- organization would stand still for PostgreSQL's own second. Only a superuser may set this; elsewhere the second stays.
do $$
begin
  alter role wedsync_server set deadlock_timeout = '100ms';
exception when insufficient_privilege then null;
end $$;

grant app_nobody, app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer to wedsync_server;
-- Whoever migrates hands the engine's functions to their owner.
grant wedsync_engine to current_user;

revoke all on schema public from public;
revoke all on schema sync from public;
grant usage on schema public to wedsync_server, wedsync_engine, authenticated, anon,
  app_nobody, app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;
grant usage on schema sync, auth to wedsync_server, wedsync_engine,
  app_nobody, app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;
grant create on schema sync, public to wedsync_engine;
grant execute on function auth.uid(), auth.jwt() to wedsync_server, wedsync_engine,
  app_nobody, app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;

