-- sync.last_migration: the newest migration this database has seen; null where nobody keeps count.
-- Called  ops/read-readiness
create or replace function sync.last_migration()
returns text language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  if to_regclass('supabase_migrations.schema_migrations') is null then
    return null;
  end if;
  return (select max(m.version) from supabase_migrations.schema_migrations m);
end $$;
grant execute on function sync.last_migration() to wedsync_server;
