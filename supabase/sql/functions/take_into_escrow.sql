-- sync.take_into_escrow: what somebody hands over who belongs to this organization no more: every change gets its ledger row, as one
-- that failed, and whoever plans the wedding finds it there. Only from a device that synced here before, or of somebody whose membership was
-- ended here (an older copy of the database does not know the device), and so much of one person.
-- Answers the receipts by change id, those of replays as they stand; null for somebody nobody knows, or one too many.
-- Keeps   P3, P8: nothing of it is applied, nothing of it is lost
-- Called  push/take-into-escrow
create or replace function sync.take_into_escrow(p_claims text, p_batch jsonb)
returns jsonb language plpgsql volatile security definer set search_path = pg_catalog, pg_temp set enable_seqscan = off as $$
declare
  v_org    uuid := p_claims::jsonb #>> '{app_metadata,organization_id}';
  v_user   uuid := p_claims::jsonb ->> 'sub';
  v_device uuid := p_batch ->> 'deviceId';
  v_knows  boolean;
  v_told   jsonb;
begin
  perform from public.offline_sync_status d
    where d.organization_id = v_org and d.user_id = v_user and d.device_id = v_device for no key update;
  v_knows := found or exists (
    select from sync.tables t
      join sync.records r on r.organization_id = v_org and r.scope_id = v_org and r.table_id = t.table_id and r.gone = 'delete'
      join sync.history h on h.record_id = r.record_id and h.table_id = r.table_id and h.action = 'delete'
     where t.name = 'memberships' and h.before ->> 'user_id' = v_user::text);
  if not v_knows or exists (select from public.memberships m where m.organization_id = v_org and m.user_id = v_user)
     or (select count(*) from public.offline_sync_queue q where q.organization_id = v_org and q.user_id = v_user and q.status = 'failed') > 10000 then
    return null;
  end if;
  -- the same change twice in one batch has one row
  insert into public.offline_sync_queue (organization_id, change_id, user_id, device_id, batch_id, table_name, record_id, action,
                                         base_version, data, base, more, payload_hash, status, error_code, receipt, settled_at)
  select v_org, e."changeId", v_user, v_device, (p_batch ->> 'batchId')::uuid, e."table", e.id, e.action, e."baseVersion", e.data, e.base, e.more,
         decode(e.hash, 'hex'), 'failed', e.receipt #>> '{failure,code}', e.receipt, now()
    from jsonb_to_recordset(p_batch -> 'entries')
           as e ("changeId" uuid, hash text, "table" text, id uuid, action text, "baseVersion" bigint, data jsonb, base jsonb, more jsonb, receipt jsonb)
   order by e."changeId"
      on conflict on constraint offline_sync_queue_pkey do nothing;
  if found then
    perform sync.tick(v_org);
  end if;

  select jsonb_object_agg(q.change_id, jsonb_build_object('hash', encode(q.payload_hash, 'hex'), 'isOwn', q.user_id = v_user,
                                                         'receipt', case when q.user_id = v_user then sync.receipt_of(q) end))
    into v_told
    from jsonb_array_elements(p_batch -> 'entries') e
    join public.offline_sync_queue q on q.organization_id = v_org and q.change_id = (e ->> 'changeId')::uuid;
  return v_told;
end $$;
alter function sync.take_into_escrow(text, jsonb) owner to wedsync_engine;
grant execute on function sync.take_into_escrow(text, jsonb) to wedsync_server;
