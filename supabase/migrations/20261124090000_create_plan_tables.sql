-- The rest of a wedding's plan: what waits for what, guests and seats, tasks, forms, money, shots, documents. Ordinary tables,
-- without a column for sync. What belongs to a wedding refers to records of the same wedding and no other: the keys say so.

-- The key that dependencies refer to also serves what the index of items by wedding served.
alter table public.timeline_items add constraint timeline_items_client_key unique (organization_id, client_id, id);
drop index public.timeline_items_client_idx;

create table public.timeline_dependencies (
  id              uuid primary key,
  client_id       uuid not null,
  organization_id uuid not null,
  from_id         uuid not null,
  to_id           uuid not null,
  type            text not null default 'FS' constraint timeline_dependencies_type_check check (type in ('FS', 'SS', 'FF', 'SF')),
  lag_min         integer,
  constraint timeline_dependencies_ends_check check (from_id <> to_id),
  constraint timeline_dependencies_client_fkey foreign key (organization_id, client_id)
    references public.clients (organization_id, id) on delete cascade,
  constraint timeline_dependencies_from_fkey foreign key (organization_id, client_id, from_id)
    references public.timeline_items (organization_id, client_id, id) on delete cascade,
  constraint timeline_dependencies_to_fkey foreign key (organization_id, client_id, to_id)
    references public.timeline_items (organization_id, client_id, id) on delete cascade
);
comment on table public.timeline_dependencies is 'Which item of the running order waits for which.';
create index timeline_dependencies_from_idx on public.timeline_dependencies (organization_id, client_id, from_id);
create index timeline_dependencies_to_idx on public.timeline_dependencies (organization_id, client_id, to_id);

create table public.guests (
  id              uuid primary key,
  client_id       uuid not null,
  organization_id uuid not null,
  name            text not null,
  household       text,
  rsvp            text not null default 'none' constraint guests_rsvp_check check (rsvp in ('none', 'yes', 'no', 'maybe')),
  meal_choice     text,
  dietary         text[] not null default '{}',
  allergies       jsonb not null default '[]' constraint guests_allergies_check check (jsonb_typeof(allergies) = 'array'),
  accessibility   text,
  plus_one        boolean not null default false,
  child           boolean not null default false,
  vip             boolean not null default false,
  check_in_status text not null default 'expected' constraint guests_check_in_status_check
                  check (check_in_status in ('expected', 'arrived', 'left')),
  checked_in_at   timestamptz,
  gift_notes      text,
  constraint guests_client_key unique (organization_id, client_id, id),
  constraint guests_client_fkey foreign key (organization_id, client_id)
    references public.clients (organization_id, id) on delete cascade
);
comment on table public.guests is 'Somebody who is invited.';

create table public.tables (
  id              uuid primary key,
  client_id       uuid not null,
  organization_id uuid not null,
  number          integer not null constraint tables_number_check check (number >= 0),
  shape           text,
  capacity        integer constraint tables_capacity_check check (capacity >= 0),
  x               integer,
  y               integer,
  rotation        integer constraint tables_rotation_check check (rotation between -360 and 360),
  constraint tables_client_key unique (organization_id, client_id, id),
  constraint tables_client_fkey foreign key (organization_id, client_id)
    references public.clients (organization_id, id) on delete cascade
);
comment on table public.tables is 'A table of the room, and where it stands.';

create table public.seat_assignments (
  id              uuid primary key,
  client_id       uuid not null,
  organization_id uuid not null,
  guest_id        uuid not null,
  table_id        uuid not null,
  seat            integer constraint seat_assignments_seat_check check (seat > 0),
  constraint seat_assignments_guest_key unique (organization_id, client_id, guest_id),
  -- looked at when the statement is done: two guests change places in one
  constraint seat_assignments_seat_key unique (organization_id, client_id, table_id, seat) deferrable initially immediate,
  constraint seat_assignments_client_fkey foreign key (organization_id, client_id)
    references public.clients (organization_id, id) on delete cascade,
  constraint seat_assignments_guest_fkey foreign key (organization_id, client_id, guest_id)
    references public.guests (organization_id, client_id, id) on delete cascade,
  constraint seat_assignments_table_fkey foreign key (organization_id, client_id, table_id)
    references public.tables (organization_id, client_id, id) on delete cascade
);
comment on table public.seat_assignments is 'Who sits where: one guest one seat, one seat one guest.';

