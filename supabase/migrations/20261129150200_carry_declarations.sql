-- Carried from the declarations in packages/wedding by scripts/carry-declarations.ts.

select sync.forget_declarations();

-- Who sees a row of people: a pure function of the row, laid open inside its policy.
create or replace function sync.audience_of_people(p_row public.people)
returns text[] language sql stable as $$
  select array['team']
      || case when (p_row).id is not null then array['person:' || (p_row).id::text] else '{}' end
      || case when (p_row).role::text in ('owner', 'planner', 'assistant') then array['team', 'venue', 'vendor', 'couple', 'viewer'] else '{}' end
$$;
grant execute on function sync.audience_of_people(public.people)
  to wedsync_engine, app_nobody, app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;

-- Who sees a row of memberships: a pure function of the row, laid open inside its policy.
create or replace function sync.audience_of_memberships(p_row public.memberships)
returns text[] language sql stable as $$
  select array['team']
      || case when (p_row).person_id is not null then array['person:' || (p_row).person_id::text] else '{}' end
$$;
grant execute on function sync.audience_of_memberships(public.memberships)
  to wedsync_engine, app_nobody, app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;

-- Who sees a row of clients: a pure function of the row, laid open inside its policy.
create or replace function sync.audience_of_clients(p_row public.clients)
returns text[] language sql stable as $$
  select array['team', 'venue', 'vendor', 'couple', 'viewer']
$$;
grant execute on function sync.audience_of_clients(public.clients)
  to wedsync_engine, app_nobody, app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;

-- Who sees a row of assignments: a pure function of the row, laid open inside its policy.
create or replace function sync.audience_of_assignments(p_row public.assignments)
returns text[] language sql stable as $$
  select array['team']
      || case when (p_row).person_id is not null then array['person:' || (p_row).person_id::text] else '{}' end
$$;
grant execute on function sync.audience_of_assignments(public.assignments)
  to wedsync_engine, app_nobody, app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;

-- Who sees a row of vendor_contacts: a pure function of the row, laid open inside its policy.
create or replace function sync.audience_of_vendor_contacts(p_row public.vendor_contacts)
returns text[] language sql stable as $$
  select array['team']
      || case when (p_row).shared_with_vendors::text in ('true') then array['vendor'] else '{}' end
      || case when (p_row).person_id is not null then array['person:' || (p_row).person_id::text] else '{}' end
$$;
grant execute on function sync.audience_of_vendor_contacts(public.vendor_contacts)
  to wedsync_engine, app_nobody, app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;

-- Who sees a row of timeline_items: a pure function of the row, laid open inside its policy.
create or replace function sync.audience_of_timeline_items(p_row public.timeline_items)
returns text[] language sql stable as $$
  select array['team', 'venue']
      || case when (p_row).guest_visible::text in ('true') then array['vendor', 'couple', 'viewer'] else '{}' end
      || case when (p_row).vendor_id is not null then array['vendor:' || (p_row).vendor_id::text] else '{}' end
$$;
grant execute on function sync.audience_of_timeline_items(public.timeline_items)
  to wedsync_engine, app_nobody, app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;

-- Who sees a row of notes: a pure function of the row, laid open inside its policy.
create or replace function sync.audience_of_notes(p_row public.notes)
returns text[] language sql stable as $$
  select array['team']
      || case when (p_row).visibility::text in ('venue', 'all') then array['venue'] else '{}' end
      || case when (p_row).visibility::text in ('vendor', 'all') then array['vendor'] else '{}' end
      || case when (p_row).visibility::text in ('couple', 'all') then array['couple'] else '{}' end
$$;
grant execute on function sync.audience_of_notes(public.notes)
  to wedsync_engine, app_nobody, app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;

-- Who sees a row of timeline_dependencies: a pure function of the row, laid open inside its policy.
create or replace function sync.audience_of_timeline_dependencies(p_row public.timeline_dependencies)
returns text[] language sql stable as $$
  select array['team', 'venue']
$$;
grant execute on function sync.audience_of_timeline_dependencies(public.timeline_dependencies)
  to wedsync_engine, app_nobody, app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;

-- Who sees a row of guests: a pure function of the row, laid open inside its policy.
create or replace function sync.audience_of_guests(p_row public.guests)
returns text[] language sql stable as $$
  select array['team', 'couple']
$$;
grant execute on function sync.audience_of_guests(public.guests)
  to wedsync_engine, app_nobody, app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;

-- Who sees a row of tables: a pure function of the row, laid open inside its policy.
create or replace function sync.audience_of_tables(p_row public.tables)
returns text[] language sql stable as $$
  select array['team', 'venue', 'couple']
$$;
grant execute on function sync.audience_of_tables(public.tables)
  to wedsync_engine, app_nobody, app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;

-- Who sees a row of seat_assignments: a pure function of the row, laid open inside its policy.
create or replace function sync.audience_of_seat_assignments(p_row public.seat_assignments)
returns text[] language sql stable as $$
  select array['team', 'couple']
$$;
grant execute on function sync.audience_of_seat_assignments(public.seat_assignments)
  to wedsync_engine, app_nobody, app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;

-- Who sees a row of tasks: a pure function of the row, laid open inside its policy.
create or replace function sync.audience_of_tasks(p_row public.tasks)
returns text[] language sql stable as $$
  select array['team']
$$;
grant execute on function sync.audience_of_tasks(public.tasks)
  to wedsync_engine, app_nobody, app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;

-- Who sees a row of forms: a pure function of the row, laid open inside its policy.
create or replace function sync.audience_of_forms(p_row public.forms)
returns text[] language sql stable as $$
  select array['team', 'couple']
$$;
grant execute on function sync.audience_of_forms(public.forms)
  to wedsync_engine, app_nobody, app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;

-- Who sees a row of form_responses: a pure function of the row, laid open inside its policy.
create or replace function sync.audience_of_form_responses(p_row public.form_responses)
returns text[] language sql stable as $$
  select array['team', 'couple']
$$;
grant execute on function sync.audience_of_form_responses(public.form_responses)
  to wedsync_engine, app_nobody, app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;

-- Who sees a row of payments: a pure function of the row, laid open inside its policy.
create or replace function sync.audience_of_payments(p_row public.payments)
returns text[] language sql stable as $$
  select array['team']
      || case when (p_row).status::text in ('due') then array['couple'] else '{}' end
$$;
grant execute on function sync.audience_of_payments(public.payments)
  to wedsync_engine, app_nobody, app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;

-- Who sees a row of payment_entries: a pure function of the row, laid open inside its policy.
create or replace function sync.audience_of_payment_entries(p_row public.payment_entries)
returns text[] language sql stable as $$
  select array['team']
$$;
grant execute on function sync.audience_of_payment_entries(public.payment_entries)
  to wedsync_engine, app_nobody, app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;

-- Who sees a row of shot_list_items: a pure function of the row, laid open inside its policy.
create or replace function sync.audience_of_shot_list_items(p_row public.shot_list_items)
returns text[] language sql stable as $$
  select array['team']
$$;
grant execute on function sync.audience_of_shot_list_items(public.shot_list_items)
  to wedsync_engine, app_nobody, app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;

-- Who sees a row of documents: a pure function of the row, laid open inside its policy.
create or replace function sync.audience_of_documents(p_row public.documents)
returns text[] language sql stable as $$
  select array['team']
      || case when (p_row).visibility::text in ('venue', 'all') then array['venue'] else '{}' end
      || case when (p_row).visibility::text in ('vendor', 'all') then array['vendor'] else '{}' end
      || case when (p_row).visibility::text in ('couple', 'all') then array['couple'] else '{}' end
$$;
grant execute on function sync.audience_of_documents(public.documents)
  to wedsync_engine, app_nobody, app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;

select sync.track('public.people', 'organization_id', 1);
select sync.track('public.memberships', 'organization_id', 2);
select sync.track('public.clients', 'client_id', 3);
select sync.track('public.assignments', 'organization_id', 4);
select sync.track('public.vendor_contacts', 'client_id', 5);
select sync.track('public.timeline_items', 'client_id', 6);
select sync.track('public.notes', 'client_id', 7);
select sync.track('public.timeline_dependencies', 'client_id', 8);
select sync.track('public.guests', 'client_id', 9);
select sync.track('public.tables', 'client_id', 10);
select sync.track('public.seat_assignments', 'client_id', 11);
select sync.track('public.tasks', 'client_id', 12);
select sync.track('public.forms', 'client_id', 13);
select sync.track('public.form_responses', 'client_id', 14);
select sync.track('public.payments', 'client_id', 15);
select sync.track('public.payment_entries', 'client_id', 16);
select sync.track('public.shot_list_items', 'client_id', 17);
select sync.track('public.documents', 'client_id', 18);

update sync.fields set together = 'venue' where field in ('venue_name', 'venue_address', 'venue_contact')
   and table_id = (select t.table_id from sync.tables t where t.name = 'clients');
update sync.fields set together = 'freeze' where field in ('freeze_from', 'freeze_to')
   and table_id = (select t.table_id from sync.tables t where t.name = 'clients');
update sync.fields set together = 'arrival' where field in ('arrival_from', 'arrival_to')
   and table_id = (select t.table_id from sync.tables t where t.name = 'vendor_contacts');
update sync.fields set together = 'schedule' where field in ('planned_start', 'duration_min')
   and table_id = (select t.table_id from sync.tables t where t.name = 'timeline_items');
update sync.fields set together = 'link' where field in ('type', 'lag_min')
   and table_id = (select t.table_id from sync.tables t where t.name = 'timeline_dependencies');
update sync.fields set together = 'place' where field in ('x', 'y', 'rotation')
   and table_id = (select t.table_id from sync.tables t where t.name = 'tables');
update sync.fields set together = 'seat' where field in ('table_id', 'seat')
   and table_id = (select t.table_id from sync.tables t where t.name = 'seat_assignments');
update sync.fields set together = 'amount' where field in ('amount_minor', 'currency')
   and table_id = (select t.table_id from sync.tables t where t.name = 'payments');
update sync.fields set together = 'file' where field in ('hash', 'size', 'versions')
   and table_id = (select t.table_id from sync.tables t where t.name = 'documents');
update sync.fields set keyed_by = '' where field = 'phones'
   and table_id = (select t.table_id from sync.tables t where t.name = 'vendor_contacts');
update sync.fields set keyed_by = 'id' where field = 'checklist'
   and table_id = (select t.table_id from sync.tables t where t.name = 'tasks');
update sync.fields set keyed_by = '' where field = 'answers'
   and table_id = (select t.table_id from sync.tables t where t.name = 'form_responses');

-- Of the caller's weddings among these, what says when their plans are frozen.
create or replace function sync.freezes_of(p_scopes uuid[])
returns jsonb language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  return (select coalesce(jsonb_object_agg(t.id, jsonb_build_object('freeze_from', to_char(t.freeze_from, 'YYYY-MM-DD"T"HH24:MI'), 'freeze_to', to_char(t.freeze_to, 'YYYY-MM-DD"T"HH24:MI'), 'time_zone', t.time_zone)), '{}')
            from public.clients t
           where t.id = any (p_scopes) and t.id = any (sync.caller_scopes()) and t.organization_id = sync.caller_organization()
             -- who changes nothing is held up by nothing
             and sync.caller_role() <> 'viewer');
end $$;
alter function sync.freezes_of(uuid[]) owner to wedsync_engine;
grant execute on function sync.freezes_of(uuid[]) to app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;

-- Whether one of these records belongs to a wedding of the caller's, led by somebody else, whose plan is frozen then, or nearly.
create or replace function sync.is_freeze_near(p_record_ids uuid[], p_at timestamptz)
returns boolean language plpgsql stable security definer
  set search_path = pg_catalog, pg_temp set enable_seqscan = off set plan_cache_mode = force_generic_plan as $$
declare
  v_organization uuid   := sync.caller_organization();
  v_scopes       uuid[] := array(select distinct f.scope_id from sync.records f
                                  where f.record_id = any (p_record_ids) and f.gone is null and f.organization_id = v_organization);
