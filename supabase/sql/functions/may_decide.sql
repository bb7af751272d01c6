-- sync.may_decide: whether the caller may decide a conflict: one of those who decide about each of its fields, and nobody about what they
-- may not read.
-- Keeps   P7
-- Called  sync.decided_conflicts, sync.settle_conflict
create or replace function sync.may_decide(p_log public.sync_conflict_log)
returns boolean language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  return coalesce(
    p_log.organization_id = sync.caller_organization()
    and coalesce(p_log.scope_id, p_log.organization_id) = any (sync.caller_scopes())
    and (select bool_and(f.may_read and f.sees and f.decides) from sync.contested_fields(array[p_log]) f), false);
end $$;
alter function sync.may_decide(public.sync_conflict_log) owner to wedsync_engine;