create table public.tasks (
  id              uuid primary key,
  client_id       uuid not null,
  organization_id uuid not null,
  title           text not null,
  due             timestamp constraint tasks_due_check check (due = date_trunc('minute', due)),
  owner_id        uuid,
  priority        text not null default 'normal' constraint tasks_priority_check check (priority in ('low', 'normal', 'high')),
  status          text not null default 'open' constraint tasks_status_check check (status in ('open', 'doing', 'done')),
  checklist       jsonb not null default '[]' constraint tasks_checklist_check check (jsonb_typeof(checklist) = 'array'),
  depends_on      uuid[] not null default '{}',
  constraint tasks_organization_key unique (organization_id, id),
  constraint tasks_client_fkey foreign key (organization_id, client_id)
    references public.clients (organization_id, id) on delete cascade,
  constraint tasks_owner_fkey foreign key (organization_id, owner_id)
    references public.people (organization_id, id) on delete set null (owner_id)
);
comment on table public.tasks is 'Something to be done before the day or on it.';
create index tasks_client_idx on public.tasks (organization_id, client_id);
create index tasks_owner_idx on public.tasks (organization_id, owner_id);

create table public.forms (
  id              uuid primary key,
  client_id       uuid not null,
  organization_id uuid not null,
  title           text not null,
  questions       jsonb not null default '[]' constraint forms_questions_check check (jsonb_typeof(questions) = 'array'),
  constraint forms_client_key unique (organization_id, client_id, id),
  constraint forms_client_fkey foreign key (organization_id, client_id)
    references public.clients (organization_id, id) on delete cascade
);
comment on table public.forms is 'A list of questions the team asks the couple.';

create table public.form_responses (
  id              uuid primary key,
  client_id       uuid not null,
  organization_id uuid not null,
  form_id         uuid not null,
  answers         jsonb not null default '{}' constraint form_responses_answers_check check (jsonb_typeof(answers) = 'object'),
  status          text not null default 'draft' constraint form_responses_status_check
                  check (status in ('draft', 'submitted', 'approved')),
  constraint form_responses_organization_key unique (organization_id, id),
  constraint form_responses_client_fkey foreign key (organization_id, client_id)
    references public.clients (organization_id, id) on delete cascade,
  constraint form_responses_form_fkey foreign key (organization_id, client_id, form_id)
    references public.forms (organization_id, client_id, id) on delete cascade
);
comment on table public.form_responses is 'The answers to a form.';
create index form_responses_form_idx on public.form_responses (organization_id, client_id, form_id);

create table public.payments (
  id              uuid primary key,
  client_id       uuid not null,
  organization_id uuid not null,
  payee           text not null,
  amount_minor    bigint not null constraint payments_amount_minor_check check (amount_minor >= 0),
  currency        text not null constraint payments_currency_check check (currency ~ '^[A-Z]{3}$'),
  due             date,
  method          text not null default 'cash' constraint payments_method_check check (method in ('cash', 'transfer', 'card', 'cheque')),
  status          text not null default 'due' constraint payments_status_check check (status in ('due', 'cancelled')),
  constraint payments_client_key unique (organization_id, client_id, id),
  constraint payments_client_fkey foreign key (organization_id, client_id)
    references public.clients (organization_id, id) on delete cascade
);
comment on table public.payments is 'What has to be paid to whom, and until when.';