begin
  return exists (
    select from public.clients t
     where t.id = any (v_scopes) and t.organization_id = v_organization
       and t.freeze_from < p_at at time zone 'UTC' + interval '15 hours' and t.freeze_to > p_at at time zone 'UTC' - interval '15 hours'
       and t.id = any ((select sync.caller_scopes())::uuid[]) and t.id <> all ((select sync.caller_leads())::uuid[]));
end $$;
alter function sync.is_freeze_near(uuid[], timestamptz) owner to wedsync_engine;
grant execute on function sync.is_freeze_near(uuid[], timestamptz) to app_owner, app_planner, app_assistant;

insert into sync.field_rights (table_name, field, role, can_read, can_write, can_change) values
  ('people', 'name', 'owner', true, true, true),
  ('people', 'role', 'owner', true, true, true),
  ('people', 'contact_kind', 'owner', true, true, true),
  ('people', 'name', 'planner', true, true, true),
  ('people', 'role', 'planner', true, false, false),
  ('people', 'contact_kind', 'planner', true, true, true),
  ('people', 'name', 'assistant', true, false, false),
  ('people', 'role', 'assistant', true, false, false),
  ('people', 'contact_kind', 'assistant', true, false, false),
  ('people', 'name', 'venue', true, false, false),
  ('people', 'role', 'venue', true, false, false),
  ('people', 'contact_kind', 'venue', true, false, false),
  ('people', 'name', 'vendor', true, false, false),
  ('people', 'role', 'vendor', true, false, false),
  ('people', 'contact_kind', 'vendor', true, false, false),
  ('people', 'name', 'couple', true, false, false),
  ('people', 'role', 'couple', true, false, false),
  ('people', 'contact_kind', 'couple', true, false, false),
  ('people', 'name', 'viewer', true, false, false),
  ('people', 'role', 'viewer', true, false, false),
  ('people', 'contact_kind', 'viewer', true, false, false),
  ('memberships', 'user_id', 'owner', true, true, false),
  ('memberships', 'person_id', 'owner', true, true, false),
  ('memberships', 'role', 'owner', true, true, true),
  ('memberships', 'user_id', 'planner', true, false, false),
  ('memberships', 'person_id', 'planner', true, false, false),
  ('memberships', 'role', 'planner', true, false, false),
  ('memberships', 'user_id', 'assistant', true, false, false),
  ('memberships', 'person_id', 'assistant', true, false, false),
  ('memberships', 'role', 'assistant', true, false, false),
  ('memberships', 'user_id', 'venue', true, false, false),
  ('memberships', 'person_id', 'venue', true, false, false),
  ('memberships', 'role', 'venue', true, false, false),
  ('memberships', 'user_id', 'vendor', true, false, false),
  ('memberships', 'person_id', 'vendor', true, false, false),
  ('memberships', 'role', 'vendor', true, false, false),
  ('memberships', 'user_id', 'couple', true, false, false),
  ('memberships', 'person_id', 'couple', true, false, false),
  ('memberships', 'role', 'couple', true, false, false),
  ('memberships', 'user_id', 'viewer', true, false, false),
  ('memberships', 'person_id', 'viewer', true, false, false),
  ('memberships', 'role', 'viewer', true, false, false),
  ('clients', 'client_id', 'owner', true, false, false),
  ('clients', 'names', 'owner', true, true, true),
  ('clients', 'email', 'owner', true, true, true),
  ('clients', 'phone', 'owner', true, true, true),
  ('clients', 'wedding_date', 'owner', true, true, true),
  ('clients', 'time_zone', 'owner', true, true, true),
  ('clients', 'status', 'owner', true, true, true),
  ('clients', 'venue_name', 'owner', true, true, true),
  ('clients', 'venue_address', 'owner', true, true, true),
  ('clients', 'venue_contact', 'owner', true, true, true),
  ('clients', 'access_time', 'owner', true, true, true),
  ('clients', 'curfew', 'owner', true, true, true),
  ('clients', 'ceremony_start', 'owner', true, true, true),
  ('clients', 'sunset', 'owner', true, true, true),
  ('clients', 'headcount', 'owner', true, true, true),
  ('clients', 'headcount_due_at', 'owner', true, true, true),
  ('clients', 'plan_b_active', 'owner', true, true, true),
  ('clients', 'freeze_from', 'owner', true, true, true),
  ('clients', 'freeze_to', 'owner', true, true, true),
  ('clients', 'emergency_contact', 'owner', true, true, true),
  ('clients', 'notes', 'owner', true, true, true),
  ('clients', 'client_id', 'planner', true, false, false),
  ('clients', 'names', 'planner', true, true, true),
  ('clients', 'email', 'planner', true, true, true),
  ('clients', 'phone', 'planner', true, true, true),
  ('clients', 'wedding_date', 'planner', true, true, true),
  ('clients', 'time_zone', 'planner', true, true, true),
  ('clients', 'status', 'planner', true, true, true),
  ('clients', 'venue_name', 'planner', true, true, true),
  ('clients', 'venue_address', 'planner', true, true, true),
  ('clients', 'venue_contact', 'planner', true, true, true),
  ('clients', 'access_time', 'planner', true, true, true),
  ('clients', 'curfew', 'planner', true, true, true),
  ('clients', 'ceremony_start', 'planner', true, true, true),
  ('clients', 'sunset', 'planner', true, true, true),
  ('clients', 'headcount', 'planner', true, true, true),
  ('clients', 'headcount_due_at', 'planner', true, true, true),
  ('clients', 'plan_b_active', 'planner', true, true, true),
  ('clients', 'freeze_from', 'planner', true, true, true),
  ('clients', 'freeze_to', 'planner', true, true, true),
  ('clients', 'emergency_contact', 'planner', true, true, true),
  ('clients', 'notes', 'planner', true, true, true),
  ('clients', 'client_id', 'assistant', true, false, false),
  ('clients', 'names', 'assistant', true, true, true),
  ('clients', 'email', 'assistant', true, true, true),
  ('clients', 'phone', 'assistant', true, true, true),
  ('clients', 'wedding_date', 'assistant', true, true, true),
  ('clients', 'time_zone', 'assistant', true, true, true),
  ('clients', 'status', 'assistant', true, true, true),
  ('clients', 'venue_name', 'assistant', true, true, true),
  ('clients', 'venue_address', 'assistant', true, true, true),
  ('clients', 'venue_contact', 'assistant', true, true, true),
  ('clients', 'access_time', 'assistant', true, true, true),
  ('clients', 'curfew', 'assistant', true, true, true),
  ('clients', 'ceremony_start', 'assistant', true, true, true),
  ('clients', 'sunset', 'assistant', true, true, true),
  ('clients', 'headcount', 'assistant', true, true, true),
  ('clients', 'headcount_due_at', 'assistant', true, true, true),
  ('clients', 'plan_b_active', 'assistant', true, true, true),
  ('clients', 'freeze_from', 'assistant', true, false, false),
  ('clients', 'freeze_to', 'assistant', true, false, false),
  ('clients', 'emergency_contact', 'assistant', true, true, true),
  ('clients', 'notes', 'assistant', true, true, true),
  ('clients', 'client_id', 'venue', true, false, false),
  ('clients', 'names', 'venue', true, false, false),
  ('clients', 'wedding_date', 'venue', true, false, false),
  ('clients', 'time_zone', 'venue', true, false, false),
  ('clients', 'venue_name', 'venue', true, true, true),
  ('clients', 'venue_address', 'venue', true, true, true),
  ('clients', 'venue_contact', 'venue', true, true, true),
  ('clients', 'access_time', 'venue', true, true, true),
  ('clients', 'curfew', 'venue', true, true, true),
  ('clients', 'ceremony_start', 'venue', true, false, false),
  ('clients', 'sunset', 'venue', true, false, false),
  ('clients', 'headcount', 'venue', true, false, false),
  ('clients', 'headcount_due_at', 'venue', true, false, false),
  ('clients', 'plan_b_active', 'venue', true, false, false),
  ('clients', 'freeze_from', 'venue', true, false, false),
  ('clients', 'freeze_to', 'venue', true, false, false),
  ('clients', 'client_id', 'vendor', true, false, false),
  ('clients', 'names', 'vendor', true, false, false),
  ('clients', 'wedding_date', 'vendor', true, false, false),
  ('clients', 'time_zone', 'vendor', true, false, false),
  ('clients', 'venue_name', 'vendor', true, false, false),
  ('clients', 'venue_address', 'vendor', true, false, false),
  ('clients', 'venue_contact', 'vendor', true, false, false),
  ('clients', 'access_time', 'vendor', true, false, false),
  ('clients', 'curfew', 'vendor', true, false, false),
  ('clients', 'ceremony_start', 'vendor', true, false, false),
  ('clients', 'sunset', 'vendor', true, false, false),
  ('clients', 'headcount', 'vendor', true, false, false),
  ('clients', 'headcount_due_at', 'vendor', true, false, false),
  ('clients', 'plan_b_active', 'vendor', true, false, false),
  ('clients', 'freeze_from', 'vendor', true, false, false),
  ('clients', 'freeze_to', 'vendor', true, false, false),
  ('clients', 'client_id', 'couple', true, false, false),
  ('clients', 'names', 'couple', true, false, false),
  ('clients', 'email', 'couple', true, false, false),
  ('clients', 'phone', 'couple', true, false, false),
  ('clients', 'wedding_date', 'couple', true, false, false),
  ('clients', 'time_zone', 'couple', true, false, false),
  ('clients', 'status', 'couple', true, false, false),
  ('clients', 'venue_name', 'couple', true, false, false),
  ('clients', 'venue_address', 'couple', true, false, false),
  ('clients', 'access_time', 'couple', true, false, false),
  ('clients', 'curfew', 'couple', true, false, false),
  ('clients', 'ceremony_start', 'couple', true, false, false),
  ('clients', 'sunset', 'couple', true, false, false),
  ('clients', 'headcount', 'couple', true, false, false),
  ('clients', 'headcount_due_at', 'couple', true, false, false),
  ('clients', 'plan_b_active', 'couple', true, false, false),
  ('clients', 'freeze_from', 'couple', true, false, false),
  ('clients', 'freeze_to', 'couple', true, false, false),
  ('clients', 'emergency_contact', 'couple', true, false, false),
  ('clients', 'client_id', 'viewer', true, false, false),
  ('clients', 'names', 'viewer', true, false, false),
  ('clients', 'wedding_date', 'viewer', true, false, false),
  ('clients', 'time_zone', 'viewer', true, false, false),
  ('clients', 'venue_name', 'viewer', true, false, false),
  ('clients', 'venue_address', 'viewer', true, false, false),
  ('clients', 'ceremony_start', 'viewer', true, false, false),
  ('clients', 'sunset', 'viewer', true, false, false),
  ('clients', 'plan_b_active', 'viewer', true, false, false),
  ('assignments', 'person_id', 'owner', true, true, false),
  ('assignments', 'client_id', 'owner', true, true, false),
  ('assignments', 'is_lead', 'owner', true, true, true),
  ('assignments', 'person_id', 'planner', true, true, false),
  ('assignments', 'client_id', 'planner', true, true, false),
  ('assignments', 'is_lead', 'planner', true, true, true),
  ('assignments', 'person_id', 'assistant', true, false, false),
  ('assignments', 'client_id', 'assistant', true, false, false),
  ('assignments', 'is_lead', 'assistant', true, false, false),
  ('assignments', 'person_id', 'venue', true, false, false),
  ('assignments', 'client_id', 'venue', true, false, false),
  ('assignments', 'is_lead', 'venue', true, false, false),
  ('assignments', 'person_id', 'vendor', true, false, false),
  ('assignments', 'client_id', 'vendor', true, false, false),
  ('assignments', 'is_lead', 'vendor', true, false, false),
  ('assignments', 'person_id', 'couple', true, false, false),
  ('assignments', 'client_id', 'couple', true, false, false),
  ('assignments', 'is_lead', 'couple', true, false, false),
  ('assignments', 'person_id', 'viewer', true, false, false),
  ('assignments', 'client_id', 'viewer', true, false, false),
  ('assignments', 'is_lead', 'viewer', true, false, false),
  ('vendor_contacts', 'client_id', 'owner', true, true, false),
  ('vendor_contacts', 'company', 'owner', true, true, true),
  ('vendor_contacts', 'category', 'owner', true, true, true),
  ('vendor_contacts', 'contact_name', 'owner', true, true, true),
  ('vendor_contacts', 'phones', 'owner', true, true, true),
  ('vendor_contacts', 'email', 'owner', true, true, true),
  ('vendor_contacts', 'arrival_from', 'owner', true, true, true),
  ('vendor_contacts', 'arrival_to', 'owner', true, true, true),
  ('vendor_contacts', 'arrival_status', 'owner', true, true, true),
  ('vendor_contacts', 'arrived_at', 'owner', true, true, true),
  ('vendor_contacts', 'load_in_notes', 'owner', true, true, true),
  ('vendor_contacts', 'meal_count', 'owner', true, true, true),
  ('vendor_contacts', 'insurance_ok', 'owner', true, true, true),
  ('vendor_contacts', 'replaced_by', 'owner', true, true, true),
  ('vendor_contacts', 'person_id', 'owner', true, true, true),
  ('vendor_contacts', 'shared_with_vendors', 'owner', true, true, true),
  ('vendor_contacts', 'client_id', 'planner', true, true, false),
  ('vendor_contacts', 'company', 'planner', true, true, true),
  ('vendor_contacts', 'category', 'planner', true, true, true),
  ('vendor_contacts', 'contact_name', 'planner', true, true, true),
  ('vendor_contacts', 'phones', 'planner', true, true, true),
  ('vendor_contacts', 'email', 'planner', true, true, true),
  ('vendor_contacts', 'arrival_from', 'planner', true, true, true),
  ('vendor_contacts', 'arrival_to', 'planner', true, true, true),
  ('vendor_contacts', 'arrival_status', 'planner', true, true, true),
  ('vendor_contacts', 'arrived_at', 'planner', true, true, true),
  ('vendor_contacts', 'load_in_notes', 'planner', true, true, true),
  ('vendor_contacts', 'meal_count', 'planner', true, true, true),
  ('vendor_contacts', 'insurance_ok', 'planner', true, true, true),
  ('vendor_contacts', 'replaced_by', 'planner', true, true, true),
  ('vendor_contacts', 'person_id', 'planner', true, true, true),
  ('vendor_contacts', 'shared_with_vendors', 'planner', true, true, true),
  ('vendor_contacts', 'client_id', 'assistant', true, true, false),
  ('vendor_contacts', 'company', 'assistant', true, true, true),
  ('vendor_contacts', 'category', 'assistant', true, true, true),
  ('vendor_contacts', 'contact_name', 'assistant', true, true, true),
  ('vendor_contacts', 'phones', 'assistant', true, true, true),
  ('vendor_contacts', 'email', 'assistant', true, true, true),
  ('vendor_contacts', 'arrival_from', 'assistant', true, true, true),
  ('vendor_contacts', 'arrival_to', 'assistant', true, true, true),
  ('vendor_contacts', 'arrival_status', 'assistant', true, true, true),
  ('vendor_contacts', 'arrived_at', 'assistant', true, true, true),
  ('vendor_contacts', 'load_in_notes', 'assistant', true, true, true),
  ('vendor_contacts', 'meal_count', 'assistant', true, true, true),
  ('vendor_contacts', 'insurance_ok', 'assistant', true, true, true),
  ('vendor_contacts', 'replaced_by', 'assistant', true, true, true),
  ('vendor_contacts', 'person_id', 'assistant', true, false, false),
  ('vendor_contacts', 'shared_with_vendors', 'assistant', true, true, true),
  ('vendor_contacts', 'client_id', 'vendor', true, false, false),
  ('vendor_contacts', 'company', 'vendor', true, false, false),
  ('vendor_contacts', 'category', 'vendor', true, false, false),
  ('vendor_contacts', 'contact_name', 'vendor', true, false, false),
  ('vendor_contacts', 'phones', 'vendor', true, true, true),
  ('vendor_contacts', 'email', 'vendor', true, false, false),
  ('vendor_contacts', 'arrival_from', 'vendor', true, true, true),
  ('vendor_contacts', 'arrival_to', 'vendor', true, true, true),
  ('vendor_contacts', 'arrival_status', 'vendor', true, true, true),
  ('vendor_contacts', 'arrived_at', 'vendor', true, true, true),
  ('vendor_contacts', 'load_in_notes', 'vendor', true, false, false),
  ('vendor_contacts', 'meal_count', 'vendor', true, false, false),
  ('vendor_contacts', 'insurance_ok', 'vendor', true, false, false),
  ('vendor_contacts', 'person_id', 'vendor', true, false, false),
  ('vendor_contacts', 'shared_with_vendors', 'vendor', true, false, false),
  ('timeline_items', 'client_id', 'owner', true, true, false),
  ('timeline_items', 'title', 'owner', true, true, true),
  ('timeline_items', 'kind', 'owner', true, true, true),
  ('timeline_items', 'planned_start', 'owner', true, true, true),
  ('timeline_items', 'duration_min', 'owner', true, true, true),
  ('timeline_items', 'anchor', 'owner', true, true, true),
  ('timeline_items', 'min_duration_min', 'owner', true, true, true),
  ('timeline_items', 'compressible', 'owner', true, true, true),
  ('timeline_items', 'location', 'owner', true, true, true),
  ('timeline_items', 'owner_id', 'owner', true, true, true),
  ('timeline_items', 'participant_ids', 'owner', true, true, true),
  ('timeline_items', 'vendor_id', 'owner', true, true, true),
  ('timeline_items', 'cue', 'owner', true, true, true),
  ('timeline_items', 'public_note', 'owner', true, true, true),
  ('timeline_items', 'internal_note', 'owner', true, true, true),
  ('timeline_items', 'guest_visible', 'owner', true, true, true),
  ('timeline_items', 'key_moment', 'owner', true, true, true),
  ('timeline_items', 'locked', 'owner', true, true, true),
  ('timeline_items', 'status', 'owner', true, true, true),
  ('timeline_items', 'actual_start', 'owner', true, true, true),
  ('timeline_items', 'actual_end', 'owner', true, true, true),
  ('timeline_items', 'sort_key', 'owner', true, true, true),
  ('timeline_items', 'client_id', 'planner', true, true, false),
  ('timeline_items', 'title', 'planner', true, true, true),
  ('timeline_items', 'kind', 'planner', true, true, true),
  ('timeline_items', 'planned_start', 'planner', true, true, true),
  ('timeline_items', 'duration_min', 'planner', true, true, true),
  ('timeline_items', 'anchor', 'planner', true, true, true),
  ('timeline_items', 'min_duration_min', 'planner', true, true, true),
  ('timeline_items', 'compressible', 'planner', true, true, true),
  ('timeline_items', 'location', 'planner', true, true, true),
  ('timeline_items', 'owner_id', 'planner', true, true, true),
  ('timeline_items', 'participant_ids', 'planner', true, true, true),
  ('timeline_items', 'vendor_id', 'planner', true, true, true),
  ('timeline_items', 'cue', 'planner', true, true, true),
  ('timeline_items', 'public_note', 'planner', true, true, true),
  ('timeline_items', 'internal_note', 'planner', true, true, true),
  ('timeline_items', 'guest_visible', 'planner', true, true, true),
  ('timeline_items', 'key_moment', 'planner', true, true, true),
  ('timeline_items', 'locked', 'planner', true, true, true),
  ('timeline_items', 'status', 'planner', true, true, true),
  ('timeline_items', 'actual_start', 'planner', true, true, true),
  ('timeline_items', 'actual_end', 'planner', true, true, true),
  ('timeline_items', 'sort_key', 'planner', true, true, true),
  ('timeline_items', 'client_id', 'assistant', true, true, false),
  ('timeline_items', 'title', 'assistant', true, true, true),
  ('timeline_items', 'kind', 'assistant', true, true, true),
  ('timeline_items', 'planned_start', 'assistant', true, true, true),
  ('timeline_items', 'duration_min', 'assistant', true, true, true),
  ('timeline_items', 'anchor', 'assistant', true, true, true),
  ('timeline_items', 'min_duration_min', 'assistant', true, true, true),
  ('timeline_items', 'compressible', 'assistant', true, true, true),
  ('timeline_items', 'location', 'assistant', true, true, true),
  ('timeline_items', 'owner_id', 'assistant', true, true, true),
  ('timeline_items', 'participant_ids', 'assistant', true, true, true),
  ('timeline_items', 'vendor_id', 'assistant', true, true, true),
  ('timeline_items', 'cue', 'assistant', true, true, true),
  ('timeline_items', 'public_note', 'assistant', true, true, true),
  ('timeline_items', 'internal_note', 'assistant', true, true, true),
  ('timeline_items', 'guest_visible', 'assistant', true, true, true),
  ('timeline_items', 'key_moment', 'assistant', true, true, true),
  ('timeline_items', 'locked', 'assistant', true, false, false),
  ('timeline_items', 'status', 'assistant', true, true, true),
  ('timeline_items', 'actual_start', 'assistant', true, true, true),
  ('timeline_items', 'actual_end', 'assistant', true, true, true),
  ('timeline_items', 'sort_key', 'assistant', true, true, true),
  ('timeline_items', 'client_id', 'venue', true, false, false),
  ('timeline_items', 'title', 'venue', true, false, false),
  ('timeline_items', 'kind', 'venue', true, false, false),
  ('timeline_items', 'planned_start', 'venue', true, false, false),
  ('timeline_items', 'duration_min', 'venue', true, false, false),
  ('timeline_items', 'anchor', 'venue', true, false, false),
  ('timeline_items', 'min_duration_min', 'venue', true, false, false),
  ('timeline_items', 'compressible', 'venue', true, false, false),
  ('timeline_items', 'location', 'venue', true, true, true),
  ('timeline_items', 'owner_id', 'venue', true, false, false),
  ('timeline_items', 'participant_ids', 'venue', true, false, false),
  ('timeline_items', 'vendor_id', 'venue', true, false, false),
  ('timeline_items', 'cue', 'venue', true, false, false),
  ('timeline_items', 'public_note', 'venue', true, false, false),
  ('timeline_items', 'guest_visible', 'venue', true, false, false),
  ('timeline_items', 'key_moment', 'venue', true, false, false),
  ('timeline_items', 'locked', 'venue', true, false, false),
  ('timeline_items', 'status', 'venue', true, false, false),
  ('timeline_items', 'actual_start', 'venue', true, true, true),
  ('timeline_items', 'actual_end', 'venue', true, true, true),
  ('timeline_items', 'sort_key', 'venue', true, false, false),
  ('timeline_items', 'client_id', 'vendor', true, false, false),
  ('timeline_items', 'title', 'vendor', true, false, false),
  ('timeline_items', 'kind', 'vendor', true, false, false),
  ('timeline_items', 'planned_start', 'vendor', true, false, false),
  ('timeline_items', 'duration_min', 'vendor', true, false, false),
  ('timeline_items', 'anchor', 'vendor', true, false, false),
  ('timeline_items', 'min_duration_min', 'vendor', true, false, false),
  ('timeline_items', 'compressible', 'vendor', true, false, false),
  ('timeline_items', 'location', 'vendor', true, false, false),
  ('timeline_items', 'owner_id', 'vendor', true, false, false),
  ('timeline_items', 'participant_ids', 'vendor', true, false, false),
  ('timeline_items', 'vendor_id', 'vendor', true, false, false),
  ('timeline_items', 'cue', 'vendor', true, false, false),
  ('timeline_items', 'public_note', 'vendor', true, false, false),
  ('timeline_items', 'guest_visible', 'vendor', true, false, false),
  ('timeline_items', 'key_moment', 'vendor', true, false, false),
  ('timeline_items', 'locked', 'vendor', true, false, false),
  ('timeline_items', 'status', 'vendor', true, false, false),
  ('timeline_items', 'actual_start', 'vendor', true, false, false),
  ('timeline_items', 'actual_end', 'vendor', true, false, false),
  ('timeline_items', 'sort_key', 'vendor', true, false, false),
  ('timeline_items', 'client_id', 'couple', true, false, false),
  ('timeline_items', 'title', 'couple', true, false, false),
  ('timeline_items', 'kind', 'couple', true, false, false),
  ('timeline_items', 'planned_start', 'couple', true, false, false),
  ('timeline_items', 'duration_min', 'couple', true, false, false),
  ('timeline_items', 'anchor', 'couple', true, false, false),
  ('timeline_items', 'min_duration_min', 'couple', true, false, false),
  ('timeline_items', 'compressible', 'couple', true, false, false),
  ('timeline_items', 'location', 'couple', true, false, false),
  ('timeline_items', 'vendor_id', 'couple', true, false, false),
  ('timeline_items', 'public_note', 'couple', true, false, false),
  ('timeline_items', 'guest_visible', 'couple', true, false, false),
  ('timeline_items', 'key_moment', 'couple', true, false, false),
  ('timeline_items', 'locked', 'couple', true, false, false),
  ('timeline_items', 'status', 'couple', true, false, false),
  ('timeline_items', 'actual_start', 'couple', true, false, false),
  ('timeline_items', 'actual_end', 'couple', true, false, false),
  ('timeline_items', 'sort_key', 'couple', true, false, false),
  ('timeline_items', 'client_id', 'viewer', true, false, false),
  ('timeline_items', 'title', 'viewer', true, false, false),
  ('timeline_items', 'kind', 'viewer', true, false, false),
  ('timeline_items', 'planned_start', 'viewer', true, false, false),
  ('timeline_items', 'duration_min', 'viewer', true, false, false),
  ('timeline_items', 'location', 'viewer', true, false, false),
  ('timeline_items', 'guest_visible', 'viewer', true, false, false),
  ('timeline_items', 'status', 'viewer', true, false, false),
  ('timeline_items', 'actual_start', 'viewer', true, false, false),
  ('timeline_items', 'actual_end', 'viewer', true, false, false),
  ('timeline_items', 'sort_key', 'viewer', true, false, false),
  ('notes', 'client_id', 'owner', true, true, false),
  ('notes', 'body', 'owner', true, true, true),
  ('notes', 'category', 'owner', true, true, true),
  ('notes', 'priority', 'owner', true, true, true),
  ('notes', 'location', 'owner', true, true, true),
  ('notes', 'visibility', 'owner', true, true, true),
  ('notes', 'client_id', 'planner', true, true, false),
  ('notes', 'body', 'planner', true, true, true),
  ('notes', 'category', 'planner', true, true, true),
  ('notes', 'priority', 'planner', true, true, true),
  ('notes', 'location', 'planner', true, true, true),
  ('notes', 'visibility', 'planner', true, true, true),
  ('notes', 'client_id', 'assistant', true, true, false),
  ('notes', 'body', 'assistant', true, true, true),
  ('notes', 'category', 'assistant', true, true, true),
  ('notes', 'priority', 'assistant', true, true, true),
  ('notes', 'location', 'assistant', true, true, true),
  ('notes', 'visibility', 'assistant', true, true, true),
  ('notes', 'client_id', 'venue', true, false, false),
  ('notes', 'body', 'venue', true, false, false),
  ('notes', 'category', 'venue', true, false, false),
  ('notes', 'priority', 'venue', true, false, false),
  ('notes', 'location', 'venue', true, false, false),
  ('notes', 'visibility', 'venue', true, false, false),
  ('notes', 'client_id', 'vendor', true, true, false),
  ('notes', 'body', 'vendor', true, true, false),
  ('notes', 'category', 'vendor', true, true, false),
  ('notes', 'priority', 'vendor', true, true, false),
  ('notes', 'location', 'vendor', true, true, false),
  ('notes', 'visibility', 'vendor', true, false, false),
  ('notes', 'client_id', 'couple', true, false, false),
  ('notes', 'body', 'couple', true, false, false),
  ('notes', 'category', 'couple', true, false, false),
  ('notes', 'priority', 'couple', true, false, false),
  ('notes', 'location', 'couple', true, false, false),
  ('notes', 'visibility', 'couple', true, false, false),
  ('timeline_dependencies', 'client_id', 'owner', true, true, false),
  ('timeline_dependencies', 'from_id', 'owner', true, true, false),
  ('timeline_dependencies', 'to_id', 'owner', true, true, false),
  ('timeline_dependencies', 'type', 'owner', true, true, true),
  ('timeline_dependencies', 'lag_min', 'owner', true, true, true),
  ('timeline_dependencies', 'client_id', 'planner', true, true, false),
  ('timeline_dependencies', 'from_id', 'planner', true, true, false),
  ('timeline_dependencies', 'to_id', 'planner', true, true, false),
  ('timeline_dependencies', 'type', 'planner', true, true, true),
  ('timeline_dependencies', 'lag_min', 'planner', true, true, true),
  ('timeline_dependencies', 'client_id', 'assistant', true, true, false),
  ('timeline_dependencies', 'from_id', 'assistant', true, true, false),
  ('timeline_dependencies', 'to_id', 'assistant', true, true, false),
  ('timeline_dependencies', 'type', 'assistant', true, true, true),
  ('timeline_dependencies', 'lag_min', 'assistant', true, true, true),
  ('timeline_dependencies', 'client_id', 'venue', true, false, false),
  ('timeline_dependencies', 'from_id', 'venue', true, false, false),
  ('timeline_dependencies', 'to_id', 'venue', true, false, false),
  ('timeline_dependencies', 'type', 'venue', true, false, false),
  ('timeline_dependencies', 'lag_min', 'venue', true, false, false),
  ('guests', 'client_id', 'owner', true, true, false),
  ('guests', 'name', 'owner', true, true, true),
  ('guests', 'household', 'owner', true, true, true),
  ('guests', 'rsvp', 'owner', true, true, true),
  ('guests', 'meal_choice', 'owner', true, true, true),
  ('guests', 'dietary', 'owner', true, true, true),
  ('guests', 'allergies', 'owner', true, true, true),
  ('guests', 'accessibility', 'owner', true, true, true),
  ('guests', 'plus_one', 'owner', true, true, true),
  ('guests', 'child', 'owner', true, true, true),
  ('guests', 'vip', 'owner', true, true, true),
  ('guests', 'check_in_status', 'owner', true, true, true),
  ('guests', 'checked_in_at', 'owner', true, true, true),
  ('guests', 'gift_notes', 'owner', true, true, true),
  ('guests', 'client_id', 'planner', true, true, false),
  ('guests', 'name', 'planner', true, true, true),
  ('guests', 'household', 'planner', true, true, true),
  ('guests', 'rsvp', 'planner', true, true, true),
  ('guests', 'meal_choice', 'planner', true, true, true),
  ('guests', 'dietary', 'planner', true, true, true),
  ('guests', 'allergies', 'planner', true, true, true),
  ('guests', 'accessibility', 'planner', true, true, true),
  ('guests', 'plus_one', 'planner', true, true, true),
  ('guests', 'child', 'planner', true, true, true),
  ('guests', 'vip', 'planner', true, true, true),
  ('guests', 'check_in_status', 'planner', true, true, true),
  ('guests', 'checked_in_at', 'planner', true, true, true),
  ('guests', 'gift_notes', 'planner', true, true, true),
  ('guests', 'client_id', 'assistant', true, true, false),
  ('guests', 'name', 'assistant', true, true, true),
  ('guests', 'household', 'assistant', true, true, true),
  ('guests', 'rsvp', 'assistant', true, true, true),
  ('guests', 'meal_choice', 'assistant', true, true, true),
  ('guests', 'dietary', 'assistant', true, true, true),
  ('guests', 'allergies', 'assistant', true, true, true),
  ('guests', 'accessibility', 'assistant', true, true, true),
  ('guests', 'plus_one', 'assistant', true, true, true),
  ('guests', 'child', 'assistant', true, true, true),
  ('guests', 'vip', 'assistant', true, true, true),
  ('guests', 'check_in_status', 'assistant', true, true, true),
  ('guests', 'checked_in_at', 'assistant', true, true, true),
  ('guests', 'gift_notes', 'assistant', true, true, true),
  ('guests', 'client_id', 'couple', true, true, false),
  ('guests', 'name', 'couple', true, true, true),
  ('guests', 'household', 'couple', true, true, true),
  ('guests', 'rsvp', 'couple', true, true, true),
  ('guests', 'meal_choice', 'couple', true, true, true),
  ('guests', 'dietary', 'couple', true, true, true),
  ('guests', 'allergies', 'couple', true, true, true),
  ('guests', 'accessibility', 'couple', true, true, true),
  ('guests', 'plus_one', 'couple', true, true, true),
  ('guests', 'child', 'couple', true, true, true),
  ('guests', 'vip', 'couple', true, true, true),
  ('guests', 'check_in_status', 'couple', true, false, false),
  ('guests', 'checked_in_at', 'couple', true, false, false),
  ('tables', 'client_id', 'owner', true, true, false),
  ('tables', 'number', 'owner', true, true, true),
  ('tables', 'shape', 'owner', true, true, true),
  ('tables', 'capacity', 'owner', true, true, true),
  ('tables', 'x', 'owner', true, true, true),
  ('tables', 'y', 'owner', true, true, true),
  ('tables', 'rotation', 'owner', true, true, true),
  ('tables', 'client_id', 'planner', true, true, false),
  ('tables', 'number', 'planner', true, true, true),
  ('tables', 'shape', 'planner', true, true, true),
  ('tables', 'capacity', 'planner', true, true, true),
  ('tables', 'x', 'planner', true, true, true),
  ('tables', 'y', 'planner', true, true, true),
  ('tables', 'rotation', 'planner', true, true, true),
  ('tables', 'client_id', 'assistant', true, true, false),
  ('tables', 'number', 'assistant', true, true, true),
  ('tables', 'shape', 'assistant', true, true, true),
  ('tables', 'capacity', 'assistant', true, true, true),
  ('tables', 'x', 'assistant', true, true, true),
  ('tables', 'y', 'assistant', true, true, true),
  ('tables', 'rotation', 'assistant', true, true, true),
  ('tables', 'client_id', 'venue', true, true, false),
  ('tables', 'number', 'venue', true, true, true),
  ('tables', 'shape', 'venue', true, true, true),
  ('tables', 'capacity', 'venue', true, true, true),
  ('tables', 'x', 'venue', true, true, true),
  ('tables', 'y', 'venue', true, true, true),
  ('tables', 'rotation', 'venue', true, true, true),
  ('tables', 'client_id', 'couple', true, false, false),
  ('tables', 'number', 'couple', true, false, false),
  ('tables', 'shape', 'couple', true, false, false),
  ('tables', 'capacity', 'couple', true, false, false),
  ('tables', 'x', 'couple', true, false, false),
  ('tables', 'y', 'couple', true, false, false),
  ('tables', 'rotation', 'couple', true, false, false),
  ('seat_assignments', 'client_id', 'owner', true, true, false),
  ('seat_assignments', 'guest_id', 'owner', true, true, false),
  ('seat_assignments', 'table_id', 'owner', true, true, true),
  ('seat_assignments', 'seat', 'owner', true, true, true),
  ('seat_assignments', 'client_id', 'planner', true, true, false),
  ('seat_assignments', 'guest_id', 'planner', true, true, false),
  ('seat_assignments', 'table_id', 'planner', true, true, true),
  ('seat_assignments', 'seat', 'planner', true, true, true),
  ('seat_assignments', 'client_id', 'assistant', true, true, false),
  ('seat_assignments', 'guest_id', 'assistant', true, true, false),
  ('seat_assignments', 'table_id', 'assistant', true, true, true),
  ('seat_assignments', 'seat', 'assistant', true, true, true),
  ('seat_assignments', 'client_id', 'couple', true, true, false),
  ('seat_assignments', 'guest_id', 'couple', true, true, false),
  ('seat_assignments', 'table_id', 'couple', true, true, true),
  ('seat_assignments', 'seat', 'couple', true, true, true),
  ('tasks', 'client_id', 'owner', true, true, false),
  ('tasks', 'title', 'owner', true, true, true),
  ('tasks', 'due', 'owner', true, true, true),
  ('tasks', 'owner_id', 'owner', true, true, true),
  ('tasks', 'priority', 'owner', true, true, true),
  ('tasks', 'status', 'owner', true, true, true),
  ('tasks', 'checklist', 'owner', true, true, true),
  ('tasks', 'depends_on', 'owner', true, true, true),
  ('tasks', 'client_id', 'planner', true, true, false),
  ('tasks', 'title', 'planner', true, true, true),
  ('tasks', 'due', 'planner', true, true, true),
  ('tasks', 'owner_id', 'planner', true, true, true),
  ('tasks', 'priority', 'planner', true, true, true),
  ('tasks', 'status', 'planner', true, true, true),
  ('tasks', 'checklist', 'planner', true, true, true),
  ('tasks', 'depends_on', 'planner', true, true, true),
  ('tasks', 'client_id', 'assistant', true, true, false),
  ('tasks', 'title', 'assistant', true, true, true),
  ('tasks', 'due', 'assistant', true, true, true),
  ('tasks', 'owner_id', 'assistant', true, true, true),
  ('tasks', 'priority', 'assistant', true, true, true),
  ('tasks', 'status', 'assistant', true, true, true),
  ('tasks', 'checklist', 'assistant', true, true, true),
  ('tasks', 'depends_on', 'assistant', true, true, true),
  ('forms', 'client_id', 'owner', true, true, false),
  ('forms', 'title', 'owner', true, true, true),
  ('forms', 'questions', 'owner', true, true, true),
  ('forms', 'client_id', 'planner', true, true, false),
  ('forms', 'title', 'planner', true, true, true),
  ('forms', 'questions', 'planner', true, true, true),
  ('forms', 'client_id', 'assistant', true, true, false),
  ('forms', 'title', 'assistant', true, true, true),
  ('forms', 'questions', 'assistant', true, true, true),
  ('forms', 'client_id', 'couple', true, false, false),
  ('forms', 'title', 'couple', true, false, false),
  ('forms', 'questions', 'couple', true, false, false),
  ('form_responses', 'client_id', 'owner', true, true, false),
  ('form_responses', 'form_id', 'owner', true, true, false),
  ('form_responses', 'answers', 'owner', true, true, true),
  ('form_responses', 'status', 'owner', true, true, true),
  ('form_responses', 'client_id', 'planner', true, true, false),
  ('form_responses', 'form_id', 'planner', true, true, false),
  ('form_responses', 'answers', 'planner', true, true, true),
  ('form_responses', 'status', 'planner', true, true, true),
  ('form_responses', 'client_id', 'assistant', true, true, false),
  ('form_responses', 'form_id', 'assistant', true, true, false),
  ('form_responses', 'answers', 'assistant', true, true, true),
  ('form_responses', 'status', 'assistant', true, true, true),
  ('form_responses', 'client_id', 'couple', true, true, false),
  ('form_responses', 'form_id', 'couple', true, true, false),
  ('form_responses', 'answers', 'couple', true, true, true),
  ('form_responses', 'status', 'couple', true, true, true),
  ('payments', 'client_id', 'owner', true, true, false),
  ('payments', 'payee', 'owner', true, true, true),
  ('payments', 'amount_minor', 'owner', true, true, true),
  ('payments', 'currency', 'owner', true, true, true),
  ('payments', 'due', 'owner', true, true, true),
  ('payments', 'method', 'owner', true, true, true),
  ('payments', 'status', 'owner', true, true, true),
  ('payments', 'client_id', 'planner', true, true, false),
  ('payments', 'payee', 'planner', true, true, true),
  ('payments', 'amount_minor', 'planner', true, true, true),
  ('payments', 'currency', 'planner', true, true, true),
  ('payments', 'due', 'planner', true, true, true),
  ('payments', 'method', 'planner', true, true, true),
  ('payments', 'status', 'planner', true, true, true),
  ('payments', 'client_id', 'assistant', true, false, false),
  ('payments', 'payee', 'assistant', true, false, false),
  ('payments', 'amount_minor', 'assistant', true, false, false),
  ('payments', 'currency', 'assistant', true, false, false),
  ('payments', 'due', 'assistant', true, false, false),
  ('payments', 'method', 'assistant', true, false, false),
  ('payments', 'status', 'assistant', true, false, false),
  ('payments', 'client_id', 'couple', true, false, false),
  ('payments', 'payee', 'couple', true, false, false),
  ('payments', 'amount_minor', 'couple', true, false, false),
  ('payments', 'currency', 'couple', true, false, false),
  ('payments', 'due', 'couple', true, false, false),
  ('payments', 'method', 'couple', true, false, false),
  ('payments', 'status', 'couple', true, false, false),
  ('payment_entries', 'client_id', 'owner', true, true, false),
  ('payment_entries', 'payment_id', 'owner', true, true, false),
  ('payment_entries', 'amount_minor', 'owner', true, true, false),
  ('payment_entries', 'handed_to', 'owner', true, true, false),
  ('payment_entries', 'handed_by', 'owner', true, true, false),
  ('payment_entries', 'at', 'owner', true, true, false),
  ('payment_entries', 'note', 'owner', true, true, false),
  ('payment_entries', 'client_id', 'planner', true, true, false),
  ('payment_entries', 'payment_id', 'planner', true, true, false),
  ('payment_entries', 'amount_minor', 'planner', true, true, false),
  ('payment_entries', 'handed_to', 'planner', true, true, false),
  ('payment_entries', 'handed_by', 'planner', true, true, false),
  ('payment_entries', 'at', 'planner', true, true, false),
  ('payment_entries', 'note', 'planner', true, true, false),
  ('payment_entries', 'client_id', 'assistant', true, false, false),
  ('payment_entries', 'payment_id', 'assistant', true, false, false),
  ('payment_entries', 'amount_minor', 'assistant', true, false, false),
  ('payment_entries', 'handed_to', 'assistant', true, false, false),
  ('payment_entries', 'handed_by', 'assistant', true, false, false),
  ('payment_entries', 'at', 'assistant', true, false, false),
  ('payment_entries', 'note', 'assistant', true, false, false),
  ('shot_list_items', 'client_id', 'owner', true, true, false),
  ('shot_list_items', 'description', 'owner', true, true, true),
  ('shot_list_items', 'people', 'owner', true, true, true),
  ('shot_list_items', 'location', 'owner', true, true, true),
  ('shot_list_items', 'priority', 'owner', true, true, true),
  ('shot_list_items', 'done', 'owner', true, true, true),
  ('shot_list_items', 'client_id', 'planner', true, true, false),
  ('shot_list_items', 'description', 'planner', true, true, true),
  ('shot_list_items', 'people', 'planner', true, true, true),
  ('shot_list_items', 'location', 'planner', true, true, true),
  ('shot_list_items', 'priority', 'planner', true, true, true),
  ('shot_list_items', 'done', 'planner', true, true, true),
  ('shot_list_items', 'client_id', 'assistant', true, true, false),
  ('shot_list_items', 'description', 'assistant', true, true, true),
  ('shot_list_items', 'people', 'assistant', true, true, true),
  ('shot_list_items', 'location', 'assistant', true, true, true),
  ('shot_list_items', 'priority', 'assistant', true, true, true),
  ('shot_list_items', 'done', 'assistant', true, true, true),
  ('documents', 'client_id', 'owner', true, true, false),
  ('documents', 'title', 'owner', true, true, true),
  ('documents', 'hash', 'owner', true, true, true),
  ('documents', 'size', 'owner', true, true, true),
  ('documents', 'versions', 'owner', true, true, true),
  ('documents', 'pinned_offline', 'owner', true, true, true),
  ('documents', 'visibility', 'owner', true, true, true),
  ('documents', 'client_id', 'planner', true, true, false),
  ('documents', 'title', 'planner', true, true, true),
  ('documents', 'hash', 'planner', true, true, true),
  ('documents', 'size', 'planner', true, true, true),
  ('documents', 'versions', 'planner', true, true, true),
  ('documents', 'pinned_offline', 'planner', true, true, true),
  ('documents', 'visibility', 'planner', true, true, true),
  ('documents', 'client_id', 'assistant', true, true, false),
  ('documents', 'title', 'assistant', true, true, true),
  ('documents', 'hash', 'assistant', true, true, true),
  ('documents', 'size', 'assistant', true, true, true),
  ('documents', 'versions', 'assistant', true, true, true),
  ('documents', 'pinned_offline', 'assistant', true, true, true),
  ('documents', 'visibility', 'assistant', true, true, true),
  ('documents', 'client_id', 'venue', true, false, false),
  ('documents', 'title', 'venue', true, false, false),
  ('documents', 'hash', 'venue', true, false, false),
  ('documents', 'size', 'venue', true, false, false),
  ('documents', 'versions', 'venue', true, false, false),
  ('documents', 'pinned_offline', 'venue', true, false, false),
  ('documents', 'visibility', 'venue', true, false, false),
  ('documents', 'client_id', 'vendor', true, false, false),
  ('documents', 'title', 'vendor', true, false, false),
  ('documents', 'hash', 'vendor', true, false, false),
  ('documents', 'size', 'vendor', true, false, false),
  ('documents', 'versions', 'vendor', true, false, false),
  ('documents', 'pinned_offline', 'vendor', true, false, false),
  ('documents', 'visibility', 'vendor', true, false, false),
  ('documents', 'client_id', 'couple', true, false, false),
  ('documents', 'title', 'couple', true, false, false),
  ('documents', 'hash', 'couple', true, false, false),
  ('documents', 'size', 'couple', true, false, false),
  ('documents', 'versions', 'couple', true, false, false),
  ('documents', 'pinned_offline', 'couple', true, false, false),
  ('documents', 'visibility', 'couple', true, false, false);

