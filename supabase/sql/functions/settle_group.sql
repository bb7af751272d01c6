-- sync.settle_group: writes the ledger rows of a group that went in whole; answers [[changeId, version, hasMoved]].
-- Keeps   P1, by offline_sync_queue_pkey: a change that is known already ends the transaction, and is then looked up
-- Called  process_sync_batch, once a group, after all rows are written
create or replace function sync.settle_group(p_group sync.change_group, p_device_id uuid, p_batch_id uuid)
returns jsonb language plpgsql volatile security definer
  set search_path = pg_catalog, pg_temp set enable_seqscan = off set plan_cache_mode = force_generic_plan as $$
declare
  v_organization uuid := sync.caller_organization();
  v_user         uuid := sync.caller_user();
  v_table_id     smallint := (select t.table_id from sync.tables t where t.name = p_group.table_name);
  v_me           xid := pg_current_xact_id()::xid;
  v_settled      jsonb;
begin
  with settled as materialized (
    select s.*, r.position, p_group.action = 'create' or r.xmin = v_me as has_moved
      from unnest(p_group.change_ids, p_group.ids, p_group.base_versions, p_group.data, p_group.bases, p_group.hashes, p_group.more)
             as s (change_id, id, base_version, data, base, hash, more)
      join sync.records r on r.record_id = s.id and r.table_id = v_table_id and r.gone is null
  ), ledger as (
    insert into public.offline_sync_queue (organization_id, change_id, user_id, device_id, batch_id, table_name, record_id, action, base_version,
                                           data, base, more, payload_hash, status, outcome, version, settled_at)
    select v_organization, s.change_id, v_user, p_device_id, p_batch_id, p_group.table_name, s.id, p_group.action, s.base_version,
           s.data, s.base, s.more, decode(s.hash, 'hex'), 'completed', case when s.has_moved then 'applied' else 'already_applied' end,
           s.position, now()
      from settled s
     order by s.change_id
  )
  select jsonb_agg(jsonb_build_array(s.change_id, s.position, s.has_moved)) into v_settled from settled s;

  if jsonb_array_length(v_settled) is distinct from cardinality(p_group.ids) then
    raise exception 'P3: % changes got % receipts', cardinality(p_group.ids), coalesce(jsonb_array_length(v_settled), 0);
  end if;
  return v_settled;
end $$;
alter function sync.settle_group(sync.change_group, uuid, uuid) owner to wedsync_engine;
grant execute on function sync.settle_group(sync.change_group, uuid, uuid) to app_owner, app_planner, app_assistant;