create table public.payment_entries (
  id              uuid primary key,
  client_id       uuid not null,
  organization_id uuid not null,
  payment_id      uuid not null,
  amount_minor    bigint not null,
  handed_to       text,
  handed_by       uuid,
  at              timestamptz,
  note            text,
  constraint payment_entries_organization_key unique (organization_id, id),
  constraint payment_entries_client_fkey foreign key (organization_id, client_id)
    references public.clients (organization_id, id) on delete cascade,
  -- no action, looked at when everything else is gone: a whole wedding may be deleted, a payment with entries may not
  constraint payment_entries_payment_fkey foreign key (organization_id, client_id, payment_id)
    references public.payments (organization_id, client_id, id),
  constraint payment_entries_handed_by_fkey foreign key (organization_id, handed_by)
    references public.people (organization_id, id) on delete set null (handed_by)
);
comment on table public.payment_entries is 'Money that was handed over. Only grows: a mistake is put right by another entry.';
create index payment_entries_payment_idx on public.payment_entries (organization_id, client_id, payment_id);
create index payment_entries_handed_by_idx on public.payment_entries (organization_id, handed_by);

create table public.shot_list_items (
  id              uuid primary key,
  client_id       uuid not null,
  organization_id uuid not null,
  description     text not null,
  people          text,
  location        text,
  priority        text not null default 'normal' constraint shot_list_items_priority_check check (priority in ('low', 'normal', 'high')),
  done            boolean not null default false,
  constraint shot_list_items_organization_key unique (organization_id, id),
  constraint shot_list_items_client_fkey foreign key (organization_id, client_id)
    references public.clients (organization_id, id) on delete cascade
);
comment on table public.shot_list_items is 'A photograph somebody wants.';
create index shot_list_items_client_idx on public.shot_list_items (organization_id, client_id);

create table public.documents (
  id              uuid primary key,
  client_id       uuid not null,
  organization_id uuid not null,
  title           text not null,
  hash            text,
  size            bigint constraint documents_size_check check (size >= 0),
  versions        jsonb not null default '[]' constraint documents_versions_check check (jsonb_typeof(versions) = 'array'),
  pinned_offline  boolean not null default false,
  visibility      text not null default 'team' constraint documents_visibility_check
                  check (visibility in ('team', 'venue', 'vendor', 'couple', 'all')),
  constraint documents_organization_key unique (organization_id, id),
  constraint documents_client_fkey foreign key (organization_id, client_id)
    references public.clients (organization_id, id) on delete cascade
);
comment on table public.documents is 'A file about the wedding, known by its hash, with the versions before it.';
create index documents_client_idx on public.documents (organization_id, client_id);

comment on column public.timeline_dependencies.from_id is 'The item that comes first.';
comment on column public.timeline_dependencies.to_id is 'The item that waits.';
comment on column public.timeline_dependencies.type is 'What waits for what: finish to start, start to start, finish to finish, start to finish.';
comment on column public.timeline_dependencies.lag_min is 'Minutes between the two; less than nothing lets them overlap.';

comment on column public.guests.name is 'Who it is.';
comment on column public.guests.household is 'Whom they were invited with.';
comment on column public.guests.rsvp is 'What they answered to the invitation.';
comment on column public.guests.meal_choice is 'Which meal they chose.';
comment on column public.guests.dietary is 'How they eat: vegan, halal and so on, each word once.';
comment on column public.guests.allergies is 'What they must not eat, and how bad it is: [{"name": "…", "severity": "…"}].';
comment on column public.guests.accessibility is 'What they need to get about.';
comment on column public.guests.plus_one is 'True if they may bring somebody.';
comment on column public.guests.child is 'True if it is a child.';
comment on column public.guests.vip is 'True if they sit in front.';
comment on column public.guests.check_in_status is 'Expected, arrived or gone; it only moves forward.';
comment on column public.guests.checked_in_at is 'The moment they came through the door.';
comment on column public.guests.gift_notes is 'What they brought. For the team only.';

