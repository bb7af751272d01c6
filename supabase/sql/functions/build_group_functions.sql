-- sync.build_group_functions: writes sync.detect_group and sync.update_group, which hand a group of updates to the detector of its table,
-- and to the writer of its table and of the caller's role. Written out, because a statement put together while a batch waits is read and planned
-- anew for each.
-- Called  sync.grant_rights
create or replace function sync.build_group_functions()
returns void language plpgsql volatile set search_path = pg_catalog, pg_temp as $build$
declare
  v_roles   text[] := array['owner', 'planner', 'assistant'];
  v_tables  text[] := array(select t.name from sync.tables t where t.name <> 'conflicts' order by t.rank, t.name);
  v_detects text;
  v_writes  text;
begin
  select string_agg(format('when %L then return sync.%I(p_group);', t.name, 'detect_' || t.name), E'\n  ' order by t.nth) into v_detects
    from unnest(v_tables) with ordinality t (name, nth);
  select string_agg(format(E'when %L then\n    case p_group.table_name\n%s\n    end case;', r.role, r.tables), E'\n  ') into v_writes
    from (select role, string_agg(format('    when %L then return sync.%I(p_group);', t.name, concat_ws('_', 'update', t.name, role)), E'\n' order by t.nth) as tables
            from unnest(v_tables) with ordinality t (name, nth) cross join unnest(v_roles) role
           group by role) r;
  execute format($sql$
-- Written by sync.build_group_functions. The group with where its records stand and lie; null where it is not clean.
create or replace function sync.detect_group(p_group sync.change_group)
returns sync.change_group language plpgsql volatile set search_path = pg_catalog, pg_temp as $detect$
begin
  case p_group.table_name
  %s
  end case;
end $detect$;
-- Written by sync.build_group_functions. How many rows were found where they lay.
create or replace function sync.update_group(p_group sync.change_group, p_role text)
returns integer language plpgsql volatile set search_path = pg_catalog, pg_temp as $write$
begin
  case p_role
  %s
  end case;
end $write$;
grant execute on function sync.detect_group(sync.change_group), sync.update_group(sync.change_group, text) to app_owner, app_planner, app_assistant;
$sql$, v_detects, v_writes);
end $build$;
