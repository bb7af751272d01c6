-- Carried from supabase/sql/functions, each as its file has it. Bodies are checked when they first run.
set local check_function_bodies = off;

-- ---- moved_fields.sql
-- sync.moved_fields: a conflict's fields after its record moved: the server side of those that moved is the new one. What a
-- rule proposed on the old one is no proposal any more. A delete that waits is also asked about fields that moved only now, whatever its author
-- changed in the same record before.
-- Called  sync.move_conflicts
create or replace function sync.moved_fields(p_log public.sync_conflict_log, p_table text, p_record_id uuid, p_action text,
  p_before jsonb, p_after jsonb, p_by jsonb)
returns jsonb language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare
  v_fields jsonb;
  v_known  text[];
  v_asks_to_delete boolean;
begin
  if p_action = 'delete' then
    return p_log.fields;
  end if;
  with fields as materialized (
    select e.field, e.nth, coalesce(e.field ->> 'table', p_log.table_name) = p_table
                           and coalesce((e.field ->> 'id')::uuid, p_log.record_id) = p_record_id as is_here
      from jsonb_array_elements(p_log.fields) with ordinality e (field, nth)
  )
  select jsonb_agg(case when f.is_here and p_after ? (f.field ->> 'field') and p_after -> (f.field ->> 'field') is distinct from f.field -> 'server'
                        then sync.side_moved(f.field, p_after -> (f.field ->> 'field'), p_by) else f.field end order by f.nth),
         array_agg(f.field ->> 'field') filter (where f.is_here),
         bool_or(not f.field ? 'client') filter (where f.is_here)
    into v_fields, v_known, v_asks_to_delete
    from fields f;

  if v_asks_to_delete and p_action = 'update' then
    v_fields := v_fields || coalesce((
      select jsonb_agg(jsonb_strip_nulls(jsonb_build_object(
               'table', nullif(p_table, p_log.table_name), 'id', nullif(p_record_id, p_log.record_id)))
               || jsonb_build_object('field', a.key, 'base', p_before -> a.key, 'server', a.value, 'serverBy', p_by,
                                     'rule', 'delete_edited@1', 'reason', 'Somebody changed this while somebody else deleted it, so a person decides whether it stays.')
               order by a.key)
        from jsonb_each(p_after) a where a.key <> all (v_known)), '[]');
  end if;
  return v_fields;
end $$;
alter function sync.moved_fields(public.sync_conflict_log, text, uuid, text, jsonb, jsonb, jsonb) owner to wedsync_engine;

-- ---- end.sql
select sync.close_functions();
