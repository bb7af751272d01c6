-- The wedding's own tables: ordinary ones, without a column for sync. Local wall times are `timestamp`, to the minute;
-- the wedding holds its zone. Every table has row level security from here on; policies follow with the rights.

create table public.organizations (
  id   uuid primary key,
  name text not null constraint organizations_name_check check (name <> '')
);
comment on table public.organizations is 'The tenant: a planning company. Every row belongs to one.';

create table public.people (
  id              uuid primary key,
  organization_id uuid not null constraint people_organization_fkey references public.organizations on delete cascade,
  name            text not null,
  role            text not null default 'viewer' constraint people_role_check
                  check (role in ('owner', 'planner', 'assistant', 'venue', 'vendor', 'couple', 'viewer')),
  contact_kind    text not null default 'other' constraint people_contact_kind_check
                  check (contact_kind in ('employee', 'freelancer', 'couple', 'family', 'vendor', 'venue', 'other')),
  constraint people_organization_key unique (organization_id, id)
);
comment on table public.people is 'Somebody the organization works with, whether they sign in or not.';

create table public.memberships (
  id              uuid primary key,
  organization_id uuid not null constraint memberships_organization_fkey references public.organizations on delete cascade,
  user_id         uuid not null,
  person_id       uuid not null,
  role            text not null constraint memberships_role_check
                  check (role in ('owner', 'planner', 'assistant', 'venue', 'vendor', 'couple', 'viewer')),
  constraint memberships_user_key unique (organization_id, user_id),
  constraint memberships_person_key unique (organization_id, person_id),
  constraint memberships_person_fkey foreign key (organization_id, person_id)
    references public.people (organization_id, id) on delete cascade
);
comment on table public.memberships is 'Who signs in to the organization, as whom, and in which role.';
create index memberships_user_idx on public.memberships (user_id);

create table public.clients (
  id                uuid primary key,
  client_id         uuid generated always as (id) stored,
  organization_id   uuid not null constraint clients_organization_fkey references public.organizations on delete cascade,
  names             text not null,
  email             text,
  phone             text,
  wedding_date      date not null,
  time_zone         text not null,
  status            text not null default 'planning' constraint clients_status_check
                    check (status in ('lead', 'booked', 'planning', 'final', 'live', 'done')),
  venue_name        text,
  venue_address     text,
  venue_contact     text,
  access_time       time constraint clients_access_time_check check (extract(second from access_time) = 0),
  curfew            time constraint clients_curfew_check check (extract(second from curfew) = 0),
  ceremony_start    timestamp constraint clients_ceremony_start_check check (ceremony_start = date_trunc('minute', ceremony_start)),
  sunset            time constraint clients_sunset_check check (extract(second from sunset) = 0),
  headcount         integer constraint clients_headcount_check check (headcount >= 0),
  headcount_due_at  date,
  plan_b_active     boolean not null default false,
  freeze_from       timestamp constraint clients_freeze_from_check check (freeze_from = date_trunc('minute', freeze_from)),
  freeze_to         timestamp constraint clients_freeze_to_check check (freeze_to = date_trunc('minute', freeze_to)),
  emergency_contact text,
  notes             text,
  constraint clients_organization_key unique (organization_id, id),
  -- a wedding that took its organization's id would be everybody's scope
  constraint clients_id_check check (id <> organization_id)
);
comment on table public.clients is 'A couple and their wedding. Its id is the scope: what a device holds and syncs as a whole.';

create table public.assignments (
  id              uuid primary key,
  organization_id uuid not null constraint assignments_organization_fkey references public.organizations on delete cascade,
  person_id       uuid not null,
  client_id       uuid not null,
  is_lead         boolean not null default false,
  constraint assignments_person_client_key unique (organization_id, person_id, client_id),
  constraint assignments_person_fkey foreign key (organization_id, person_id)
    references public.people (organization_id, id) on delete cascade,
  constraint assignments_client_fkey foreign key (organization_id, client_id)
    references public.clients (organization_id, id) on delete cascade
);
comment on table public.assignments is 'Who works on which wedding; one of the planners leads it.';
create index assignments_client_idx on public.assignments (organization_id, client_id);

