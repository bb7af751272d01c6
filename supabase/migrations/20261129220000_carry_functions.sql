-- Carried from supabase/sql/functions, each as its file has it. Bodies are checked when they first run.
set local check_function_bodies = off;

-- ---- move_sides.sql
-- sync.move_sides: open conflicts of which somebody moved the author's side: the author's later edit takes its place, and what
-- turned out to be contested when somebody wanted to decide joins. Where more goes in with a decision now, it may weigh more. Each in its turn; what could not be written changes nothing.
-- Takes   [{conflictId, unit, sides: [{place, client}], more: [field], weighs: {severity, score, because}}], the last left out where it weighs what it did
-- Called  sync.settle_decisions
create or replace function sync.move_sides(p_updates jsonb, p_faults jsonb)
returns void language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_levels constant text[] := array['low', 'medium', 'high', 'critical'];
  v_update record;
begin
  for v_update in
    select u.* from jsonb_to_recordset(p_updates) as u ("conflictId" uuid, unit text, sides jsonb, more jsonb, weighs jsonb) where not p_faults ? u.unit
  loop
    update public.sync_conflict_log l
       set version = l.version + 1,
           severity = case when array_position(v_levels, w.severity) > array_position(v_levels, l.severity) then w.severity else l.severity end,
           because = case when array_position(v_levels, w.severity) > array_position(v_levels, l.severity) then w.because else l.because end,
           score = case when array_position(v_levels, w.severity) > array_position(v_levels, l.severity) then greatest(w.score, l.score) else l.score end,
           fields = (select jsonb_agg(case when s.place is null then f.field else (f.field - array['proposed', 'weighed']) || jsonb_build_object('client', s.client) end order by f.nth)
                       from jsonb_array_elements(l.fields) with ordinality f (field, nth)
                       left join jsonb_to_recordset(v_update.sides) as s (place integer, client jsonb) on s.place = f.nth - 1) || v_update.more
      from jsonb_to_record(coalesce(v_update.weighs, '{}')) as w (severity text, score double precision, because text)
     where l.organization_id = sync.caller_organization() and l.conflict_id = v_update."conflictId" and l.status = 'pending'
       and sync.conflict_for(l) is not null;
  end loop;
end $$;
alter function sync.move_sides(jsonb, jsonb) owner to wedsync_engine;

-- ---- end.sql
select sync.close_functions();
