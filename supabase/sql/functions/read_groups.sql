-- sync.read_groups: a batch's groups as arrays, in the order they came: the order in which records are locked and written.
-- Called  process_sync_batch
create or replace function sync.read_groups(p_groups jsonb)
returns sync.change_group[] language plpgsql stable set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan as $$
begin
  return array(
    select row(g."table", g.action, array(select jsonb_array_elements_text(g.fields)), c.change_ids, c.ids, c.base_versions, c.data, c.bases, c.hashes, c.more)::sync.change_group
      from jsonb_to_recordset(p_groups) as g ("table" text, action text, fields jsonb, changes jsonb)
     cross join lateral (
       select array_agg(x."changeId") as change_ids, array_agg(x.id) as ids, array_agg(x."baseVersion") as base_versions,
              array_agg(x.data) as data, array_agg(x.base) as bases, array_agg(x.hash) as hashes, array_agg(x.more) as more
         from jsonb_to_recordset(g.changes) as x ("changeId" uuid, id uuid, "baseVersion" bigint, data jsonb, base jsonb, hash text, more jsonb)) c);
end $$;
grant execute on function sync.read_groups(jsonb) to app_owner, app_planner, app_assistant;
