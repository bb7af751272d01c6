-- sync.record_changes: writes the ledger rows of a group that goes in whole, with where each record stood before: what a change
-- that moved something led to is told by history (see sync.receipt_of), so that nothing has to be written after the clock.
-- Answers how many.
-- Keeps   P1, by offline_sync_queue_pkey: a change that is known already ends the transaction, and is then looked up
-- Called  sync.prepare_batch, before a row is written
create or replace function sync.record_changes(p_group sync.change_group, p_device_id uuid, p_batch_id uuid)
returns integer language plpgsql volatile security definer
  set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan as $$
declare
  v_organization uuid := sync.caller_organization();
  v_user         uuid := sync.caller_user();
  v_recorded     integer;
begin
  insert into public.offline_sync_queue (organization_id, change_id, user_id, device_id, batch_id, table_name, record_id, action, base_version,
                                         data, base, more, payload_hash, status, version, settled_at)
  select v_organization, s.change_id, v_user, p_device_id, p_batch_id, p_group.table_name, s.id, p_group.action, s.base_version,
         s.data, s.base, s.more, s.hash, 'completed', coalesce(s.position, 0), now()
    from rows from (unnest(p_group.changes), unnest(p_group.positions)) s (id, change_id, base_version, hash, data, base, more, position);
  get diagnostics v_recorded = row_count;
  return v_recorded;
end $$;
alter function sync.record_changes(sync.change_group, uuid, uuid) owner to wedsync_engine;
grant execute on function sync.record_changes(sync.change_group, uuid, uuid) to app_owner, app_planner, app_assistant;
