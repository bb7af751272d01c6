-- sync.find_known: what the ledger says of some changes and of those they build on, by change id; null for none.
-- Keeps   P1: replays are found before anything is refused or decided
-- Called  sync.open_batch
create or replace function sync.find_known(p_change_ids uuid[])
returns jsonb language plpgsql stable security definer set search_path = pg_catalog, pg_temp set enable_seqscan = off as $$
declare
  v_organization uuid := sync.caller_organization();
  v_user         uuid := sync.caller_user();
  v_known        jsonb;
begin
  with recursive known as (
    select q.* from public.offline_sync_queue q where q.organization_id = v_organization and q.change_id = any (p_change_ids)
    union
    select q.* from public.offline_sync_queue q join known k on q.change_id = case when k.more ->> 'after' ~* '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then (k.more ->> 'after')::uuid end
     where q.organization_id = v_organization
  )
  select jsonb_object_agg(k.change_id, case when k.user_id = v_user
           then jsonb_build_object('hash', encode(k.payload_hash, 'hex'), 'status', k.status, 'isOwn', true, 'receipt', sync.receipt_of(k),
                                   'data', k.data, 'after', lower(k.more ->> 'after'), 'table', k.table_name, 'id', k.record_id, 'action', k.action)
           -- of another person's change, only that the id is taken
           else '{"isOwn": false}' end)
    into v_known from known k;
  return v_known;
end $$;
alter function sync.find_known(uuid[]) owner to wedsync_engine;
grant execute on function sync.find_known(uuid[])
  to app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;
