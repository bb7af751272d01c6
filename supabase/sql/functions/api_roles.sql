-- sync.api_roles: the roles of Supabase's API, as a list for `revoke`; the one that only Supabase has is named only there.
-- Called  sync.close_functions and sync.close_tables
create or replace function sync.api_roles()
returns text language sql stable set search_path = pg_catalog, pg_temp as $$
  select string_agg(quote_ident(r.rolname), ', ' order by r.rolname) from pg_roles r where r.rolname in ('anon', 'authenticated', 'service_role')
$$;
