-- sync.write_group: writes the rows of a group that was prepared, as the caller's own role; answers how many.
-- An update finds its rows where they lay when they were looked at: one that was written since, by a trigger or by another batch
-- of the same transaction, is not found.
-- Raises  42501  the policies hid a row of it, or it does not lie there any more
-- Called  sync.write_batch
create or replace function sync.write_group(p_group sync.change_group, p_role text)
returns integer language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare
  v_noted   text := concat(set_config('sync.record_ids', p_group.record_ids, true), set_config('sync.change_ids', p_group.change_ids, true),
                           set_config('sync.places', coalesce(p_group.record_places::text, ''), true));
  v_written integer;
begin
  if p_group.action = 'update' then
    v_written := sync.update_group(p_group, p_role);
  else
    execute format('insert into public.%1$I (id, organization_id, %2$s)
                    select u.id, $1, %3$s from unnest($2) u, jsonb_populate_record(null::public.%1$I, u.data) n', p_group.table_name,
                   (select string_agg(format('%I', f), ', ') from unnest(p_group.fields) f),
                   (select string_agg(format('n.%I', f), ', ') from unnest(p_group.fields) f))
      using sync.caller_organization(), p_group.changes;
    get diagnostics v_written = row_count;
  end if;
  if v_written <> cardinality(p_group.changes) then
    raise exception 'some rows of % are not the caller''s to write', p_group.table_name using errcode = '42501';
  end if;
  return v_written;
end $$;
grant execute on function sync.write_group(sync.change_group, text) to app_owner, app_planner, app_assistant;
