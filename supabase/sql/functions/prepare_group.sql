-- sync.prepare_group: locks a group's records. Answers the group, of updates with where each record stands and lies; null, unless all of
-- it can go in as it is.
-- Called  sync.prepare_batch
create or replace function sync.prepare_group(p_group sync.change_group, p_role text)
returns sync.change_group language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
begin
  if p_group.action = 'update' then
    return sync.detect_group(p_group);
  end if;
  return case when exists (select from sync.role_tables rt
                            where rt.role = p_role and rt.table_name = p_group.table_name and rt.can_create and p_group.fields <@ rt.writes)
               -- a new record belongs to a wedding the caller holds
               and not exists (select from unnest(p_group.changes) c where c.data ? 'client_id' and (c.data ->> 'client_id')::uuid = any (sync.caller_scopes()) is not true)
               and not exists (select from sync.known_ids(p_group.table_name, array(select c.id from unnest(p_group.changes) c)))
              then p_group end;
end $$;
grant execute on function sync.prepare_group(sync.change_group, text) to app_owner, app_planner, app_assistant;
