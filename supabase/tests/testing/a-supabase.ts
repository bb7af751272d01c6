// Hands back a PostgreSQL laid out as a new Supabase project is, as far as our migrations can notice: `postgres` is no
// superuser, the roles of the API and the schema `auth` belong to somebody else, and what is made in `public` is handed to
// those roles by default. Told from the project's own public scripts; its extensions and hooks are not here.
import { startThrowAwayCluster, type ThrowAwayCluster } from '@wedsync/postgres/testing'
import pg from 'pg'

export type SupabaseLike = Pick<ThrowAwayCluster, 'stop'> & {
  /** Who pushes migrations: `postgres`, who may make roles and owns the database, and is no superuser. */
  pusherUrl: string
  /** The superuser, whom nobody outside of Supabase is. */
  ownerUrl: string
}

export const aSupabase = async (): Promise<SupabaseLike> => {
  const { adminUrl, stop } = await startThrowAwayCluster()
  const { password } = new URL(adminUrl)
  try {
    // the first superuser can neither be demoted nor rename itself
    await run(adminUrl, `create role helper superuser login password '${password}'`)
    const helper = named(adminUrl, 'helper')
    await run(helper, `alter role postgres rename to supabase_admin; alter role supabase_admin password '${password}'`)
    const ownerUrl = named(adminUrl, 'supabase_admin')
    await run(ownerUrl, 'drop role helper')
    await run(ownerUrl, layout.replace(':password', password))
    return { pusherUrl: named(adminUrl, 'postgres'), ownerUrl, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

const layout = `
  create role postgres login nosuperuser createdb createrole replication bypassrls password ':password';
  alter database postgres owner to postgres;
  grant all on database postgres to postgres;
  alter role postgres set search_path to "$user", public, extensions;

  create role anon nologin inherit;
  create role authenticated nologin inherit;
  create role service_role nologin inherit bypassrls;
  create role authenticator login noinherit;
  create role supabase_auth_admin login noinherit createrole;
  create role dashboard_user nosuperuser createdb createrole replication;
  grant anon, authenticated, service_role to authenticator;
  grant anon, authenticated, service_role to postgres with admin option;
  alter role anon set statement_timeout = '3s';
  alter role authenticated set statement_timeout = '8s';

  create schema extensions;
  grant all on schema extensions to postgres, dashboard_user;
  grant usage on schema extensions to anon, authenticated, service_role;

  create schema auth;
  create table auth.users (id uuid primary key, email text unique);
  alter table auth.users owner to supabase_auth_admin;
  create function auth.uid() returns uuid language sql stable as
    $$ select coalesce(nullif(current_setting('request.jwt.claim.sub', true), ''),
                       nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub')::uuid $$;
  create function auth.jwt() returns jsonb language sql stable as
    $$ select coalesce(nullif(current_setting('request.jwt.claim', true), ''),
                       nullif(current_setting('request.jwt.claims', true), ''))::jsonb $$;
  alter function auth.uid() owner to supabase_auth_admin;
  alter function auth.jwt() owner to supabase_auth_admin;
  grant usage on schema auth to anon, authenticated, service_role, postgres;
  grant all on schema auth to supabase_auth_admin, dashboard_user;
  grant all on all routines in schema auth to dashboard_user, postgres;

  grant usage on schema public to postgres, anon, authenticated, service_role;
  alter default privileges for role postgres in schema public grant all on tables to postgres, anon, authenticated, service_role;
  alter default privileges for role postgres in schema public grant all on functions to postgres, anon, authenticated, service_role;
  alter default privileges for role postgres in schema public grant all on sequences to postgres, anon, authenticated, service_role;
  alter default privileges for role supabase_admin in schema public grant all on tables to postgres, anon, authenticated, service_role;
  alter default privileges for role supabase_admin in schema public grant all on functions to postgres, anon, authenticated, service_role;
  alter default privileges for role supabase_admin in schema public grant all on sequences to postgres, anon, authenticated, service_role;
`

const named = (url: string, user: string): string => {
  const address = new URL(url)
  address.username = user
  return address.href
}

const run = async (url: string, sql: string): Promise<void> => {
  const session = new pg.Client({ connectionString: url })
  await session.connect()
  await session.query(sql).finally(() => session.end())
}
