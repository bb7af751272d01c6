-- sync.scope_of_change: the wedding, or the organization, a change is about: its record's, else the one it named.
-- Called  sync.changes_to_handle
create or replace function sync.scope_of_change(p_row public.offline_sync_queue)
returns uuid language plpgsql stable security definer set search_path = pg_catalog, pg_temp set enable_seqscan = off as $$
begin
  return coalesce(
    (select r.scope_id from sync.tables t join sync.records r on r.table_id = t.table_id and r.record_id = p_row.record_id
      where t.name = p_row.table_name and r.organization_id = p_row.organization_id order by r.position desc limit 1),
    case when p_row.data ->> 'client_id' ~* '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then (p_row.data ->> 'client_id')::uuid end,
    p_row.organization_id);
end $$;
alter function sync.scope_of_change(public.offline_sync_queue) owner to wedsync_engine;
