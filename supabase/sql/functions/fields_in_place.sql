-- sync.fields_in_place: the contested fields of a conflict, each at its place, for a step that speaks of them by place: of those the
-- caller's role may not read, or of a record that is out of their sight, only the author's side, and that to the author alone.
-- Keeps   P7: whoever planned a wedding once and keeps an edit waiting there hears no more of the other side than they read today
-- Called  sync.open_conflicts, sync.decided_conflicts
create or replace function sync.fields_in_place(p_log public.sync_conflict_log)
returns jsonb language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  return (
    select jsonb_agg(case when f.may_read and f.sees then f.field
                          else f.field - array['base', 'server', 'serverBy', 'resolved', 'proposed', 'weighed', 'choice', 'reason', case when p_log.user_id = sync.caller_user() then '' else 'client' end] || '{"reason": "This is not yours to read."}' end
                     order by f.nth)
      from sync.contested_fields(array[p_log]) f);
end $$;
alter function sync.fields_in_place(public.sync_conflict_log) owner to wedsync_engine;
