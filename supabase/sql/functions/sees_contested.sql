-- sync.sees_contested: whether the caller sees a record a conflict is about: now, or when it was deleted; and of one that was never made,
-- because it waits for that conflict, whether they would see it as its author wants it.
-- Keeps   P7
-- Called  sync.contested_fields, sync.conflicts_in_sight, sync.told_conflict
create or replace function sync.sees_contested(p_log public.sync_conflict_log, p_table text, p_record_id uuid)
returns boolean language plpgsql stable security definer set search_path = pg_catalog, pg_temp set enable_seqscan = off as $$
declare
  v_column name;
  v_sees   boolean;
begin
  if sync.sees_record(p_table, p_record_id) then
    return true;
  end if;
  if p_log.conflict_id is null or p_log.organization_id is distinct from sync.caller_organization()
     or (coalesce(p_log.scope_id, p_log.organization_id) = any (sync.caller_scopes())) is not true
     or exists (select from sync.tables t join sync.records r on r.table_id = t.table_id and r.record_id = p_record_id where t.name = p_table) then
    return false;
  end if;
  select t.scope_column into v_column from sync.tables t where t.name = p_table and t.name <> 'conflicts';
  if v_column is null then
    return false;
  end if;
  execute format('select %1$s && $3 from jsonb_populate_record(null::public.%2$I, $1 || jsonb_build_object(%3$L, $2)) t',
                 sync.audience_expression(format('public.%I', p_table)::regclass, 't'), p_table, v_column)
    into v_sees
   using (select coalesce(jsonb_object_agg(f ->> 'field', f -> 'client') filter (where f ? 'client'), '{}') from jsonb_array_elements(p_log.fields) f
           where coalesce(f ->> 'table', p_log.table_name) = p_table and coalesce((f ->> 'id')::uuid, p_log.record_id) = p_record_id),
         coalesce(p_log.scope_id, p_log.organization_id), sync.caller_audiences();
  return coalesce(v_sees, false);
end $$;
alter function sync.sees_contested(public.sync_conflict_log, text, uuid) owner to wedsync_engine;
