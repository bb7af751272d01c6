-- sync.readable_keys: the fields of some JSON of a table that the caller's role may read; null for none.
-- Keeps   P7
-- Called  sync.history_of
create or replace function sync.readable_keys(p_table text, p_fields jsonb)
returns jsonb language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  return (select jsonb_object_agg(f.key, f.value)
            from jsonb_each(p_fields) f
            join sync.field_rights r on r.table_name = p_table and r.field = f.key and r.role = sync.caller_role() and r.can_read);
end $$;
alter function sync.readable_keys(text, jsonb) owner to wedsync_engine;
