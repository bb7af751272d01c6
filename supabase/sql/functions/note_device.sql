-- sync.note_device: notes in the caller's row of one device how far it has read, when that is news.
-- Called  sync.pull_page
create or replace function sync.note_device(p_device_id uuid, p_position bigint, p_device jsonb)
returns void language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  insert into public.offline_sync_status as d (organization_id, user_id, device_id, last_success_at, position, waiting, oldest_waiting, app_version, platform)
  select sync.caller_organization(), sync.caller_user(), p_device_id, now(), p_position, (p_device ->> 'waiting')::integer,
         (p_device ->> 'oldestWaiting')::timestamptz, p_device ->> 'appVersion', p_device ->> 'platform'
  on conflict on constraint offline_sync_status_pkey do update
     set last_sync_at = now(), last_success_at = now(), position = excluded.position, waiting = coalesce(excluded.waiting, d.waiting),
         app_version = coalesce(excluded.app_version, d.app_version), platform = coalesce(excluded.platform, d.platform)
   where d.position <> excluded.position or d.waiting is distinct from coalesce(excluded.waiting, d.waiting)
      or d.last_success_at is null or d.last_success_at < now() - interval '10 seconds';
end $$;
alter function sync.note_device(uuid, bigint, jsonb) owner to wedsync_engine;
grant execute on function sync.note_device(uuid, bigint, jsonb)
  to app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;
