-- sync.ids_in_sight: the records of one table and scope that the caller may see, by what the rows themselves say. The policies say
-- the same when the rows are read: each of the two holds without the other.
-- Keeps   P7
-- Called  sync.read_scope
create or replace function sync.ids_in_sight(p_table text, p_scope uuid)
returns uuid[] language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_ids uuid[];
begin
  if (p_scope = any (sync.caller_scopes())) is not true then
    return '{}';
  end if;
  execute (
    select format('select array_agg(t.id) from public.%I t where t.%I = $1 and t.organization_id = $2 and %s && $3', t.name, t.scope_column,
                  sync.audience_expression(format('public.%I', t.name)::regclass, 't'))
      from sync.tables t where t.name = p_table
  ) into v_ids using p_scope, sync.caller_organization(), sync.caller_audiences();
  return coalesce(v_ids, '{}');
end $$;
alter function sync.ids_in_sight(text, uuid) owner to wedsync_engine;
grant execute on function sync.ids_in_sight(text, uuid)
  to app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;
