-- sync.open_reviews: notes which records the conflicts that a person has to decide are about.
-- Called  sync.settle_decisions, after their rows
create or replace function sync.open_reviews(p_conflicts jsonb, p_updates jsonb, p_faults jsonb)
returns void language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  insert into sync.contested_records (organization_id, record_id, table_name, conflict_id)
  select distinct l.organization_id, coalesce((f.field ->> 'id')::uuid, l.record_id), coalesce(f.field ->> 'table', l.table_name), l.conflict_id
    from (select c."conflictId" from jsonb_to_recordset(p_conflicts) as c ("conflictId" uuid, unit text) where not p_faults ? c.unit
          union
          select u."conflictId" from jsonb_to_recordset(p_updates) as u ("conflictId" uuid, unit text) where not p_faults ? u.unit) o
    join public.sync_conflict_log l on l.organization_id = sync.caller_organization() and l.conflict_id = o."conflictId" and l.status = 'pending'
   cross join lateral (select e.field from jsonb_array_elements(l.fields) e (field) union all select '{}') f
  on conflict do nothing;
end $$;
alter function sync.open_reviews(jsonb, jsonb, jsonb) owner to wedsync_engine;