insert into sync.table_rights (table_name, role, can_create, can_delete) values
  ('people', 'owner', true, true),
  ('people', 'planner', true, false),
  ('people', 'assistant', false, false),
  ('people', 'venue', false, false),
  ('people', 'vendor', false, false),
  ('people', 'couple', false, false),
  ('people', 'viewer', false, false),
  ('memberships', 'owner', true, true),
  ('memberships', 'planner', false, false),
  ('memberships', 'assistant', false, false),
  ('memberships', 'venue', false, false),
  ('memberships', 'vendor', false, false),
  ('memberships', 'couple', false, false),
  ('memberships', 'viewer', false, false),
  ('clients', 'owner', true, true),
  ('clients', 'planner', true, false),
  ('clients', 'assistant', false, false),
  ('clients', 'venue', false, false),
  ('clients', 'vendor', false, false),
  ('clients', 'couple', false, false),
  ('clients', 'viewer', false, false),
  ('assignments', 'owner', true, true),
  ('assignments', 'planner', true, true),
  ('assignments', 'assistant', false, false),
  ('assignments', 'venue', false, false),
  ('assignments', 'vendor', false, false),
  ('assignments', 'couple', false, false),
  ('assignments', 'viewer', false, false),
  ('vendor_contacts', 'owner', true, true),
  ('vendor_contacts', 'planner', true, true),
  ('vendor_contacts', 'assistant', true, true),
  ('vendor_contacts', 'venue', false, false),
  ('vendor_contacts', 'vendor', false, false),
  ('vendor_contacts', 'couple', false, false),
  ('vendor_contacts', 'viewer', false, false),
  ('timeline_items', 'owner', true, true),
  ('timeline_items', 'planner', true, true),
  ('timeline_items', 'assistant', true, true),
  ('timeline_items', 'venue', false, false),
  ('timeline_items', 'vendor', false, false),
  ('timeline_items', 'couple', false, false),
  ('timeline_items', 'viewer', false, false),
  ('notes', 'owner', true, true),
  ('notes', 'planner', true, true),
  ('notes', 'assistant', true, true),
  ('notes', 'venue', false, false),
  ('notes', 'vendor', true, false),
  ('notes', 'couple', false, false),
  ('notes', 'viewer', false, false),
  ('timeline_dependencies', 'owner', true, true),
  ('timeline_dependencies', 'planner', true, true),
  ('timeline_dependencies', 'assistant', true, true),
  ('timeline_dependencies', 'venue', false, false),
  ('timeline_dependencies', 'vendor', false, false),
  ('timeline_dependencies', 'couple', false, false),
  ('timeline_dependencies', 'viewer', false, false),
  ('guests', 'owner', true, true),
  ('guests', 'planner', true, true),
  ('guests', 'assistant', true, true),
  ('guests', 'venue', false, false),
  ('guests', 'vendor', false, false),
  ('guests', 'couple', true, false),
  ('guests', 'viewer', false, false),
  ('tables', 'owner', true, true),
  ('tables', 'planner', true, true),
  ('tables', 'assistant', true, true),
  ('tables', 'venue', true, false),
  ('tables', 'vendor', false, false),
  ('tables', 'couple', false, false),
  ('tables', 'viewer', false, false),
  ('seat_assignments', 'owner', true, true),
  ('seat_assignments', 'planner', true, true),
  ('seat_assignments', 'assistant', true, true),
  ('seat_assignments', 'venue', false, false),
  ('seat_assignments', 'vendor', false, false),
  ('seat_assignments', 'couple', true, true),
  ('seat_assignments', 'viewer', false, false),
  ('tasks', 'owner', true, true),
  ('tasks', 'planner', true, true),
  ('tasks', 'assistant', true, true),
  ('tasks', 'venue', false, false),
  ('tasks', 'vendor', false, false),
  ('tasks', 'couple', false, false),
  ('tasks', 'viewer', false, false),
  ('forms', 'owner', true, true),
  ('forms', 'planner', true, true),
  ('forms', 'assistant', true, true),
  ('forms', 'venue', false, false),
  ('forms', 'vendor', false, false),
  ('forms', 'couple', false, false),
  ('forms', 'viewer', false, false),
  ('form_responses', 'owner', true, true),
  ('form_responses', 'planner', true, true),
  ('form_responses', 'assistant', true, true),
  ('form_responses', 'venue', false, false),
  ('form_responses', 'vendor', false, false),
  ('form_responses', 'couple', true, false),
  ('form_responses', 'viewer', false, false),
  ('payments', 'owner', true, true),
  ('payments', 'planner', true, true),
  ('payments', 'assistant', false, false),
  ('payments', 'venue', false, false),
  ('payments', 'vendor', false, false),
  ('payments', 'couple', false, false),
  ('payments', 'viewer', false, false),
  ('payment_entries', 'owner', true, false),
  ('payment_entries', 'planner', true, false),
  ('payment_entries', 'assistant', false, false),
  ('payment_entries', 'venue', false, false),
  ('payment_entries', 'vendor', false, false),
  ('payment_entries', 'couple', false, false),
  ('payment_entries', 'viewer', false, false),
  ('shot_list_items', 'owner', true, true),
  ('shot_list_items', 'planner', true, true),
  ('shot_list_items', 'assistant', true, true),
  ('shot_list_items', 'venue', false, false),
  ('shot_list_items', 'vendor', false, false),
  ('shot_list_items', 'couple', false, false),
  ('shot_list_items', 'viewer', false, false),
  ('documents', 'owner', true, true),
  ('documents', 'planner', true, true),
  ('documents', 'assistant', true, true),
  ('documents', 'venue', false, false),
  ('documents', 'vendor', false, false),
  ('documents', 'couple', false, false),
  ('documents', 'viewer', false, false);