create table public.vendor_contacts (
  id              uuid primary key,
  client_id       uuid not null,
  organization_id uuid not null,
  company         text not null,
  category        text,
  contact_name    text,
  phones          jsonb not null default '{}' constraint vendor_contacts_phones_check check (jsonb_typeof(phones) = 'object'),
  email           text,
  arrival_from    timestamp constraint vendor_contacts_arrival_from_check check (arrival_from = date_trunc('minute', arrival_from)),
  arrival_to      timestamp constraint vendor_contacts_arrival_to_check check (arrival_to = date_trunc('minute', arrival_to)),
  arrival_status  text not null default 'booked' constraint vendor_contacts_arrival_status_check
                  check (arrival_status in ('booked', 'confirmed', 'en_route', 'arrived', 'set_up', 'done', 'no_show')),
  arrived_at      timestamptz,
  load_in_notes   text,
  meal_count      integer constraint vendor_contacts_meal_count_check check (meal_count >= 0),
  insurance_ok    boolean not null default false,
  replaced_by     uuid,
  person_id       uuid,
  shared_with_vendors boolean not null default false,
  constraint vendor_contacts_organization_key unique (organization_id, id),
  constraint vendor_contacts_client_fkey foreign key (organization_id, client_id)
    references public.clients (organization_id, id) on delete cascade,
  constraint vendor_contacts_replaced_by_fkey foreign key (organization_id, replaced_by)
    references public.vendor_contacts (organization_id, id) on delete set null (replaced_by),
  constraint vendor_contacts_person_fkey foreign key (organization_id, person_id)
    references public.people (organization_id, id) on delete set null (person_id)
);
comment on table public.vendor_contacts is 'A vendor at a wedding; person_id is who signs in as this vendor.';
create index vendor_contacts_client_idx on public.vendor_contacts (organization_id, client_id);
create index vendor_contacts_person_idx on public.vendor_contacts (organization_id, person_id);
create index vendor_contacts_replaced_by_idx on public.vendor_contacts (organization_id, replaced_by);

create table public.timeline_items (
  id               uuid primary key,
  client_id        uuid not null,
  organization_id  uuid not null,
  title            text not null,
  kind             text not null default 'milestone' constraint timeline_items_kind_check
                   check (kind in ('ceremony', 'portrait', 'meal', 'speech', 'music', 'load_in', 'strike', 'transport', 'buffer', 'milestone')),
  planned_start    timestamp constraint timeline_items_planned_start_check check (planned_start = date_trunc('minute', planned_start)),
  duration_min     integer not null default 15 constraint timeline_items_duration_min_check check (duration_min >= 0),
  anchor           text not null default 'soft' constraint timeline_items_anchor_check check (anchor in ('soft', 'hard')),
  min_duration_min integer constraint timeline_items_min_duration_min_check check (min_duration_min >= 0),
  compressible     boolean not null default false,
  location         text,
  owner_id         uuid,
  participant_ids  uuid[] not null default '{}',
  vendor_id        uuid,
  cue              text,
  public_note      text,
  internal_note    text,
  guest_visible    boolean not null default false,
  key_moment       boolean not null default false,
  locked           boolean not null default false,
  status           text not null default 'planned' constraint timeline_items_status_check
                   check (status in ('planned', 'ready', 'started', 'done', 'skipped')),
  actual_start     timestamptz,
  actual_end       timestamptz,
  sort_key         text,
  constraint timeline_items_organization_key unique (organization_id, id),
  constraint timeline_items_client_fkey foreign key (organization_id, client_id)
    references public.clients (organization_id, id) on delete cascade,
  constraint timeline_items_owner_fkey foreign key (organization_id, owner_id)
    references public.people (organization_id, id) on delete set null (owner_id),
  constraint timeline_items_vendor_fkey foreign key (organization_id, vendor_id)
    references public.vendor_contacts (organization_id, id) on delete set null (vendor_id)
) with (fillfactor = 70);
comment on table public.timeline_items is 'One line of the day''s running order.';
create index timeline_items_client_idx on public.timeline_items (organization_id, client_id);
create index timeline_items_owner_idx on public.timeline_items (organization_id, owner_id);
create index timeline_items_vendor_idx on public.timeline_items (organization_id, vendor_id);

create table public.notes (
  id              uuid primary key,
  client_id       uuid not null,
  organization_id uuid not null,
  body            text not null,
  category        text not null default 'idea' constraint notes_category_check
                  check (category in ('idea', 'setup_issue', 'incident', 'call')),
  priority        text not null default 'medium' constraint notes_priority_check check (priority in ('low', 'medium', 'high')),
  location        text,
  visibility      text not null default 'team' constraint notes_visibility_check
                  check (visibility in ('team', 'venue', 'vendor', 'couple', 'all')),
  constraint notes_organization_key unique (organization_id, id),
  constraint notes_client_fkey foreign key (organization_id, client_id)
    references public.clients (organization_id, id) on delete cascade
);
comment on table public.notes is 'What somebody noticed, for the people it concerns.';
create index notes_client_idx on public.notes (organization_id, client_id);

do $$
declare
  v_table text;
begin
  foreach v_table in array array['organizations', 'people', 'memberships', 'clients', 'assignments',
                                 'vendor_contacts', 'timeline_items', 'notes'] loop
    execute format('alter table public.%I enable row level security', v_table);
    execute format('alter table public.%I force row level security', v_table);
    execute format('revoke all on public.%I from public, anon, authenticated', v_table);
  end loop;
end $$;
