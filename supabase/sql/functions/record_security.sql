-- sync.record_security: appends what the server saw happen; there is no function that reads, alters or removes an entry.
-- Called  ops/security-log, a few times a minute, with a bounded number of entries
create or replace function sync.record_security(p_entries jsonb)
returns void language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  insert into sync.security_log (at, organization_id, user_id, event, code, times, request_id)
  select e.at, e."organizationId", e."userId", e.event, e.code, e.times, e."requestId"
    from jsonb_to_recordset(p_entries) as e (at timestamptz, "organizationId" uuid, "userId" uuid, event text, code text, times integer, "requestId" text);
end $$;
alter function sync.record_security(jsonb) owner to wedsync_engine;
grant execute on function sync.record_security(jsonb) to wedsync_server;
