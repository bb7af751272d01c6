-- sync.write_rows: one statement on one table, as the caller's own role: creates, updates of the named fields, or deletes.
-- Names exactly the fields of the change, so that column rights are asked about those and no others. Answers, per
-- change, the position it got.
-- Raises  42501  the policies hid a row of it
-- Called  write_sync_decisions
create or replace function sync.write_rows(p_table text, p_action text, p_fields text[], p_rows jsonb)
returns table (change_id uuid, version bigint)
language plpgsql volatile set search_path = pg_catalog, pg_temp set enable_seqscan = off as $$
declare
  v_table   text := format('public.%I', p_table);
  v_written integer;
  v_all     integer := jsonb_array_length(p_rows);
  v_ids     uuid[] := array(select (r ->> 'id')::uuid from jsonb_array_elements(p_rows) r);
begin
  perform set_config('sync.record_ids', v_ids::text, true),
          set_config('sync.change_ids', array(select (r ->> 'changeId')::uuid from jsonb_array_elements(p_rows) r)::text, true),
          set_config('sync.places', '', true);

  if p_action = 'delete' then
    execute format('delete from %s where id = any ($1)', v_table) using v_ids;
  elsif p_action = 'create' then
    execute format('insert into %1$s (id, organization_id, %2$s) select id, $2, %2$s from jsonb_populate_recordset(null::%1$s, $1)', v_table,
                   (select string_agg(format('%I', f), ', ') from unnest(p_fields) f))
      using p_rows, sync.caller_organization();
  else
    execute format('update %1$s t set %2$s from jsonb_populate_recordset(null::%1$s, $1) n where t.id = n.id', v_table,
                   (select string_agg(format('%1$I = n.%1$I', f), ', ') from unnest(p_fields) f))
      using p_rows;
  end if;
  get diagnostics v_written = row_count;
  if v_written <> v_all then
    raise exception '% of % rows of % are not the caller''s to write', v_all - v_written, v_all, p_table using errcode = '42501';
  end if;

  return query
    select (r ->> 'changeId')::uuid, p.record_position
      from jsonb_array_elements(p_rows) r join sync.read_positions(p_table, v_ids) p on p.record_id = (r ->> 'id')::uuid;
end $$;
grant execute on function sync.write_rows(text, text, text[], jsonb)
  to app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple;
