-- sync.build_update_group: writes sync.update_group, which hands a group of updates to the writer of its table and of the
-- caller's role. Written out, because a statement put together while a batch waits is read and planned anew for each.
-- Called  sync.grant_rights
create or replace function sync.build_update_group()
returns void language plpgsql volatile set search_path = pg_catalog, pg_temp as $build$
declare
  v_roles  text[] := array['owner', 'planner', 'assistant'];
  v_writes text;
begin
  select string_agg(format(E'when %L then\n    case p_group.table_name\n%s\n    end case;', r.role, r.tables), E'\n  ') into v_writes
    from (select role, string_agg(format('    when %L then return sync.%I(p_group, p_device_id, p_batch_id);', t.name, concat_ws('_', 'update', t.name, role)),
                                  E'\n' order by t.rank, t.name) as tables
            from sync.tables t cross join unnest(v_roles) role
           where t.name <> 'conflicts'
           group by role) r;
  execute format($sql$
-- Written by sync.build_update_group. Null, and nothing written, where the group is not clean; else how many rows.
create or replace function sync.update_group(p_group sync.change_group, p_role text, p_device_id uuid, p_batch_id uuid)
returns integer language plpgsql volatile set search_path = pg_catalog, pg_temp as $write$
begin
  case p_role
  %s
  end case;
end $write$;
grant execute on function sync.update_group(sync.change_group, text, uuid, uuid) to app_owner, app_planner, app_assistant;
$sql$, v_writes);
end $build$;
