-- Carried from supabase/sql/functions, each as its file has it. Bodies are checked when they first run.
set local check_function_bodies = off;

-- ---- settle_conflict.sql
-- sync.settle_conflict: closes a conflict's row with what a person chose; both sides stay in it.
-- Raises  42501  the caller may not decide this; SY013  it moved since it was read, or is decided. It is locked since then, so an earlier
--         change of the same batch moved it: another try would end the same
-- Keeps   P4; whoever may not decide can only drop their own side
-- Called  resolve_sync_conflict
create or replace function sync.settle_conflict(p_decision jsonb)
returns void language plpgsql volatile security definer set search_path = pg_catalog, pg_temp set enable_seqscan = off as $$
declare
  v_log    public.sync_conflict_log;
  v_chosen jsonb := p_decision -> 'chosen';
begin
  select l.* into v_log from public.sync_conflict_log l
   where l.organization_id = sync.caller_organization() and l.conflict_id = (p_decision ->> 'conflictId')::uuid
     for no key update;
  if v_log.status is distinct from 'pending' or v_log.version <> (p_decision ->> 'version')::integer
     or jsonb_array_length(v_chosen) <> jsonb_array_length(v_log.fields) then
    raise exception 'the conflict moved on' using errcode = 'SY013';
  end if;
  if not sync.may_decide(v_log) and not (
       v_log.user_id = sync.caller_user() and sync.conflict_for(v_log) is not null
       and p_decision -> 'statements' = '[]' and not exists (select from jsonb_array_elements(v_chosen) c where c ->> 'choice' <> 'server')) then
    raise exception 'not the caller''s to decide' using errcode = '42501';
  end if;

  delete from sync.contested_records c where c.organization_id = v_log.organization_id and c.conflict_id = v_log.conflict_id;
  update public.sync_conflict_log l
     set status = 'resolved', version = l.version + 1,
         fields = (select jsonb_agg((f.field - 'resolved') || (v_chosen -> (f.nth - 1)::integer)
                          -- whoever withdraws may not read what stands on the other side
                          || case when v_chosen -> (f.nth - 1)::integer ->> 'choice' = 'server' then jsonb_build_object('resolved', f.field -> 'server') else '{}' end order by f.nth)
                     from jsonb_array_elements(l.fields) with ordinality f (field, nth)),
         resolution = jsonb_build_object('strategy', 'person', 'choice', p_decision -> 'choice', 'applied', true, 'confidence', 1),
         decided_by = sync.caller_user(), decided_at = clock_timestamp(), decision_id = (p_decision ->> 'decisionId')::uuid, note = p_decision ->> 'note'
   where l.organization_id = v_log.organization_id and l.conflict_id = v_log.conflict_id;
end $$;
alter function sync.settle_conflict(jsonb) owner to wedsync_engine;
grant execute on function sync.settle_conflict(jsonb)
  to app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;

-- ---- end.sql
select sync.close_functions();