select sync.grant_rights();

create policy write_insert_owner on public.people for insert to app_owner with check (organization_id = (select sync.caller_organization()));
create policy write_update_owner on public.people for update to app_owner using (organization_id = (select sync.caller_organization())) with check (organization_id = (select sync.caller_organization()));
create policy write_delete_owner on public.people for delete to app_owner using (organization_id = (select sync.caller_organization()));
create policy write_insert_planner on public.people for insert to app_planner with check (organization_id = (select sync.caller_organization()));
create policy write_update_planner on public.people for update to app_planner using (organization_id = (select sync.caller_organization())) with check (organization_id = (select sync.caller_organization()));
create policy write_insert_owner on public.memberships for insert to app_owner with check (organization_id = (select sync.caller_organization()));
create policy write_update_owner on public.memberships for update to app_owner using (organization_id = (select sync.caller_organization())) with check (organization_id = (select sync.caller_organization()));
create policy write_delete_owner on public.memberships for delete to app_owner using (organization_id = (select sync.caller_organization()));
create policy write_insert_owner on public.clients for insert to app_owner with check (organization_id = (select sync.caller_organization()));
create policy write_update_owner on public.clients for update to app_owner using (organization_id = (select sync.caller_organization()) and (client_id = any ((select sync.caller_scopes())::uuid[])) is true) with check (organization_id = (select sync.caller_organization()) and (client_id = any ((select sync.caller_scopes())::uuid[])) is true);
create policy write_delete_owner on public.clients for delete to app_owner using (organization_id = (select sync.caller_organization()) and (client_id = any ((select sync.caller_scopes())::uuid[])) is true);
create policy write_insert_planner on public.clients for insert to app_planner with check (organization_id = (select sync.caller_organization()));
create policy write_update_planner on public.clients for update to app_planner using (organization_id = (select sync.caller_organization()) and (client_id = any ((select sync.caller_scopes())::uuid[])) is true) with check (organization_id = (select sync.caller_organization()) and (client_id = any ((select sync.caller_scopes())::uuid[])) is true);
create policy write_update_assistant on public.clients for update to app_assistant using (organization_id = (select sync.caller_organization()) and (client_id = any ((select sync.caller_scopes())::uuid[])) is true) with check (organization_id = (select sync.caller_organization()) and (client_id = any ((select sync.caller_scopes())::uuid[])) is true);
create policy write_update_venue on public.clients for update to app_venue using (organization_id = (select sync.caller_organization()) and (client_id = any ((select sync.caller_scopes())::uuid[])) is true) with check (organization_id = (select sync.caller_organization()) and (client_id = any ((select sync.caller_scopes())::uuid[])) is true);
create policy write_insert_owner on public.assignments for insert to app_owner with check (organization_id = (select sync.caller_organization()));
create policy write_update_owner on public.assignments for update to app_owner using (organization_id = (select sync.caller_organization())) with check (organization_id = (select sync.caller_organization()));
create policy write_delete_owner on public.assignments for delete to app_owner using (organization_id = (select sync.caller_organization()));
create policy write_insert_planner on public.assignments for insert to app_planner with check (organization_id = (select sync.caller_organization()) and ((client_id = any ((select sync.caller_scopes())::uuid[])) is true));
create policy write_update_planner on public.assignments for update to app_planner using (organization_id = (select sync.caller_organization()) and ((client_id = any ((select sync.caller_scopes())::uuid[])) is true)) with check (organization_id = (select sync.caller_organization()) and ((client_id = any ((select sync.caller_scopes())::uuid[])) is true));
create policy write_delete_planner on public.assignments for delete to app_planner using (organization_id = (select sync.caller_organization()) and ((client_id = any ((select sync.caller_scopes())::uuid[])) is true));
create policy write_insert_owner on public.vendor_contacts for insert to app_owner with check (organization_id = (select sync.caller_organization()) and (client_id = any ((select sync.caller_scopes())::uuid[])) is true);
create policy write_update_owner on public.vendor_contacts for update to app_owner using (organization_id = (select sync.caller_organization()) and (client_id = any ((select sync.caller_scopes())::uuid[])) is true) with check (organization_id = (select sync.caller_organization()) and (client_id = any ((select sync.caller_scopes())::uuid[])) is true);
create policy write_delete_owner on public.vendor_contacts for delete to app_owner using (organization_id = (select sync.caller_organization()) and (client_id = any ((select sync.caller_scopes())::uuid[])) is true);
create policy write_insert_planner on public.vendor_contacts for insert to app_planner with check (organization_id = (select sync.caller_organization()) and (client_id = any ((select sync.caller_scopes())::uuid[])) is true);
create policy write_update_planner on public.vendor_contacts for update to app_planner using (organization_id = (select sync.caller_organization()) and (client_id = any ((select sync.caller_scopes())::uuid[])) is true) with check (organization_id = (select sync.caller_organization()) and (client_id = any ((select sync.caller_scopes())::uuid[])) is true);
create policy write_delete_planner on public.vendor_contacts for delete to app_planner using (organization_id = (select sync.caller_organization()) and (client_id = any ((select sync.caller_scopes())::uuid[])) is true);
create policy write_insert_assistant on public.vendor_contacts for insert to app_assistant with check (organization_id = (select sync.caller_organization()) and (client_id = any ((select sync.caller_scopes())::uuid[])) is true);
create policy write_update_assistant on public.vendor_contacts for update to app_assistant using (organization_id = (select sync.caller_organization()) and (client_id = any ((select sync.caller_scopes())::uuid[])) is true) with check (organization_id = (select sync.caller_organization()) and (client_id = any ((select sync.caller_scopes())::uuid[])) is true);
create policy write_delete_assistant on public.vendor_contacts for delete to app_assistant using (organization_id = (select sync.caller_organization()) and (client_id = any ((select sync.caller_scopes())::uuid[])) is true);
create policy write_update_vendor on public.vendor_contacts for update to app_vendor using (organization_id = (select sync.caller_organization()) and (client_id = any ((select sync.caller_scopes())::uuid[])) is true and (person_id = (select sync.caller_person()))) with check (organization_id = (select sync.caller_organization()) and (client_id = any ((select sync.caller_scopes())::uuid[])) is true and (person_id = (select sync.caller_person())));
create policy write_insert_owner on public.timeline_items for insert to app_owner with check (organization_id = (select sync.caller_organization()) and (client_id = any ((select sync.caller_scopes())::uuid[])) is true);
create policy write_update_owner on public.timeline_items for update to app_owner using (organization_id = (select sync.caller_organization()) and (client_id = any ((select sync.caller_scopes())::uuid[])) is true) with check (organization_id = (select sync.caller_organization()) and (client_id = any ((select sync.caller_scopes())::uuid[])) is true);
create policy write_delete_owner on public.timeline_items for delete to app_owner using (organization_id = (select sync.caller_organization()) and (client_id = any ((select sync.caller_scopes())::uuid[])) is true);
create policy write_insert_planner on public.timeline_items for insert to app_planner with check (organization_id = (select sync.caller_organization()) and (client_id = any ((select sync.caller_scopes())::uuid[])) is true);
create policy write_update_planner on public.timeline_items for update to app_planner using (organization_id = (select sync.caller_organization()) and (client_id = any ((select sync.caller_scopes())::uuid[])) is true) with check (organization_id = (select sync.caller_organization()) and (client_id = any ((select sync.caller_scopes())::uuid[])) is true);
create policy write_delete_planner on public.timeline_items for delete to app_planner using (organization_id = (select sync.caller_organization()) and (client_id = any ((select sync.caller_scopes())::uuid[])) is true);
create policy write_insert_assistant on public.timeline_items for insert to app_assistant with check (organization_id = (select sync.caller_organization()) and (client_id = any ((select sync.caller_scopes())::uuid[])) is true);
create policy write_update_assistant on public.timeline_items for update to app_assistant using (organization_id = (select sync.caller_organization()) and (client_id = any ((select sync.caller_scopes())::uuid[])) is true) with check (organization_id = (select sync.caller_organization()) and (client_id = any ((select sync.caller_scopes())::uuid[])) is true);
create policy write_delete_assistant on public.timeline_items for delete to app_assistant using (organization_id = (select sync.caller_organization()) and (client_id = any ((select sync.caller_scopes())::uuid[])) is true);
create policy write_update_venue on public.timeline_items for update to app_venue using (organization_id = (select sync.caller_organization()) and (client_id = any ((select sync.caller_scopes())::uuid[])) is true) with check (organization_id = (select sync.caller_organization()) and (client_id = any ((select sync.caller_scopes())::uuid[])) is true);
create policy write_insert_owner on public.notes for insert to app_owner with check (organization_id = (select sync.caller_organization()) and (client_id = any ((select sync.caller_scopes())::uuid[])) is true);
create policy write_update_owner on public.notes for update to app_owner using (organization_id = (select sync.caller_organization()) and (client_id = any ((select sync.caller_scopes())::uuid[])) is true) with check (organization_id = (select sync.caller_organization()) and (client_id = any ((select sync.caller_scopes())::uuid[])) is true);
create policy write_delete_owner on public.notes for delete to app_owner using (organization_id = (select sync.caller_organization()) and (client_id = any ((select sync.caller_scopes())::uuid[])) is true);
create policy write_insert_planner on public.notes for insert to app_planner with check (organization_id = (select sync.caller_organization()) and (client_id = any ((select sync.caller_scopes())::uuid[])) is true);
create policy write_update_planner on public.notes for update to app_planner using (organization_id = (select sync.caller_organization()) and (client_id = any ((select sync.caller_scopes())::uuid[])) is true) with check (organization_id = (select sync.caller_organization()) and (client_id = any ((select sync.caller_scopes())::uuid[])) is true);
create policy write_delete_planner on public.notes for delete to app_planner using (organization_id = (select sync.caller_organization()) and (client_id = any ((select sync.caller_scopes())::uuid[])) is true);
create policy write_insert_assistant on public.notes for insert to app_assistant with check (organization_id = (select sync.caller_organization()) and (client_id = any ((select sync.caller_scopes())::uuid[])) is true);
create policy write_update_assistant on public.notes for update to app_assistant using (organization_id = (select sync.caller_organization()) and (client_id = any ((select sync.caller_scopes())::uuid[])) is true) with check (organization_id = (select sync.caller_organization()) and (client_id = any ((select sync.caller_scopes())::uuid[])) is true);
create policy write_delete_assistant on public.notes for delete to app_assistant using (organization_id = (select sync.caller_organization()) and (client_id = any ((select sync.caller_scopes())::uuid[])) is true);
create policy write_insert_vendor on public.notes for insert to app_vendor with check (organization_id = (select sync.caller_organization()) and (client_id = any ((select sync.caller_scopes())::uuid[])) is true);
create policy write_insert_owner on public.timeline_dependencies for insert to app_owner with check (organization_id = (select sync.caller_organization()) and (client_id = any ((select sync.caller_scopes())::uuid[])) is true);
create policy write_update_owner on public.timeline_dependencies for update to app_owner using (organization_id = (select sync.caller_organization()) and (client_id = any ((select sync.caller_scopes())::uuid[])) is true) with check (organization_id = (select sync.caller_organization()) and (client_id = any ((select sync.caller_scopes())::uuid[])) is true);
create policy write_delete_owner on public.timeline_dependencies for delete to app_owner using (organization_id = (select sync.caller_organization()) and (client_id = any ((select sync.caller_scopes())::uuid[])) is true);
create policy write_insert_planner on public.timeline_dependencies for insert to app_planner with check (organization_id = (select sync.caller_organization()) and (client_id = any ((select sync.caller_scopes())::uuid[])) is true);
create policy write_update_planner on public.timeline_dependencies for update to app_planner using (organization_id = (select sync.caller_organization()) and (client_id = any ((select sync.caller_scopes())::uuid[])) is true) with check (organization_id = (select sync.caller_organization()) and (client_id = any ((select sync.caller_scopes())::uuid[])) is true);
create policy write_delete_planner on public.timeline_dependencies for delete to app_planner using (organization_id = (select sync.caller_organization()) and (client_id = any ((select sync.caller_scopes())::uuid[])) is true);
create policy write_insert_assistant on public.timeline_dependencies for insert to app_assistant with check (organization_id = (select sync.caller_organization()) and (client_id = any ((select sync.caller_scopes())::uuid[])) is true);
create policy write_update_assistant on public.timeline_dependencies for update to app_assistant using (organization_id = (select sync.caller_organization()) and (client_id = any ((select sync.caller_scopes())::uuid[])) is true) with check (organization_id = (select sync.caller_organization()) and (client_id = any ((select sync.caller_scopes())::uuid[])) is true);
create policy write_delete_assistant on public.timeline_dependencies for delete to app_assistant using (organization_id = (select sync.caller_organization()) and (client_id = any ((select sync.caller_scopes())::uuid[])) is true);
create policy write_insert_owner on public.guests for insert to app_owner with check (organization_id = (select sync.caller_organization()) and (client_id = any ((select sync.caller_scopes())::uuid[])) is true);
create policy write_update_owner on public.guests for update to app_owner using (organization_id = (select sync.caller_organization()) and (client_id = any ((select sync.caller_scopes())::uuid[])) is true) with check (organization_id = (select sync.caller_organization()) and (client_id = any ((select sync.caller_scopes())::uuid[])) is true);
create policy write_delete_owner on public.guests for delete to app_owner using (organization_id = (select sync.caller_organization()) and (client_id = any ((select sync.caller_scopes())::uuid[])) is true);
create policy write_insert_planner on public.guests for insert to app_planner with check (organization_id = (select sync.caller_organization()) and (client_id = any ((select sync.caller_scopes())::uuid[])) is true);
create policy write_update_planner on public.guests for update to app_planner using (organization_id = (select sync.caller_organization()) and (client_id = any ((select sync.caller_scopes())::uuid[])) is true) with check (organization_id = (select sync.caller_organization()) and (client_id = any ((select sync.caller_scopes())::uuid[])) is true);
create policy write_delete_planner on public.guests for delete to app_planner using (organization_id = (select sync.caller_organization()) and (client_id = any ((select sync.caller_scopes())::uuid[])) is true);
create policy write_insert_assistant on public.guests for insert to app_assistant with check (organization_id = (select sync.caller_organization()) and (client_id = any ((select sync.caller_scopes())::uuid[])) is true);
create policy write_update_assistant on public.guests for update to app_assistant using (organization_id = (select sync.caller_organization()) and (client_id = any ((select sync.caller_scopes())::uuid[])) is true) with check (organization_id = (select sync.caller_organization()) and (client_id = any ((select sync.caller_scopes())::uuid[])) is true);
create policy write_delete_assistant on public.guests for delete to app_assistant using (organization_id = (select sync.caller_organization()) and (client_id = any ((select sync.caller_scopes())::uuid[])) is true);
create policy write_insert_couple on public.guests for insert to app_couple with check (organization_id = (select sync.caller_organization()) and (client_id = any ((select sync.caller_scopes())::uuid[])) is true);
create policy write_update_couple on public.guests for update to app_couple using (organization_id = (select sync.caller_organization()) and (client_id = any ((select sync.caller_scopes())::uuid[])) is true) with check (organization_id = (select sync.caller_organization()) and (client_id = any ((select sync.caller_scopes())::uuid[])) is true);
create policy write_insert_owner on public.tables for insert to app_owner with check (organization_id = (select sync.caller_organization()) and (client_id = any ((select sync.caller_scopes())::uuid[])) is true);
create policy write_update_owner on public.tables for update to app_owner using (organization_id = (select sync.caller_organization()) and (client_id = any ((select sync.caller_scopes())::uuid[])) is true) with check (organization_id = (select sync.caller_organization()) and (client_id = any ((select sync.caller_scopes())::uuid[])) is true);
create policy write_delete_owner on public.tables for delete to app_owner using (organization_id = (select sync.caller_organization()) and (client_id = any ((select sync.caller_scopes())::uuid[])) is true);
create policy write_insert_planner on public.tables for insert to app_planner with check (organization_id = (select sync.caller_organization()) and (client_id = any ((select sync.caller_scopes())::uuid[])) is true);
create policy write_update_planner on public.tables for update to app_planner using (organization_id = (select sync.caller_organization()) and (client_id = any ((select sync.caller_scopes())::uuid[])) is true) with check (organization_id = (select sync.caller_organization()) and (client_id = any ((select sync.caller_scopes())::uuid[])) is true);
create policy write_delete_planner on public.tables for delete to app_planner using (organization_id = (select sync.caller_organization()) and (client_id = any ((select sync.caller_scopes())::uuid[])) is true);
create policy write_insert_assistant on public.tables for insert to app_assistant with check (organization_id = (select sync.caller_organization()) and (client_id = any ((select sync.caller_scopes())::uuid[])) is true);
create policy write_update_assistant on public.tables for update to app_assistant using (organization_id = (select sync.caller_organization()) and (client_id = any ((select sync.caller_scopes())::uuid[])) is true) with check (organization_id = (select sync.caller_organization()) and (client_id = any ((select sync.caller_scopes())::uuid[])) is true);
create policy write_delete_assistant on public.tables for delete to app_assistant using (organization_id = (select sync.caller_organization()) and (client_id = any ((select sync.caller_scopes())::uuid[])) is true);
create policy write_insert_venue on public.tables for insert to app_venue with check (organization_id = (select sync.caller_organization()) and (client_id = any ((select sync.caller_scopes())::uuid[])) is true);
create policy write_update_venue on public.tables for update to app_venue using (organization_id = (select sync.caller_organization()) and (client_id = any ((select sync.caller_scopes())::uuid[])) is true) with check (organization_id = (select sync.caller_organization()) and (client_id = any ((select sync.caller_scopes())::uuid[])) is true);
create policy write_insert_owner on public.seat_assignments for insert to app_owner with check (organization_id = (select sync.caller_organization()) and (client_id = any ((select sync.caller_scopes())::uuid[])) is true);
create policy write_update_owner on public.seat_assignments for update to app_owner using (organization_id = (select sync.caller_organization()) and (client_id = any ((select sync.caller_scopes())::uuid[])) is true) with check (organization_id = (select sync.caller_organization()) and (client_id = any ((select sync.caller_scopes())::uuid[])) is true);
create policy write_delete_owner on public.seat_assignments for delete to app_owner using (organization_id = (select sync.caller_organization()) and (client_id = any ((select sync.caller_scopes())::uuid[])) is true);
create policy write_insert_planner on public.seat_assignments for insert to app_planner with check (organization_id = (select sync.caller_organization()) and (client_id = any ((select sync.caller_scopes())::uuid[])) is true);
create policy write_update_planner on public.seat_assignments for update to app_planner using (organization_id = (select sync.caller_organization()) and (client_id = any ((select sync.caller_scopes())::uuid[])) is true) with check (organization_id = (select sync.caller_organization()) and (client_id = any ((select sync.caller_scopes())::uuid[])) is true);
create policy write_delete_planner on public.seat_assignments for delete to app_planner using (organization_id = (select sync.caller_organization()) and (client_id = any ((select sync.caller_scopes())::uuid[])) is true);
create policy write_insert_assistant on public.seat_assignments for insert to app_assistant with check (organization_id = (select sync.caller_organization()) and (client_id = any ((select sync.caller_scopes())::uuid[])) is true);
create policy write_update_assistant on public.seat_assignments for update to app_assistant using (organization_id = (select sync.caller_organization()) and (client_id = any ((select sync.caller_scopes())::uuid[])) is true) with check (organization_id = (select sync.caller_organization()) and (client_id = any ((select sync.caller_scopes())::uuid[])) is true);
create policy write_delete_assistant on public.seat_assignments for delete to app_assistant using (organization_id = (select sync.caller_organization()) and (client_id = any ((select sync.caller_scopes())::uuid[])) is true);
create policy write_insert_couple on public.seat_assignments for insert to app_couple with check (organization_id = (select sync.caller_organization()) and (client_id = any ((select sync.caller_scopes())::uuid[])) is true);
create policy write_update_couple on public.seat_assignments for update to app_couple using (organization_id = (select sync.caller_organization()) and (client_id = any ((select sync.caller_scopes())::uuid[])) is true) with check (organization_id = (select sync.caller_organization()) and (client_id = any ((select sync.caller_scopes())::uuid[])) is true);
create policy write_delete_couple on public.seat_assignments for delete to app_couple using (organization_id = (select sync.caller_organization()) and (client_id = any ((select sync.caller_scopes())::uuid[])) is true);
create policy write_insert_owner on public.tasks for insert to app_owner with check (organization_id = (select sync.caller_organization()) and (client_id = any ((select sync.caller_scopes())::uuid[])) is true);
create policy write_update_owner on public.tasks for update to app_owner using (organization_id = (select sync.caller_organization()) and (client_id = any ((select sync.caller_scopes())::uuid[])) is true) with check (organization_id = (select sync.caller_organization()) and (client_id = any ((select sync.caller_scopes())::uuid[])) is true);
create policy write_delete_owner on public.tasks for delete to app_owner using (organization_id = (select sync.caller_organization()) and (client_id = any ((select sync.caller_scopes())::uuid[])) is true);
create policy write_insert_planner on public.tasks for insert to app_planner with check (organization_id = (select sync.caller_organization()) and (client_id = any ((select sync.caller_scopes())::uuid[])) is true);
create policy write_update_planner on public.tasks for update to app_planner using (organization_id = (select sync.caller_organization()) and (client_id = any ((select sync.caller_scopes())::uuid[])) is true) with check (organization_id = (select sync.caller_organization()) and (client_id = any ((select sync.caller_scopes())::uuid[])) is true);
create policy write_delete_planner on public.tasks for delete to app_planner using (organization_id = (select sync.caller_organization()) and (client_id = any ((select sync.caller_scopes())::uuid[])) is true);
create policy write_insert_assistant on public.tasks for insert to app_assistant with check (organization_id = (select sync.caller_organization()) and (client_id = any ((select sync.caller_scopes())::uuid[])) is true);
create policy write_update_assistant on public.tasks for update to app_assistant using (organization_id = (select sync.caller_organization()) and (client_id = any ((select sync.caller_scopes())::uuid[])) is true) with check (organization_id = (select sync.caller_organization()) and (client_id = any ((select sync.caller_scopes())::uuid[])) is true);
create policy write_delete_assistant on public.tasks for delete to app_assistant using (organization_id = (select sync.caller_organization()) and (client_id = any ((select sync.caller_scopes())::uuid[])) is true);
create policy write_insert_owner on public.forms for insert to app_owner with check (organization_id = (select sync.caller_organization()) and (client_id = any ((select sync.caller_scopes())::uuid[])) is true);
create policy write_update_owner on public.forms for update to app_owner using (organization_id = (select sync.caller_organization()) and (client_id = any ((select sync.caller_scopes())::uuid[])) is true) with check (organization_id = (select sync.caller_organization()) and (client_id = any ((select sync.caller_scopes())::uuid[])) is true);
create policy write_delete_owner on public.forms for delete to app_owner using (organization_id = (select sync.caller_organization()) and (client_id = any ((select sync.caller_scopes())::uuid[])) is true);
create policy write_insert_planner on public.forms for insert to app_planner with check (organization_id = (select sync.caller_organization()) and (client_id = any ((select sync.caller_scopes())::uuid[])) is true);
create policy write_update_planner on public.forms for update to app_planner using (organization_id = (select sync.caller_organization()) and (client_id = any ((select sync.caller_scopes())::uuid[])) is true) with check (organization_id = (select sync.caller_organization()) and (client_id = any ((select sync.caller_scopes())::uuid[])) is true);
create policy write_delete_planner on public.forms for delete to app_planner using (organization_id = (select sync.caller_organization()) and (client_id = any ((select sync.caller_scopes())::uuid[])) is true);
create policy write_insert_assistant on public.forms for insert to app_assistant with check (organization_id = (select sync.caller_organization()) and (client_id = any ((select sync.caller_scopes())::uuid[])) is true);
create policy write_update_assistant on public.forms for update to app_assistant using (organization_id = (select sync.caller_organization()) and (client_id = any ((select sync.caller_scopes())::uuid[])) is true) with check (organization_id = (select sync.caller_organization()) and (client_id = any ((select sync.caller_scopes())::uuid[])) is true);
create policy write_delete_assistant on public.forms for delete to app_assistant using (organization_id = (select sync.caller_organization()) and (client_id = any ((select sync.caller_scopes())::uuid[])) is true);
create policy write_insert_owner on public.form_responses for insert to app_owner with check (organization_id = (select sync.caller_organization()) and (client_id = any ((select sync.caller_scopes())::uuid[])) is true);
create policy write_update_owner on public.form_responses for update to app_owner using (organization_id = (select sync.caller_organization()) and (client_id = any ((select sync.caller_scopes())::uuid[])) is true) with check (organization_id = (select sync.caller_organization()) and (client_id = any ((select sync.caller_scopes())::uuid[])) is true);
create policy write_delete_owner on public.form_responses for delete to app_owner using (organization_id = (select sync.caller_organization()) and (client_id = any ((select sync.caller_scopes())::uuid[])) is true);
create policy write_insert_planner on public.form_responses for insert to app_planner with check (organization_id = (select sync.caller_organization()) and (client_id = any ((select sync.caller_scopes())::uuid[])) is true);
create policy write_update_planner on public.form_responses for update to app_planner using (organization_id = (select sync.caller_organization()) and (client_id = any ((select sync.caller_scopes())::uuid[])) is true) with check (organization_id = (select sync.caller_organization()) and (client_id = any ((select sync.caller_scopes())::uuid[])) is true);
create policy write_delete_planner on public.form_responses for delete to app_planner using (organization_id = (select sync.caller_organization()) and (client_id = any ((select sync.caller_scopes())::uuid[])) is true);
create policy write_insert_assistant on public.form_responses for insert to app_assistant with check (organization_id = (select sync.caller_organization()) and (client_id = any ((select sync.caller_scopes())::uuid[])) is true);
create policy write_update_assistant on public.form_responses for update to app_assistant using (organization_id = (select sync.caller_organization()) and (client_id = any ((select sync.caller_scopes())::uuid[])) is true) with check (organization_id = (select sync.caller_organization()) and (client_id = any ((select sync.caller_scopes())::uuid[])) is true);
create policy write_delete_assistant on public.form_responses for delete to app_assistant using (organization_id = (select sync.caller_organization()) and (client_id = any ((select sync.caller_scopes())::uuid[])) is true);
create policy write_insert_couple on public.form_responses for insert to app_couple with check (organization_id = (select sync.caller_organization()) and (client_id = any ((select sync.caller_scopes())::uuid[])) is true and (status::text in ('draft', 'submitted')));
create policy write_update_couple on public.form_responses for update to app_couple using (organization_id = (select sync.caller_organization()) and (client_id = any ((select sync.caller_scopes())::uuid[])) is true and (status::text in ('draft', 'submitted'))) with check (organization_id = (select sync.caller_organization()) and (client_id = any ((select sync.caller_scopes())::uuid[])) is true and (status::text in ('draft', 'submitted')));
create policy write_insert_owner on public.payments for insert to app_owner with check (organization_id = (select sync.caller_organization()) and (client_id = any ((select sync.caller_scopes())::uuid[])) is true);
create policy write_update_owner on public.payments for update to app_owner using (organization_id = (select sync.caller_organization()) and (client_id = any ((select sync.caller_scopes())::uuid[])) is true) with check (organization_id = (select sync.caller_organization()) and (client_id = any ((select sync.caller_scopes())::uuid[])) is true);
create policy write_delete_owner on public.payments for delete to app_owner using (organization_id = (select sync.caller_organization()) and (client_id = any ((select sync.caller_scopes())::uuid[])) is true);
create policy write_insert_planner on public.payments for insert to app_planner with check (organization_id = (select sync.caller_organization()) and (client_id = any ((select sync.caller_scopes())::uuid[])) is true);
create policy write_update_planner on public.payments for update to app_planner using (organization_id = (select sync.caller_organization()) and (client_id = any ((select sync.caller_scopes())::uuid[])) is true) with check (organization_id = (select sync.caller_organization()) and (client_id = any ((select sync.caller_scopes())::uuid[])) is true);
create policy write_delete_planner on public.payments for delete to app_planner using (organization_id = (select sync.caller_organization()) and (client_id = any ((select sync.caller_scopes())::uuid[])) is true);
create policy write_insert_owner on public.payment_entries for insert to app_owner with check (organization_id = (select sync.caller_organization()) and (client_id = any ((select sync.caller_scopes())::uuid[])) is true);
create policy write_insert_planner on public.payment_entries for insert to app_planner with check (organization_id = (select sync.caller_organization()) and (client_id = any ((select sync.caller_scopes())::uuid[])) is true);
create policy write_insert_owner on public.shot_list_items for insert to app_owner with check (organization_id = (select sync.caller_organization()) and (client_id = any ((select sync.caller_scopes())::uuid[])) is true);
create policy write_update_owner on public.shot_list_items for update to app_owner using (organization_id = (select sync.caller_organization()) and (client_id = any ((select sync.caller_scopes())::uuid[])) is true) with check (organization_id = (select sync.caller_organization()) and (client_id = any ((select sync.caller_scopes())::uuid[])) is true);
create policy write_delete_owner on public.shot_list_items for delete to app_owner using (organization_id = (select sync.caller_organization()) and (client_id = any ((select sync.caller_scopes())::uuid[])) is true);
create policy write_insert_planner on public.shot_list_items for insert to app_planner with check (organization_id = (select sync.caller_organization()) and (client_id = any ((select sync.caller_scopes())::uuid[])) is true);
create policy write_update_planner on public.shot_list_items for update to app_planner using (organization_id = (select sync.caller_organization()) and (client_id = any ((select sync.caller_scopes())::uuid[])) is true) with check (organization_id = (select sync.caller_organization()) and (client_id = any ((select sync.caller_scopes())::uuid[])) is true);
create policy write_delete_planner on public.shot_list_items for delete to app_planner using (organization_id = (select sync.caller_organization()) and (client_id = any ((select sync.caller_scopes())::uuid[])) is true);
create policy write_insert_assistant on public.shot_list_items for insert to app_assistant with check (organization_id = (select sync.caller_organization()) and (client_id = any ((select sync.caller_scopes())::uuid[])) is true);
create policy write_update_assistant on public.shot_list_items for update to app_assistant using (organization_id = (select sync.caller_organization()) and (client_id = any ((select sync.caller_scopes())::uuid[])) is true) with check (organization_id = (select sync.caller_organization()) and (client_id = any ((select sync.caller_scopes())::uuid[])) is true);
create policy write_delete_assistant on public.shot_list_items for delete to app_assistant using (organization_id = (select sync.caller_organization()) and (client_id = any ((select sync.caller_scopes())::uuid[])) is true);
create policy write_insert_owner on public.documents for insert to app_owner with check (organization_id = (select sync.caller_organization()) and (client_id = any ((select sync.caller_scopes())::uuid[])) is true);
create policy write_update_owner on public.documents for update to app_owner using (organization_id = (select sync.caller_organization()) and (client_id = any ((select sync.caller_scopes())::uuid[])) is true) with check (organization_id = (select sync.caller_organization()) and (client_id = any ((select sync.caller_scopes())::uuid[])) is true);
create policy write_delete_owner on public.documents for delete to app_owner using (organization_id = (select sync.caller_organization()) and (client_id = any ((select sync.caller_scopes())::uuid[])) is true);
create policy write_insert_planner on public.documents for insert to app_planner with check (organization_id = (select sync.caller_organization()) and (client_id = any ((select sync.caller_scopes())::uuid[])) is true);
create policy write_update_planner on public.documents for update to app_planner using (organization_id = (select sync.caller_organization()) and (client_id = any ((select sync.caller_scopes())::uuid[])) is true) with check (organization_id = (select sync.caller_organization()) and (client_id = any ((select sync.caller_scopes())::uuid[])) is true);
create policy write_delete_planner on public.documents for delete to app_planner using (organization_id = (select sync.caller_organization()) and (client_id = any ((select sync.caller_scopes())::uuid[])) is true);
create policy write_insert_assistant on public.documents for insert to app_assistant with check (organization_id = (select sync.caller_organization()) and (client_id = any ((select sync.caller_scopes())::uuid[])) is true);
create policy write_update_assistant on public.documents for update to app_assistant using (organization_id = (select sync.caller_organization()) and (client_id = any ((select sync.caller_scopes())::uuid[])) is true) with check (organization_id = (select sync.caller_organization()) and (client_id = any ((select sync.caller_scopes())::uuid[])) is true);
create policy write_delete_assistant on public.documents for delete to app_assistant using (organization_id = (select sync.caller_organization()) and (client_id = any ((select sync.caller_scopes())::uuid[])) is true);

-- Everyone may know the name of the company they work with.
grant select on public.organizations to app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;
drop policy if exists read_own on public.organizations;
create policy read_own on public.organizations for select to app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer using (id = (select sync.caller_organization()));

create or replace trigger assign_creator after insert on public.clients for each row execute function public.assign_creator();
create or replace trigger open_clock after insert on public.organizations for each row execute function sync.open_clock();
create or replace trigger sync_feed_insert after insert on public.sync_conflict_log referencing new table as new_rows for each statement execute function sync.place_conflicts();
create or replace trigger sync_feed_update after update on public.sync_conflict_log referencing new table as new_rows for each statement execute function sync.place_conflicts();
create or replace trigger sync_review after insert on sync.history referencing new table as new_rows for each statement execute function sync.review_history();
select sync.close_functions();
