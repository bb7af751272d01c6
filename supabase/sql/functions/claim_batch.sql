-- sync.claim_batch: takes the device's row, which holds back the device's other requests, and looks the changes up in the ledger.
-- Keeps   P1: replays are found before anything is refused or written
-- Raises  SY001  the claims name nobody who belongs here, or not in this role
-- Called  process_sync_batch, write_sync_decisions
create or replace function sync.claim_batch(p_device_id uuid, p_session_id text, p_device jsonb, p_change_ids uuid[],
  out o_organization uuid, out o_user uuid, out o_role text, out o_known jsonb)
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan as $$
begin
  select c.organization_id, c.user_id, c.role into o_organization, o_user, o_role from sync.caller() c;
  if not found then
    raise exception 'the caller has no such role here' using errcode = 'SY001';
  end if;

  insert into public.offline_sync_status as d (organization_id, user_id, device_id, session_id, app_version, platform, connection_quality,
                                               waiting, oldest_waiting, storage_persisted, clock_offset_ms)
  values (o_organization, o_user, p_device_id, p_session_id, p_device ->> 'appVersion', p_device ->> 'platform',
          p_device ->> 'connectionQuality', (p_device ->> 'waiting')::integer, (p_device ->> 'oldestWaiting')::timestamptz,
          (p_device ->> 'storagePersisted')::boolean,
          extract(epoch from (p_device ->> 'clock')::timestamptz - clock_timestamp()) * 1000)
  on conflict on constraint offline_sync_status_pkey do update
     set last_sync_at = now(), session_id = excluded.session_id,
         app_version = coalesce(excluded.app_version, d.app_version), platform = coalesce(excluded.platform, d.platform),
         connection_quality = coalesce(excluded.connection_quality, d.connection_quality),
         waiting = coalesce(excluded.waiting, d.waiting),
         oldest_waiting = case when excluded.waiting is null then d.oldest_waiting else excluded.oldest_waiting end,
         storage_persisted = coalesce(excluded.storage_persisted, d.storage_persisted),
         clock_offset_ms = coalesce(excluded.clock_offset_ms, d.clock_offset_ms);

  -- with the changes they build on, so that a chain can be followed
  with recursive known as (
    select q.* from public.offline_sync_queue q where q.organization_id = o_organization and q.change_id = any (p_change_ids)
    union
    select q.* from public.offline_sync_queue q join known k on q.change_id = (k.payload ->> 'after')::uuid
     where q.organization_id = o_organization
  )
  select jsonb_object_agg(k.change_id, jsonb_build_object(
           'hash', encode(k.payload_hash, 'hex'), 'status', k.status, 'isOwn', k.user_id = o_user, 'receipt', k.receipt,
           'data', k.payload -> 'data', 'after', k.payload -> 'after', 'table', k.table_name, 'id', k.record_id, 'action', k.action))
    into o_known from known k;
end $$;
alter function sync.claim_batch(uuid, text, jsonb, uuid[]) owner to wedsync_engine;
grant execute on function sync.claim_batch(uuid, text, jsonb, uuid[])
  to app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;