comment on column public.tables.number is 'The number on the table.';
comment on column public.tables.shape is 'Round, long and so on.';
comment on column public.tables.capacity is 'How many sit there at most.';
comment on column public.tables.x is 'How far from the left of the room, in centimetres.';
comment on column public.tables.y is 'How far from the top of the room, in centimetres.';
comment on column public.tables.rotation is 'How far it is turned, in degrees.';

comment on column public.seat_assignments.guest_id is 'Who sits there.';
comment on column public.seat_assignments.table_id is 'At which table.';
comment on column public.seat_assignments.seat is 'On which chair; null: anywhere at the table.';

comment on column public.tasks.title is 'What is to be done.';
comment on column public.tasks.due is 'Until when, by the clock on the wall.';
comment on column public.tasks.owner_id is 'Who of us looks after it.';
comment on column public.tasks.priority is 'How much it presses.';
comment on column public.tasks.status is 'Open, being done, done; it only moves forward.';
comment on column public.tasks.checklist is 'Its steps: [{"id": "…", "text": "…", "done": false}].';
comment on column public.tasks.depends_on is 'Which tasks come first. A list: an id in it may be of one that is gone.';

comment on column public.forms.title is 'What it is about.';
comment on column public.forms.questions is 'What is asked: [{"id": "…", "text": "…", "kind": "…", "options": []}].';

comment on column public.form_responses.form_id is 'The form that is answered.';
comment on column public.form_responses.answers is 'The answers, each under the id of its question.';
comment on column public.form_responses.status is 'A draft, submitted by the couple, or approved by the team.';

comment on column public.payments.payee is 'Who is paid.';
comment on column public.payments.amount_minor is 'How much, in the smallest unit of the currency.';
comment on column public.payments.currency is 'In which currency, by its three letters.';
comment on column public.payments.due is 'Until when.';
comment on column public.payments.method is 'In cash, by transfer, by card or by cheque.';
comment on column public.payments.status is 'Due, or cancelled. Whether it was paid is told by its entries.';

comment on column public.payment_entries.payment_id is 'The payment it was for.';
comment on column public.payment_entries.amount_minor is 'How much was handed over, in the smallest unit of the payment''s currency; with a minus to put a mistake right.';
comment on column public.payment_entries.handed_to is 'Who took it.';
comment on column public.payment_entries.handed_by is 'Who of us gave it.';
comment on column public.payment_entries.at is 'When it was handed over.';
comment on column public.payment_entries.note is 'What was noted beside it.';

comment on column public.shot_list_items.description is 'What the photograph shows.';
comment on column public.shot_list_items.people is 'Who is in it.';
comment on column public.shot_list_items.location is 'Where it is taken.';
comment on column public.shot_list_items.priority is 'How much it is wanted.';
comment on column public.shot_list_items.done is 'True once it is taken.';

comment on column public.documents.title is 'What the file is.';
comment on column public.documents.hash is 'The fingerprint of the file: the same file has the same.';
comment on column public.documents.size is 'How large the file is, in bytes.';
comment on column public.documents.versions is 'The files before this one, the oldest first: [{"hash": "…", "size": 0}].';
comment on column public.documents.pinned_offline is 'True if phones keep the file itself.';
comment on column public.documents.visibility is 'For whom it is besides the team: nobody, the venue, vendors, the couple, or all of them.';

do $$
declare
  v_table text;
begin
  foreach v_table in array array['timeline_dependencies', 'guests', 'tables', 'seat_assignments', 'tasks', 'forms', 'form_responses',
                                 'payments', 'payment_entries', 'shot_list_items', 'documents'] loop
    execute format('comment on column public.%I.id is %L', v_table, 'Made on the device that created the record, or by whoever wrote it.');
    execute format('comment on column public.%I.organization_id is %L', v_table, 'The organization it belongs to.');
    execute format('comment on column public.%I.client_id is %L', v_table, 'The wedding it belongs to.');
    execute format('alter table public.%I enable row level security', v_table);
    execute format('alter table public.%I force row level security', v_table);
    execute format('revoke all on public.%I from public, anon, authenticated', v_table);
  end loop;
end $$;
