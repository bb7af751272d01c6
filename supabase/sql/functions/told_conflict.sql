-- sync.told_conflict: the conflict of a stored receipt, with the keys its reader's role may read today.
-- Keeps   P7: a receipt outlives the rights it was written under
-- Called  sync.receipt_of
create or replace function sync.told_conflict(p_conflict jsonb)
returns jsonb language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  return jsonb_set(p_conflict, '{fields}', coalesce((
    select jsonb_agg(f.field order by f.nth)
      from jsonb_array_elements(p_conflict -> 'fields') with ordinality f (field, nth)
      join sync.field_rights r on r.table_name = coalesce(f.field ->> 'table', p_conflict ->> 'table') and r.field = f.field ->> 'field'
                              and r.role = sync.caller_role() and r.can_read), '[]'));
end $$;
alter function sync.told_conflict(jsonb) owner to wedsync_engine;
