-- sync.may_decide: whether the caller may decide a conflict: who plans the wedding may, an assistant if nothing critical is
-- contested, and nobody about what they may not read. What the freeze held is for the owner and the wedding's lead, and what waits for
-- somebody's word for those who plan.
-- Keeps   P7; the first wall is push/decide-conflict, which also knows of a freeze that began since
-- Called  sync.conflict_for, sync.decided_conflicts, sync.settle_conflict
create or replace function sync.may_decide(p_log public.sync_conflict_log)
returns boolean language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  return coalesce(
    p_log.organization_id = sync.caller_organization()
    and coalesce(p_log.scope_id, p_log.organization_id) = any (sync.caller_scopes())
    and case sync.caller_role() when 'owner' then true when 'planner' then true when 'assistant' then not exists (
          -- by what a field weighs by itself, not by how near the day is. One that moved only since has no level here: of that the
          -- server's own wall knows; and a conflict from before levels were kept with the fields goes by its own
          select from jsonb_array_elements(p_log.fields) f
           where coalesce(f ->> 'level', case when not jsonb_path_exists(p_log.fields, '$[*].level') then p_log.severity end) = 'critical') else false end
    and not exists (
          select from jsonb_array_elements(p_log.fields) f
           where f ->> 'rule' like 'freeze@%' and sync.caller_role() <> 'owner' and p_log.scope_id = any (sync.caller_leads()) is not true
              or f ->> 'rule' like 'approval@%' and sync.caller_role() not in ('owner', 'planner'))
    and jsonb_array_length(sync.readable_fields(p_log)) = jsonb_array_length(p_log.fields)
    and not exists (select from jsonb_array_elements(p_log.fields) f
                     where not sync.sees_contested(p_log, coalesce(f ->> 'table', p_log.table_name), coalesce((f ->> 'id')::uuid, p_log.record_id))), false);
end $$;
alter function sync.may_decide(public.sync_conflict_log) owner to wedsync_engine;
