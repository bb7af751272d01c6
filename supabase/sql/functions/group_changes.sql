-- sync.group_changes: a batch's changes, one row per table, action and set of fields, parents first, sorted by record:
-- the order in which records are locked and written.
-- Called  process_sync_batch
create or replace function sync.group_changes(p_changes jsonb, p_role text)
returns table (table_name text, action text, fields text[], writes text[], can_create boolean, change_ids uuid[], ids uuid[],
               base_versions bigint[], data jsonb[], bases jsonb[], rows jsonb)
language sql stable set search_path = pg_catalog, pg_temp as $$
  select c."table", c.action, string_to_array(min(c.shape), ','), rt.writes, rt.can_create,
         array_agg(c."changeId" order by c.id), array_agg(c.id order by c.id), array_agg(c."baseVersion" order by c.id),
         array_agg(c.data order by c.id), array_agg(c.base order by c.id),
         case when c.action = 'create' then jsonb_agg(c.data || jsonb_build_object('id', c.id, 'changeId', c."changeId") order by c.id) end
    from jsonb_to_recordset(p_changes) as c ("table" text, action text, shape text, "changeId" uuid, id uuid, "baseVersion" bigint, data jsonb, base jsonb)
    join sync.role_tables rt on rt.role = p_role and rt.table_name = c."table"
   group by c."table", c.action, case when c.action = 'create' then c.shape end, rt.rank, rt.writes, rt.can_create
   order by rt.rank, c.action
$$;
grant execute on function sync.group_changes(jsonb, text) to app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;
