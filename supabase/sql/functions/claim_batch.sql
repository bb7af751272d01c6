-- sync.claim_batch: takes the device's row, which holds back the device's other requests until commit. Answers whether changes of
-- this device are kept for another try: then nothing of it is plain, because later changes wait behind earlier ones.
-- Keeps   lock order: the device first
-- Raises  SY001  the claims name nobody who belongs here, or not in this role
-- Called  sync.prepare_batch
create or replace function sync.claim_batch(p_device_id uuid, p_session_id text, p_device jsonb)
returns boolean language plpgsql volatile security definer set search_path = pg_catalog, pg_temp set enable_seqscan = off set plan_cache_mode = force_generic_plan as $$
declare
  v_organization uuid := sync.caller_organization();
  v_user         uuid := sync.caller_user();
begin
  if v_organization is null then
    raise exception 'the caller has no such role here' using errcode = 'SY001';
  end if;

  insert into public.offline_sync_status as d (organization_id, user_id, device_id, session_id, app_version, platform, connection_quality,
                                               waiting, oldest_waiting, storage_persisted, clock_offset_ms, last_success_at)
  values (v_organization, v_user, p_device_id, p_session_id, p_device ->> 'appVersion', p_device ->> 'platform',
          p_device ->> 'connectionQuality', (p_device ->> 'waiting')::integer, (p_device ->> 'oldestWaiting')::timestamptz,
          (p_device ->> 'storagePersisted')::boolean,
          extract(epoch from (p_device ->> 'clock')::timestamptz - clock_timestamp()) * 1000, now())
  on conflict on constraint offline_sync_status_pkey do update
     set last_sync_at = now(), last_success_at = now(), session_id = excluded.session_id,
         app_version = coalesce(excluded.app_version, d.app_version), platform = coalesce(excluded.platform, d.platform),
         connection_quality = coalesce(excluded.connection_quality, d.connection_quality),
         waiting = coalesce(excluded.waiting, d.waiting),
         oldest_waiting = case when excluded.waiting is null then d.oldest_waiting else excluded.oldest_waiting end,
         storage_persisted = coalesce(excluded.storage_persisted, d.storage_persisted),
         clock_offset_ms = coalesce(excluded.clock_offset_ms, d.clock_offset_ms);

  -- in the order of their arrival: that is the one index in which a device's own are next to each other
  return (select q.change_id from public.offline_sync_queue q
           where q.organization_id = v_organization and q.user_id = v_user and q.device_id = p_device_id and q.status in ('pending', 'processing')
           order by q.arrival limit 1) is not null;
end $$;
alter function sync.claim_batch(uuid, text, jsonb) owner to wedsync_engine;
grant execute on function sync.claim_batch(uuid, text, jsonb)
  to app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;
