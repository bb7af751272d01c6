-- Carried from supabase/sql/functions, each as its file has it. Bodies are checked when they first run.
set local check_function_bodies = off;

-- ---- contested_names.sql
-- sync.contested_names: the contested fields of a conflict as table.field; null where one of them is of another record than the one the
-- conflict is about.
-- Called  the column contested of sync_conflict_log, and kept there: whoever changes what this answers has every row worked out anew
create or replace function sync.contested_names(p_table text, p_record_id uuid, p_fields jsonb)
returns text[] language sql immutable
return (
  select case when bool_and(coalesce(f ->> 'table', p_table) = p_table and coalesce(f ->> 'id', p_record_id::text) = p_record_id::text)
              then array_agg(p_table || '.' || (f ->> 'field')) end
    from jsonb_array_elements(p_fields) f);
grant execute on function sync.contested_names(text, uuid, jsonb) to wedsync_engine;

-- ---- end.sql
select sync.close_functions();
