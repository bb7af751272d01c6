-- sync.is_group_clean: locks a group's records and says whether all of it can go in as it is.
-- Called  process_sync_batch
create or replace function sync.is_group_clean(p_group sync.change_group, p_role text)
returns boolean language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare
  v_clean boolean;
begin
  if p_group.action = 'update' then
    execute format('select (sync.%I($1)).o_positions is not null', 'detect_' || p_group.table_name) into v_clean using p_group;
    return v_clean;
  end if;
  return exists (select from sync.role_tables rt
                  where rt.role = p_role and rt.table_name = p_group.table_name and rt.can_create and p_group.fields <@ rt.writes)
     -- a new record belongs to a wedding the caller holds
     and not exists (select from unnest(p_group.changes) c where c.data ? 'client_id' and (c.data ->> 'client_id')::uuid = any (sync.caller_scopes()) is not true)
     and not exists (select from sync.known_ids(p_group.table_name, array(select c.id from unnest(p_group.changes) c)));
end $$;
grant execute on function sync.is_group_clean(sync.change_group, text) to app_owner, app_planner, app_assistant;
