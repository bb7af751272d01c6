-- sync.contested_fields: the contested fields of some conflicts, one by one: whether the caller's role may read it, whether the caller sees
-- its record, and whether they are one of those who decide about a field like it: who plans the wedding is, an assistant unless it is
-- critical. What the freeze held is for the owner and the wedding's lead, and what waits for somebody's word for those who plan.
-- From these three follows what anybody is told of a conflict, and who may decide it.
-- Keeps   P7; the first wall of deciding is push/decide-conflict, which also knows of a freeze that began since
-- Called  sync.conflicts_told, sync.may_decide, sync.fields_in_place
create or replace function sync.contested_fields(p_logs public.sync_conflict_log[])
returns table (conflict_id uuid, nth bigint, field jsonb, may_read boolean, sees boolean, decides boolean)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan as $$
#variable_conflict use_column
declare
  v_role text := sync.caller_role();
begin
  return query
    with fields as materialized (
      select l.conflict_id, e.nth, e.field, coalesce(e.field ->> 'table', l.table_name) as table_name, coalesce((e.field ->> 'id')::uuid, l.record_id) as record_id,
             v_role in ('owner', 'planner')
             -- by what a field weighs by itself, not by how near the day is. One that moved only since has no level here: of that the
             -- server's own wall knows; and a conflict from before levels were kept with the fields goes by its own
             or v_role = 'assistant' and coalesce(e.field ->> 'level', case when not jsonb_path_exists(l.fields, '$[*].level') then l.severity end) is distinct from 'critical' as by_weight,
             (e.field ->> 'rule' like 'freeze@%' and v_role <> 'owner' and l.scope_id = any ((select sync.caller_leads())::uuid[]) is not true
              or e.field ->> 'rule' like 'approval@%' and v_role not in ('owner', 'planner')) is not true as by_rule
        from unnest(p_logs) l cross join lateral jsonb_array_elements(l.fields) with ordinality e (field, nth)
    ), records as materialized (
      -- once for each record, however many of its fields are contested
      select r.conflict_id, r.table_name, r.record_id, sync.sees_contested(l, r.table_name, r.record_id) as sees
        from (select distinct f.conflict_id, f.table_name, f.record_id from fields f) r
        join unnest(p_logs) l on l.conflict_id = r.conflict_id
    )
    select f.conflict_id, f.nth, f.field,
           exists (select from sync.field_rights w where w.table_name = f.table_name and w.field = f.field ->> 'field' and w.role = v_role and w.can_read),
           r.sees, f.by_weight and f.by_rule
      from fields f
      join records r on r.conflict_id = f.conflict_id and r.table_name = f.table_name and r.record_id = f.record_id;
end $$;
alter function sync.contested_fields(public.sync_conflict_log[]) owner to wedsync_engine;
