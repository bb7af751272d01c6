-- sync.read_groups: a batch's groups, in the order they came: the order in which records are locked and written.
-- Of the changes of a group the ids come as two texts, as the captures are told of them, and the rest as lists, so that nothing
-- is named fifty times: [baseVersion, hash, data, base, more].
-- Called  sync.prepare_batch
create or replace function sync.read_groups(p_groups jsonb)
returns sync.change_group[] language plpgsql stable set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan as $$
begin
  return array(
    select row(g."table", g.action, g.fields, g.ids, g."changeIds", array(
             select row(i.ids[c.nth], i.change_ids[c.nth], (c.change ->> 0)::bigint, (c.change ->> 1)::bytea, c.change -> 2,
                        nullif(c.change -> 3, 'null'), nullif(c.change -> 4, 'null'))::sync.batch_change
               from jsonb_array_elements(g.changes) with ordinality c (change, nth)), null, null, null)::sync.change_group
      from jsonb_to_recordset(p_groups) as g ("table" text, action text, fields text[], ids text, "changeIds" text, changes jsonb)
     cross join lateral (select g.ids::uuid[] as ids, g."changeIds"::uuid[] as change_ids offset 0) i);
end $$;
grant execute on function sync.read_groups(jsonb) to app_owner, app_planner, app_assistant;
