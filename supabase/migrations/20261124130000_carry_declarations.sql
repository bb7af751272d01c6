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

select sync.track('public.people', 'organization_id', 1);
select sync.track('public.memberships', 'organization_id', 2);
select sync.track('public.clients', 'client_id', 3);
select sync.track('public.assignments', 'organization_id', 4);
select sync.track('public.vendor_contacts', 'client_id', 5);
select sync.track('public.timeline_items', 'client_id', 6);
select sync.track('public.notes', 'client_id', 7);

update sync.fields set together = 'venue' where field in ('venue_name', 'venue_address', 'venue_contact')
   and table_id = (select t.table_id from sync.tables t where t.name = 'clients');
update sync.fields set together = 'freeze' where field in ('freeze_from', 'freeze_to')
   and table_id = (select t.table_id from sync.tables t where t.name = 'clients');
update sync.fields set together = 'arrival' where field in ('arrival_from', 'arrival_to')
   and table_id = (select t.table_id from sync.tables t where t.name = 'vendor_contacts');
update sync.fields set together = 'schedule' where field in ('planned_start', 'duration_min')
   and table_id = (select t.table_id from sync.tables t where t.name = 'timeline_items');

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
  ('notes', 'visibility', 'couple', true, false, false);

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
  ('notes', 'viewer', false, false);

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
