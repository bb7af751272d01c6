-- What all migrations add up to. Written by `npm run db:schema` from a migrated database, compared with one by a test.
-- For reading: the migrations beside it are what runs. Bodies of functions are in sql/functions.

-- Roles

role anon
  uses public

role app_assistant
  uses auth, public, sync

role app_couple
  uses auth, public, sync

role app_nobody
  uses auth, public, sync

role app_owner
  uses auth, public, sync

role app_planner
  uses auth, public, sync

role app_vendor
  uses auth, public, sync

role app_venue
  uses auth, public, sync

role app_viewer
  uses auth, public, sync

role authenticated
  uses public

role wedsync_engine
  uses auth, public, sync
  creates in public, sync

role wedsync_server, logs in
  may become app_assistant, app_couple, app_nobody, app_owner, app_planner, app_vendor, app_venue, app_viewer
  uses auth, public, sync

-- Types

create type sync.batch_change as (id uuid, change_id uuid, base_version bigint, hash bytea, data jsonb, base jsonb, more jsonb);  -- A change of a plain batch, as the ledger keeps it.

create type sync.caller_facts as (organization_id uuid, user_id uuid, person_id uuid, role text, scopes uuid[], audiences text[], self text[]);  -- Who the caller is, with everything that follows from it.

create type sync.change_group as (table_name text, action text, fields text[], ........pg.dropped.4........ -, ........pg.dropped.5........ -, ........pg.dropped.6........ -, ........pg.dropped.7........ -, ........pg.dropped.8........ -, ........pg.dropped.9........ -, ........pg.dropped.10........ -, record_ids text, change_ids text, changes sync.batch_change[], positions bigint[], places tid[], record_places tid[]);  -- The changes of a batch to one table, with one action, sorted by record; creates also with one set of fields. Of updates, fields are all that any of them names, in its data or its base.

create type sync.moved_row as (organization_id uuid, scope_id uuid, scope_before uuid, id uuid, moved boolean[], before jsonb, after jsonb, change_id uuid, place tid);  -- A row that an update moved, as its capture keeps it until the clock is taken: which fields, by slot, from what to what.

create type sync.news as (scope_id uuid, position bigint, table_name text, record_id uuid, action text, held boolean, changed_at timestamp with time zone, place bigint);  -- One line of a page before its row is read: what the caller hears of which record.

create type sync.prepared_batch as (answer jsonb, role text, device_id uuid, session_id text, started timestamp with time zone, groups sync.change_group[]);  -- A batch that was looked at: its answer where nothing is to be written, else all that its rows are written from.

create type sync.sight as (audience text[], audience_since bigint[], lost_audience text[], lost_since bigint[], lost_positions bigint[]);  -- Who sees a record since when, and who saw it from when to when.

-- Tables

-- Who works on which wedding; one of the planners leads it.
create table assignments (
  id uuid not null,  -- Made on the device that created the record, or by whoever wrote it.
  organization_id uuid not null,  -- The organization it belongs to.
  person_id uuid not null,  -- Who works on it.
  client_id uuid not null,  -- The wedding they work on.
  is_lead boolean not null default false,  -- True for the planner who has the last word below the owner.
  constraint assignments_pkey PRIMARY KEY (id),
  constraint assignments_person_client_key UNIQUE (organization_id, person_id, client_id),
  constraint assignments_client_fkey FOREIGN KEY (organization_id, client_id) REFERENCES clients(organization_id, id) ON DELETE CASCADE,
  constraint assignments_organization_fkey FOREIGN KEY (organization_id) REFERENCES organizations(id) ON DELETE CASCADE,
  constraint assignments_person_fkey FOREIGN KEY (organization_id, person_id) REFERENCES people(organization_id, id) ON DELETE CASCADE,
) with (fillfactor=80);
CREATE INDEX assignments_client_idx ON public.assignments USING btree (organization_id, client_id);
CREATE TRIGGER sync_delete AFTER DELETE ON public.assignments REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_assignments_delete();
CREATE TRIGGER sync_insert AFTER INSERT ON public.assignments REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_assignments_insert();
CREATE TRIGGER sync_truncate BEFORE TRUNCATE ON public.assignments FOR EACH STATEMENT EXECUTE FUNCTION sync.refuse_truncate();
CREATE TRIGGER sync_update AFTER UPDATE ON public.assignments REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_assignments_update();
row level security, forced
policy engine for all to wedsync_engine
  using true
  with check true
policy read_owner for select to app_owner
  using ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND (sync.audience_of_assignments(assignments.*) && ( SELECT sync.caller_audiences() AS caller_audiences)))
policy read_scope for select to app_assistant, app_couple, app_planner, app_vendor, app_venue, app_viewer
  using ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND (sync.audience_of_assignments(assignments.*) && ( SELECT sync.caller_audiences() AS caller_audiences)))
policy write_delete_owner for delete to app_owner
  using (organization_id = ( SELECT sync.caller_organization() AS caller_organization))
policy write_delete_planner for delete to app_planner
  using ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE))
policy write_insert_owner for insert to app_owner
  with check (organization_id = ( SELECT sync.caller_organization() AS caller_organization))
policy write_insert_planner for insert to app_planner
  with check ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE))
policy write_update_owner for update to app_owner
  using (organization_id = ( SELECT sync.caller_organization() AS caller_organization))
  with check (organization_id = ( SELECT sync.caller_organization() AS caller_organization))
policy write_update_planner for update to app_planner
  using ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE))
  with check ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE))
grant delete, insert (id, organization_id, person_id, client_id, is_lead), select (id, organization_id, person_id, client_id, is_lead), update (is_lead) to app_owner, app_planner
grant insert, select, update (id) to wedsync_engine
grant select (id, organization_id, person_id, client_id, is_lead) to app_assistant, app_couple, app_vendor, app_venue, app_viewer

-- A couple and their wedding. Its id is the scope: what a device holds and syncs as a whole.
create table clients (
  id uuid not null,  -- Made on the device that created the record, or by whoever wrote it.
  client_id uuid generated always as (id) stored,  -- The wedding's own id once more, so that it has a scope like everything else of the wedding.
  organization_id uuid not null,  -- The organization it belongs to.
  names text not null,  -- The couple, as they want to be called.
  email text,  -- Where the couple reads mail. For the team and the couple only.
  phone text,  -- Where the couple can be called. For the team and the couple only.
  wedding_date date not null,  -- The day of the wedding, in the wedding's own zone.
  time_zone text not null,  -- The zone of the place, by its IANA name. Every wall time of this wedding means this zone.
  status text not null default 'planning'::text,  -- How far along it is; it only moves forward.
  venue_name text,  -- Where it takes place.
  venue_address text,  -- How to get there.
  venue_contact text,  -- Whom to call at the venue.
  access_time time without time zone,  -- From when the house lets us in.
  curfew time without time zone,  -- When it has to be quiet.
  ceremony_start timestamp without time zone,  -- When the ceremony begins, by the clock on the wall.
  sunset time without time zone,  -- When the light is gone; portraits are planned around it.
  headcount integer,  -- How many guests are expected.
  headcount_due_at date,  -- Until when the caterer wants the headcount.
  plan_b_active boolean not null default false,  -- True once it was decided to go indoors.
  freeze_from timestamp without time zone,  -- From when the run sheet is frozen.
  freeze_to timestamp without time zone,  -- Until when the run sheet is frozen.
  emergency_contact text,  -- Whom to call when something happens.
  notes text,  -- What the team keeps in mind about this wedding. For the team only.
  constraint clients_pkey PRIMARY KEY (id),
  constraint clients_organization_key UNIQUE (organization_id, id),
  constraint clients_organization_fkey FOREIGN KEY (organization_id) REFERENCES organizations(id) ON DELETE CASCADE,
  constraint clients_access_time_check CHECK ((EXTRACT(second FROM access_time) = (0)::numeric)),
  constraint clients_ceremony_start_check CHECK ((ceremony_start = date_trunc('minute'::text, ceremony_start))),
  constraint clients_curfew_check CHECK ((EXTRACT(second FROM curfew) = (0)::numeric)),
  constraint clients_freeze_from_check CHECK ((freeze_from = date_trunc('minute'::text, freeze_from))),
  constraint clients_freeze_to_check CHECK ((freeze_to = date_trunc('minute'::text, freeze_to))),
  constraint clients_headcount_check CHECK ((headcount >= 0)),
  constraint clients_id_check CHECK ((id <> organization_id)),
  constraint clients_status_check CHECK ((status = ANY (ARRAY['lead'::text, 'booked'::text, 'planning'::text, 'final'::text, 'live'::text, 'done'::text]))),
  constraint clients_sunset_check CHECK ((EXTRACT(second FROM sunset) = (0)::numeric)),
) with (fillfactor=80);
CREATE TRIGGER assign_creator AFTER INSERT ON public.clients FOR EACH ROW EXECUTE FUNCTION assign_creator();
CREATE TRIGGER sync_delete AFTER DELETE ON public.clients REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_clients_delete();
CREATE TRIGGER sync_insert AFTER INSERT ON public.clients REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_clients_insert();
CREATE TRIGGER sync_truncate BEFORE TRUNCATE ON public.clients FOR EACH STATEMENT EXECUTE FUNCTION sync.refuse_truncate();
CREATE TRIGGER sync_update AFTER UPDATE ON public.clients REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_clients_update();
row level security, forced
policy engine for all to wedsync_engine
  using true
  with check false
policy read_owner for select to app_owner
  using ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND (sync.audience_of_clients(clients.*) && ( SELECT sync.caller_audiences() AS caller_audiences)))
policy read_scope for select to app_assistant, app_couple, app_planner, app_vendor, app_venue, app_viewer
  using ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND (sync.audience_of_clients(clients.*) && ( SELECT sync.caller_audiences() AS caller_audiences)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE))
policy write_delete_owner for delete to app_owner
  using ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE))
policy write_insert_owner for insert to app_owner
  with check (organization_id = ( SELECT sync.caller_organization() AS caller_organization))
policy write_insert_planner for insert to app_planner
  with check (organization_id = ( SELECT sync.caller_organization() AS caller_organization))
policy write_update_assistant for update to app_assistant
  using ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE))
  with check ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE))
policy write_update_owner for update to app_owner
  using ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE))
  with check ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE))
policy write_update_planner for update to app_planner
  using ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE))
  with check ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE))
policy write_update_venue for update to app_venue
  using ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE))
  with check ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE))
grant delete, insert (id, organization_id, names, email, phone, wedding_date, time_zone, status, venue_name, venue_address, venue_contact, access_time, curfew, ceremony_start, sunset, headcount, headcount_due_at, plan_b_active, freeze_from, freeze_to, emergency_contact, notes), select (id, client_id, organization_id, names, email, phone, wedding_date, time_zone, status, venue_name, venue_address, venue_contact, access_time, curfew, ceremony_start, sunset, headcount, headcount_due_at, plan_b_active, freeze_from, freeze_to, emergency_contact, notes), update (names, email, phone, wedding_date, time_zone, status, venue_name, venue_address, venue_contact, access_time, curfew, ceremony_start, sunset, headcount, headcount_due_at, plan_b_active, freeze_from, freeze_to, emergency_contact, notes) to app_owner
grant insert (id, organization_id, names, email, phone, wedding_date, time_zone, status, venue_name, venue_address, venue_contact, access_time, curfew, ceremony_start, sunset, headcount, headcount_due_at, plan_b_active, freeze_from, freeze_to, emergency_contact, notes), select (id, client_id, organization_id, names, email, phone, wedding_date, time_zone, status, venue_name, venue_address, venue_contact, access_time, curfew, ceremony_start, sunset, headcount, headcount_due_at, plan_b_active, freeze_from, freeze_to, emergency_contact, notes), update (names, email, phone, wedding_date, time_zone, status, venue_name, venue_address, venue_contact, access_time, curfew, ceremony_start, sunset, headcount, headcount_due_at, plan_b_active, freeze_from, freeze_to, emergency_contact, notes) to app_planner
grant select (id, client_id, organization_id, names, email, phone, wedding_date, time_zone, status, venue_name, venue_address, access_time, curfew, ceremony_start, sunset, headcount, headcount_due_at, plan_b_active, freeze_from, freeze_to, emergency_contact) to app_couple
grant select (id, client_id, organization_id, names, email, phone, wedding_date, time_zone, status, venue_name, venue_address, venue_contact, access_time, curfew, ceremony_start, sunset, headcount, headcount_due_at, plan_b_active, freeze_from, freeze_to, emergency_contact, notes), update (names, email, phone, wedding_date, time_zone, status, venue_name, venue_address, venue_contact, access_time, curfew, ceremony_start, sunset, headcount, headcount_due_at, plan_b_active, emergency_contact, notes) to app_assistant
grant select (id, client_id, organization_id, names, wedding_date, time_zone, venue_name, venue_address, ceremony_start, sunset, plan_b_active) to app_viewer
grant select (id, client_id, organization_id, names, wedding_date, time_zone, venue_name, venue_address, venue_contact, access_time, curfew, ceremony_start, sunset, headcount, headcount_due_at, plan_b_active, freeze_from, freeze_to) to app_vendor
grant select (id, client_id, organization_id, names, wedding_date, time_zone, venue_name, venue_address, venue_contact, access_time, curfew, ceremony_start, sunset, headcount, headcount_due_at, plan_b_active, freeze_from, freeze_to), update (venue_name, venue_address, venue_contact, access_time, curfew) to app_venue
grant select, update (id) to wedsync_engine

-- A file about the wedding, known by its hash, with the versions before it.
create table documents (
  id uuid not null,  -- Made on the device that created the record, or by whoever wrote it.
  client_id uuid not null,  -- The wedding it belongs to.
  organization_id uuid not null,  -- The organization it belongs to.
  title text not null,  -- What the file is.
  hash text,  -- The fingerprint of the file: the same file has the same.
  size bigint,  -- How large the file is, in bytes.
  versions jsonb not null default '[]'::jsonb,  -- The files before this one, the oldest first: [{"hash": "…", "size": 0}].
  pinned_offline boolean not null default false,  -- True if phones keep the file itself.
  visibility text not null default 'team'::text,  -- For whom it is besides the team: nobody, the venue, vendors, the couple, or all of them.
  constraint documents_pkey PRIMARY KEY (id),
  constraint documents_organization_key UNIQUE (organization_id, id),
  constraint documents_client_fkey FOREIGN KEY (organization_id, client_id) REFERENCES clients(organization_id, id) ON DELETE CASCADE,
  constraint documents_size_check CHECK ((size >= 0)),
  constraint documents_versions_check CHECK ((jsonb_typeof(versions) = 'array'::text)),
  constraint documents_visibility_check CHECK ((visibility = ANY (ARRAY['team'::text, 'venue'::text, 'vendor'::text, 'couple'::text, 'all'::text]))),
) with (fillfactor=80);
CREATE INDEX documents_client_idx ON public.documents USING btree (organization_id, client_id);
CREATE TRIGGER sync_delete AFTER DELETE ON public.documents REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_documents_delete();
CREATE TRIGGER sync_insert AFTER INSERT ON public.documents REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_documents_insert();
CREATE TRIGGER sync_truncate BEFORE TRUNCATE ON public.documents FOR EACH STATEMENT EXECUTE FUNCTION sync.refuse_truncate();
CREATE TRIGGER sync_update AFTER UPDATE ON public.documents REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_documents_update();
row level security, forced
policy engine for all to wedsync_engine
  using true
  with check false
policy read_owner for select to app_owner
  using ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND (sync.audience_of_documents(documents.*) && ( SELECT sync.caller_audiences() AS caller_audiences)))
policy read_scope for select to app_assistant, app_couple, app_planner, app_vendor, app_venue, app_viewer
  using ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND (sync.audience_of_documents(documents.*) && ( SELECT sync.caller_audiences() AS caller_audiences)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE))
policy write_delete_assistant for delete to app_assistant
  using ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE))
policy write_delete_owner for delete to app_owner
  using ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE))
policy write_delete_planner for delete to app_planner
  using ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE))
policy write_insert_assistant for insert to app_assistant
  with check ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE))
policy write_insert_owner for insert to app_owner
  with check ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE))
policy write_insert_planner for insert to app_planner
  with check ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE))
policy write_update_assistant for update to app_assistant
  using ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE))
  with check ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE))
policy write_update_owner for update to app_owner
  using ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE))
  with check ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE))
policy write_update_planner for update to app_planner
  using ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE))
  with check ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE))
grant delete, insert (id, client_id, organization_id, title, hash, size, versions, pinned_offline, visibility), select (id, client_id, organization_id, title, hash, size, versions, pinned_offline, visibility), update (title, hash, size, versions, pinned_offline, visibility) to app_assistant, app_owner, app_planner
grant select (id, client_id, organization_id, title, hash, size, versions, pinned_offline, visibility) to app_couple, app_vendor, app_venue
grant select, update (id) to wedsync_engine

-- The answers to a form.
create table form_responses (
  id uuid not null,  -- Made on the device that created the record, or by whoever wrote it.
  client_id uuid not null,  -- The wedding it belongs to.
  organization_id uuid not null,  -- The organization it belongs to.
  form_id uuid not null,  -- The form that is answered.
  answers jsonb not null default '{}'::jsonb,  -- The answers, each under the id of its question.
  status text not null default 'draft'::text,  -- A draft, submitted by the couple, or approved by the team.
  constraint form_responses_pkey PRIMARY KEY (id),
  constraint form_responses_organization_key UNIQUE (organization_id, id),
  constraint form_responses_client_fkey FOREIGN KEY (organization_id, client_id) REFERENCES clients(organization_id, id) ON DELETE CASCADE,
  constraint form_responses_form_fkey FOREIGN KEY (organization_id, client_id, form_id) REFERENCES forms(organization_id, client_id, id) ON DELETE CASCADE,
  constraint form_responses_answers_check CHECK ((jsonb_typeof(answers) = 'object'::text)),
  constraint form_responses_status_check CHECK ((status = ANY (ARRAY['draft'::text, 'submitted'::text, 'approved'::text]))),
) with (fillfactor=80);
CREATE INDEX form_responses_form_idx ON public.form_responses USING btree (organization_id, client_id, form_id);
CREATE TRIGGER sync_delete AFTER DELETE ON public.form_responses REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_form_responses_delete();
CREATE TRIGGER sync_insert AFTER INSERT ON public.form_responses REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_form_responses_insert();
CREATE TRIGGER sync_truncate BEFORE TRUNCATE ON public.form_responses FOR EACH STATEMENT EXECUTE FUNCTION sync.refuse_truncate();
CREATE TRIGGER sync_update AFTER UPDATE ON public.form_responses REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_form_responses_update();
row level security, forced
policy engine for all to wedsync_engine
  using true
  with check false
policy read_owner for select to app_owner
  using ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND (sync.audience_of_form_responses(form_responses.*) && ( SELECT sync.caller_audiences() AS caller_audiences)))
policy read_scope for select to app_assistant, app_couple, app_planner, app_vendor, app_venue, app_viewer
  using ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND (sync.audience_of_form_responses(form_responses.*) && ( SELECT sync.caller_audiences() AS caller_audiences)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE))
policy write_delete_assistant for delete to app_assistant
  using ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE))
policy write_delete_owner for delete to app_owner
  using ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE))
policy write_delete_planner for delete to app_planner
  using ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE))
policy write_insert_assistant for insert to app_assistant
  with check ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE))
policy write_insert_couple for insert to app_couple
  with check ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE) AND (status = ANY (ARRAY['draft'::text, 'submitted'::text])))
policy write_insert_owner for insert to app_owner
  with check ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE))
policy write_insert_planner for insert to app_planner
  with check ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE))
policy write_update_assistant for update to app_assistant
  using ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE))
  with check ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE))
policy write_update_couple for update to app_couple
  using ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE) AND (status = ANY (ARRAY['draft'::text, 'submitted'::text])))
  with check ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE) AND (status = ANY (ARRAY['draft'::text, 'submitted'::text])))
policy write_update_owner for update to app_owner
  using ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE))
  with check ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE))
policy write_update_planner for update to app_planner
  using ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE))
  with check ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE))
grant delete, insert (id, client_id, organization_id, form_id, answers, status), select (id, client_id, organization_id, form_id, answers, status), update (answers, status) to app_assistant, app_owner, app_planner
grant insert (id, client_id, organization_id, form_id, answers, status), select (id, client_id, organization_id, form_id, answers, status), update (answers, status) to app_couple
grant select, update (id) to wedsync_engine

-- A list of questions the team asks the couple.
create table forms (
  id uuid not null,  -- Made on the device that created the record, or by whoever wrote it.
  client_id uuid not null,  -- The wedding it belongs to.
  organization_id uuid not null,  -- The organization it belongs to.
  title text not null,  -- What it is about.
  questions jsonb not null default '[]'::jsonb,  -- What is asked: [{"id": "…", "text": "…", "kind": "…", "options": []}].
  constraint forms_pkey PRIMARY KEY (id),
  constraint forms_client_key UNIQUE (organization_id, client_id, id),
  constraint forms_client_fkey FOREIGN KEY (organization_id, client_id) REFERENCES clients(organization_id, id) ON DELETE CASCADE,
  constraint forms_questions_check CHECK ((jsonb_typeof(questions) = 'array'::text)),
) with (fillfactor=80);
CREATE TRIGGER sync_delete AFTER DELETE ON public.forms REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_forms_delete();
CREATE TRIGGER sync_insert AFTER INSERT ON public.forms REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_forms_insert();
CREATE TRIGGER sync_truncate BEFORE TRUNCATE ON public.forms FOR EACH STATEMENT EXECUTE FUNCTION sync.refuse_truncate();
CREATE TRIGGER sync_update AFTER UPDATE ON public.forms REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_forms_update();
row level security, forced
policy engine for all to wedsync_engine
  using true
  with check false
policy read_owner for select to app_owner
  using ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND (sync.audience_of_forms(forms.*) && ( SELECT sync.caller_audiences() AS caller_audiences)))
policy read_scope for select to app_assistant, app_couple, app_planner, app_vendor, app_venue, app_viewer
  using ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND (sync.audience_of_forms(forms.*) && ( SELECT sync.caller_audiences() AS caller_audiences)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE))
policy write_delete_assistant for delete to app_assistant
  using ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE))
policy write_delete_owner for delete to app_owner
  using ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE))
policy write_delete_planner for delete to app_planner
  using ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE))
policy write_insert_assistant for insert to app_assistant
  with check ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE))
policy write_insert_owner for insert to app_owner
  with check ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE))
policy write_insert_planner for insert to app_planner
  with check ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE))
policy write_update_assistant for update to app_assistant
  using ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE))
  with check ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE))
policy write_update_owner for update to app_owner
  using ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE))
  with check ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE))
policy write_update_planner for update to app_planner
  using ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE))
  with check ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE))
grant delete, insert (id, client_id, organization_id, title, questions), select (id, client_id, organization_id, title, questions), update (title, questions) to app_assistant, app_owner, app_planner
grant select (id, client_id, organization_id, title, questions) to app_couple
grant select, update (id) to wedsync_engine

-- Somebody who is invited.
create table guests (
  id uuid not null,  -- Made on the device that created the record, or by whoever wrote it.
  client_id uuid not null,  -- The wedding it belongs to.
  organization_id uuid not null,  -- The organization it belongs to.
  name text not null,  -- Who it is.
  household text,  -- Whom they were invited with.
  rsvp text not null default 'none'::text,  -- What they answered to the invitation.
  meal_choice text,  -- Which meal they chose.
  dietary text[] not null default '{}'::text[],  -- How they eat: vegan, halal and so on, each word once.
  allergies jsonb not null default '[]'::jsonb,  -- What they must not eat, and how bad it is: [{"name": "…", "severity": "…"}].
  accessibility text,  -- What they need to get about.
  plus_one boolean not null default false,  -- True if they may bring somebody.
  child boolean not null default false,  -- True if it is a child.
  vip boolean not null default false,  -- True if they sit in front.
  check_in_status text not null default 'expected'::text,  -- Expected, arrived or gone; it only moves forward.
  checked_in_at timestamp with time zone,  -- The moment they came through the door.
  gift_notes text,  -- What they brought. For the team only.
  constraint guests_pkey PRIMARY KEY (id),
  constraint guests_client_key UNIQUE (organization_id, client_id, id),
  constraint guests_client_fkey FOREIGN KEY (organization_id, client_id) REFERENCES clients(organization_id, id) ON DELETE CASCADE,
  constraint guests_allergies_check CHECK ((jsonb_typeof(allergies) = 'array'::text)),
  constraint guests_check_in_status_check CHECK ((check_in_status = ANY (ARRAY['expected'::text, 'arrived'::text, 'left'::text]))),
  constraint guests_rsvp_check CHECK ((rsvp = ANY (ARRAY['none'::text, 'yes'::text, 'no'::text, 'maybe'::text]))),
) with (fillfactor=80);
CREATE TRIGGER sync_delete AFTER DELETE ON public.guests REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_guests_delete();
CREATE TRIGGER sync_insert AFTER INSERT ON public.guests REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_guests_insert();
CREATE TRIGGER sync_truncate BEFORE TRUNCATE ON public.guests FOR EACH STATEMENT EXECUTE FUNCTION sync.refuse_truncate();
CREATE TRIGGER sync_update AFTER UPDATE ON public.guests REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_guests_update();
row level security, forced
policy engine for all to wedsync_engine
  using true
  with check false
policy read_owner for select to app_owner
  using ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND (sync.audience_of_guests(guests.*) && ( SELECT sync.caller_audiences() AS caller_audiences)))
policy read_scope for select to app_assistant, app_couple, app_planner, app_vendor, app_venue, app_viewer
  using ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND (sync.audience_of_guests(guests.*) && ( SELECT sync.caller_audiences() AS caller_audiences)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE))
policy write_delete_assistant for delete to app_assistant
  using ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE))
policy write_delete_owner for delete to app_owner
  using ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE))
policy write_delete_planner for delete to app_planner
  using ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE))
policy write_insert_assistant for insert to app_assistant
  with check ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE))
policy write_insert_couple for insert to app_couple
  with check ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE))
policy write_insert_owner for insert to app_owner
  with check ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE))
policy write_insert_planner for insert to app_planner
  with check ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE))
policy write_update_assistant for update to app_assistant
  using ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE))
  with check ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE))
policy write_update_couple for update to app_couple
  using ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE))
  with check ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE))
policy write_update_owner for update to app_owner
  using ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE))
  with check ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE))
policy write_update_planner for update to app_planner
  using ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE))
  with check ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE))
grant delete, insert (id, client_id, organization_id, name, household, rsvp, meal_choice, dietary, allergies, accessibility, plus_one, child, vip, check_in_status, checked_in_at, gift_notes), select (id, client_id, organization_id, name, household, rsvp, meal_choice, dietary, allergies, accessibility, plus_one, child, vip, check_in_status, checked_in_at, gift_notes), update (name, household, rsvp, meal_choice, dietary, allergies, accessibility, plus_one, child, vip, check_in_status, checked_in_at, gift_notes) to app_assistant, app_owner, app_planner
grant insert (id, client_id, organization_id, name, household, rsvp, meal_choice, dietary, allergies, accessibility, plus_one, child, vip), select (id, client_id, organization_id, name, household, rsvp, meal_choice, dietary, allergies, accessibility, plus_one, child, vip, check_in_status, checked_in_at), update (name, household, rsvp, meal_choice, dietary, allergies, accessibility, plus_one, child, vip) to app_couple
grant select, update (id) to wedsync_engine

-- Who signs in to the organization, as whom, and in which role.
create table memberships (
  id uuid not null,  -- Made on the device that created the record, or by whoever wrote it.
  organization_id uuid not null,  -- The organization it belongs to.
  user_id uuid not null,  -- The account that signs in: `sub` of the token.
  person_id uuid not null,  -- Who this account is among the company's people.
  role text not null,  -- What this account may see and do. The only place rights come from.
  constraint memberships_pkey PRIMARY KEY (id),
  constraint memberships_person_key UNIQUE (organization_id, person_id),
  constraint memberships_user_key UNIQUE (organization_id, user_id),
  constraint memberships_organization_fkey FOREIGN KEY (organization_id) REFERENCES organizations(id) ON DELETE CASCADE,
  constraint memberships_person_fkey FOREIGN KEY (organization_id, person_id) REFERENCES people(organization_id, id) ON DELETE CASCADE,
  constraint memberships_role_check CHECK ((role = ANY (ARRAY['owner'::text, 'planner'::text, 'assistant'::text, 'venue'::text, 'vendor'::text, 'couple'::text, 'viewer'::text]))),
) with (fillfactor=80);
CREATE INDEX memberships_user_idx ON public.memberships USING btree (user_id);
CREATE TRIGGER sync_delete AFTER DELETE ON public.memberships REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_memberships_delete();
CREATE TRIGGER sync_insert AFTER INSERT ON public.memberships REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_memberships_insert();
CREATE TRIGGER sync_truncate BEFORE TRUNCATE ON public.memberships FOR EACH STATEMENT EXECUTE FUNCTION sync.refuse_truncate();
CREATE TRIGGER sync_update AFTER UPDATE ON public.memberships REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_memberships_update();
row level security, forced
policy engine for all to wedsync_engine
  using true
  with check false
policy read_owner for select to app_owner
  using ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND (sync.audience_of_memberships(memberships.*) && ( SELECT sync.caller_audiences() AS caller_audiences)))
policy read_scope for select to app_assistant, app_couple, app_planner, app_vendor, app_venue, app_viewer
  using ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND (sync.audience_of_memberships(memberships.*) && ( SELECT sync.caller_audiences() AS caller_audiences)))
policy write_delete_owner for delete to app_owner
  using (organization_id = ( SELECT sync.caller_organization() AS caller_organization))
policy write_insert_owner for insert to app_owner
  with check (organization_id = ( SELECT sync.caller_organization() AS caller_organization))
policy write_update_owner for update to app_owner
  using (organization_id = ( SELECT sync.caller_organization() AS caller_organization))
  with check (organization_id = ( SELECT sync.caller_organization() AS caller_organization))
grant delete, insert (id, organization_id, user_id, person_id, role), select (id, organization_id, user_id, person_id, role), update (role) to app_owner
grant select (id, organization_id, user_id, person_id, role) to app_assistant, app_couple, app_planner, app_vendor, app_venue, app_viewer
grant select, update (id) to wedsync_engine

-- What somebody noticed, for the people it concerns.
create table notes (
  id uuid not null,  -- Made on the device that created the record, or by whoever wrote it.
  client_id uuid not null,  -- The wedding it belongs to.
  organization_id uuid not null,  -- The organization it belongs to.
  body text not null,  -- What was noticed.
  category text not null default 'idea'::text,  -- An idea, a problem with the set-up, an incident, a call.
  priority text not null default 'medium'::text,  -- How soon somebody should look at it.
  location text,  -- Where it was noticed.
  visibility text not null default 'team'::text,  -- For whom it is besides the team: nobody, the venue, vendors, the couple, or all of them.
  constraint notes_pkey PRIMARY KEY (id),
  constraint notes_organization_key UNIQUE (organization_id, id),
  constraint notes_client_fkey FOREIGN KEY (organization_id, client_id) REFERENCES clients(organization_id, id) ON DELETE CASCADE,
  constraint notes_category_check CHECK ((category = ANY (ARRAY['idea'::text, 'setup_issue'::text, 'incident'::text, 'call'::text]))),
  constraint notes_priority_check CHECK ((priority = ANY (ARRAY['low'::text, 'medium'::text, 'high'::text]))),
  constraint notes_visibility_check CHECK ((visibility = ANY (ARRAY['team'::text, 'venue'::text, 'vendor'::text, 'couple'::text, 'all'::text]))),
) with (fillfactor=80);
CREATE INDEX notes_client_idx ON public.notes USING btree (organization_id, client_id);
CREATE TRIGGER sync_delete AFTER DELETE ON public.notes REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_notes_delete();
CREATE TRIGGER sync_insert AFTER INSERT ON public.notes REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_notes_insert();
CREATE TRIGGER sync_truncate BEFORE TRUNCATE ON public.notes FOR EACH STATEMENT EXECUTE FUNCTION sync.refuse_truncate();
CREATE TRIGGER sync_update AFTER UPDATE ON public.notes REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_notes_update();
row level security, forced
policy engine for all to wedsync_engine
  using true
  with check false
policy read_owner for select to app_owner
  using ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND (sync.audience_of_notes(notes.*) && ( SELECT sync.caller_audiences() AS caller_audiences)))
policy read_scope for select to app_assistant, app_couple, app_planner, app_vendor, app_venue, app_viewer
  using ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND (sync.audience_of_notes(notes.*) && ( SELECT sync.caller_audiences() AS caller_audiences)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE))
policy write_delete_assistant for delete to app_assistant
  using ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE))
policy write_delete_owner for delete to app_owner
  using ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE))
policy write_delete_planner for delete to app_planner
  using ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE))
policy write_insert_assistant for insert to app_assistant
  with check ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE))
policy write_insert_owner for insert to app_owner
  with check ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE))
policy write_insert_planner for insert to app_planner
  with check ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE))
policy write_insert_vendor for insert to app_vendor
  with check ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE))
policy write_update_assistant for update to app_assistant
  using ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE))
  with check ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE))
policy write_update_owner for update to app_owner
  using ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE))
  with check ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE))
policy write_update_planner for update to app_planner
  using ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE))
  with check ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE))
grant delete, insert (id, client_id, organization_id, body, category, priority, location, visibility), select (id, client_id, organization_id, body, category, priority, location, visibility), update (body, category, priority, location, visibility) to app_assistant, app_owner, app_planner
grant insert (id, client_id, organization_id, body, category, priority, location), select (id, client_id, organization_id, body, category, priority, location, visibility) to app_vendor
grant select (id, client_id, organization_id, body, category, priority, location, visibility) to app_couple, app_venue
grant select, update (id) to wedsync_engine

-- One row for every change a device ever sent: inbox, retry queue and idempotency ledger at once.
create table offline_sync_queue (
  organization_id uuid not null,  -- The organization it belongs to.
  change_id uuid not null,  -- Made once, on the device, when the edit was made.
  user_id uuid not null,  -- Whose change it is.
  device_id uuid not null,  -- The device it came from.
  batch_id uuid not null,  -- The attempt it first came with.
  table_name text not null,  -- The table it is about, as it was sent.
  record_id uuid,  -- The record it is about; null if what was sent is no id.
  action text not null,  -- create, update, delete or restore, as it was sent.
  base_version bigint,  -- The record's version its author was looking at.
  data jsonb,  -- What was sent: the fields and the values wanted. Ages out; the rest of the row stays.
  base jsonb,  -- The values its author saw.
  more jsonb,  -- What else came with the change: after, group, intents, the device's time; text that PostgreSQL cannot hold, as base64.
  payload_hash bytea not null,  -- Tells a replay from another change under the same id.
  status text not null,  -- What became of it: completed, waiting for a person (conflict), for a retry (pending), failed, or under way (processing).
  attempts smallint not null default 1,  -- Tries so far. Waiting for a record or behind a change costs none.
  next_attempt_at timestamp with time zone,  -- When a kept change is tried next; of one that waits for a record, when that was in vain.
  error_code text,  -- Why it failed, by the codes of the wire.
  version bigint,  -- Where the record stood before a plain change.
  receipt jsonb,  -- The answer it got: a replay gets the same. Null for a plain one: history tells where it led.
  settled_position bigint,  -- The organization's position when a late outcome became known; null for one answered at once.
  received_at timestamp with time zone not null default now(),  -- When it first came.
  settled_at timestamp with time zone,  -- When its outcome was known.
  handled_by uuid,  -- Who tried it again or discarded it, after it had failed; null: nobody did.
  handled_at timestamp with time zone,  -- When that was.
  arrival bigint,  -- The order in which the kept changes of a device came; null for one that was never kept.
  awaits_table text,  -- The table of the record it waits for; null where it waits for time, or for an earlier change.
  awaits_id uuid,  -- The record it waits for: its own, or one it refers to.
  awaits_change uuid,  -- The earlier change of its device it waits behind.
  lease uuid,  -- Who is trying it just now.
  leased_until timestamp with time zone,  -- When that counts no longer, and anybody may try it.
  constraint offline_sync_queue_pkey PRIMARY KEY (organization_id, change_id),
  constraint offline_sync_queue_kept_check CHECK (((status <> ALL (ARRAY['pending'::text, 'processing'::text])) OR ((arrival IS NOT NULL) AND (next_attempt_at IS NOT NULL)))),
  constraint offline_sync_queue_lease_check CHECK ((((status = 'processing'::text) = (lease IS NOT NULL)) AND ((lease IS NULL) = (leased_until IS NULL)))),
  constraint offline_sync_queue_receipt_check CHECK (((receipt IS NOT NULL) OR (version IS NOT NULL))),
  constraint offline_sync_queue_status_check CHECK ((status = ANY (ARRAY['pending'::text, 'processing'::text, 'completed'::text, 'conflict'::text, 'failed'::text]))),
);
CREATE INDEX offline_sync_queue_due_idx ON public.offline_sync_queue USING btree (next_attempt_at) WHERE (status = ANY (ARRAY['pending'::text, 'processing'::text]));
CREATE INDEX offline_sync_queue_failed_creates_idx ON public.offline_sync_queue USING btree (organization_id, record_id) WHERE ((status = 'failed'::text) AND (action = 'create'::text));
CREATE INDEX offline_sync_queue_kept_idx ON public.offline_sync_queue USING btree (organization_id, user_id, device_id, arrival) WHERE (status = ANY (ARRAY['pending'::text, 'processing'::text]));
CREATE INDEX offline_sync_queue_late_idx ON public.offline_sync_queue USING btree (organization_id, user_id, device_id, settled_position) WHERE (settled_position IS NOT NULL);
CREATE INDEX offline_sync_queue_open_idx ON public.offline_sync_queue USING btree (organization_id, user_id, status) WHERE (status <> 'completed'::text);
CREATE INDEX offline_sync_queue_received_idx ON public.offline_sync_queue USING brin (received_at);
row level security, forced
policy engine for all to wedsync_engine
  using true
  with check true
grant insert, select, update to wedsync_engine

-- One row per person and device: what was last heard of it and what it says it still holds.
create table offline_sync_status (
  organization_id uuid not null,  -- The organization it belongs to.
  user_id uuid not null,  -- Who uses the device.
  device_id uuid not null,  -- The device it came from.
  last_sync_at timestamp with time zone not null default now(),  -- When it was last heard of.
  last_success_at timestamp with time zone,  -- When it last got all it asked for.
  position bigint not null default 0,  -- How far it has read.
  app_version text,  -- What it says it runs.
  platform text,  -- What it says it is.
  connection_quality text,  -- How good it says its connection is.
  waiting integer,  -- How many changes it says it still holds.
  oldest_waiting timestamp with time zone,  -- Since when it says the oldest of them waits.
  storage_persisted boolean,  -- Whether its browser promised not to throw the data away.
  clock_offset_ms bigint,  -- How far its clock is ahead of ours, in milliseconds. Decides nothing.
  session_id text,  -- The sync it last began.
  constraint offline_sync_status_pkey PRIMARY KEY (organization_id, user_id, device_id),
) with (fillfactor=50);
row level security, forced
policy engine for all to wedsync_engine
  using true
  with check true
grant delete, insert, select, update to wedsync_engine

-- The tenant: a planning company. Every row belongs to one.
create table organizations (
  id uuid not null,  -- The company. Also the scope of what belongs to the company and to no single wedding.
  name text not null,  -- The name of the company, as its people and vendors read it.
  constraint organizations_pkey PRIMARY KEY (id),
  constraint organizations_name_check CHECK ((name <> ''::text)),
);
CREATE TRIGGER open_clock AFTER INSERT ON public.organizations FOR EACH ROW EXECUTE FUNCTION sync.open_clock();
row level security, forced
policy engine for select to wedsync_engine
  using true
policy read_own for select to app_assistant, app_couple, app_owner, app_planner, app_vendor, app_venue, app_viewer
  using (id = ( SELECT sync.caller_organization() AS caller_organization))
grant select to app_assistant, app_couple, app_owner, app_planner, app_vendor, app_venue, app_viewer, wedsync_engine

-- Money that was handed over. Only grows: a mistake is put right by another entry.
create table payment_entries (
  id uuid not null,  -- Made on the device that created the record, or by whoever wrote it.
  client_id uuid not null,  -- The wedding it belongs to.
  organization_id uuid not null,  -- The organization it belongs to.
  payment_id uuid not null,  -- The payment it was for.
  amount_minor bigint not null,  -- How much was handed over, in the smallest unit of the payment's currency; with a minus to put a mistake right.
  handed_to text,  -- Who took it.
  handed_by uuid,  -- Who of us gave it.
  at timestamp with time zone,  -- When it was handed over.
  note text,  -- What was noted beside it.
  constraint payment_entries_pkey PRIMARY KEY (id),
  constraint payment_entries_organization_key UNIQUE (organization_id, id),
  constraint payment_entries_client_fkey FOREIGN KEY (organization_id, client_id) REFERENCES clients(organization_id, id) ON DELETE CASCADE,
  constraint payment_entries_handed_by_fkey FOREIGN KEY (organization_id, handed_by) REFERENCES people(organization_id, id) ON DELETE SET NULL (handed_by),
  constraint payment_entries_payment_fkey FOREIGN KEY (organization_id, client_id, payment_id) REFERENCES payments(organization_id, client_id, id),
) with (fillfactor=80);
CREATE INDEX payment_entries_handed_by_idx ON public.payment_entries USING btree (organization_id, handed_by);
CREATE INDEX payment_entries_payment_idx ON public.payment_entries USING btree (organization_id, client_id, payment_id);
CREATE TRIGGER sync_delete AFTER DELETE ON public.payment_entries REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_payment_entries_delete();
CREATE TRIGGER sync_insert AFTER INSERT ON public.payment_entries REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_payment_entries_insert();
CREATE TRIGGER sync_truncate BEFORE TRUNCATE ON public.payment_entries FOR EACH STATEMENT EXECUTE FUNCTION sync.refuse_truncate();
CREATE TRIGGER sync_update AFTER UPDATE ON public.payment_entries REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_payment_entries_update();
row level security, forced
policy engine for all to wedsync_engine
  using true
  with check false
policy read_owner for select to app_owner
  using ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND (sync.audience_of_payment_entries(payment_entries.*) && ( SELECT sync.caller_audiences() AS caller_audiences)))
policy read_scope for select to app_assistant, app_couple, app_planner, app_vendor, app_venue, app_viewer
  using ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND (sync.audience_of_payment_entries(payment_entries.*) && ( SELECT sync.caller_audiences() AS caller_audiences)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE))
policy write_insert_owner for insert to app_owner
  with check ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE))
policy write_insert_planner for insert to app_planner
  with check ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE))
grant insert (id, client_id, organization_id, payment_id, amount_minor, handed_to, handed_by, at, note), select (id, client_id, organization_id, payment_id, amount_minor, handed_to, handed_by, at, note) to app_owner, app_planner
grant select (id, client_id, organization_id, payment_id, amount_minor, handed_to, handed_by, at, note) to app_assistant
grant select, update (id) to wedsync_engine

-- What has to be paid to whom, and until when.
create table payments (
  id uuid not null,  -- Made on the device that created the record, or by whoever wrote it.
  client_id uuid not null,  -- The wedding it belongs to.
  organization_id uuid not null,  -- The organization it belongs to.
  payee text not null,  -- Who is paid.
  amount_minor bigint not null,  -- How much, in the smallest unit of the currency.
  currency text not null,  -- In which currency, by its three letters.
  due date,  -- Until when.
  method text not null default 'cash'::text,  -- In cash, by transfer, by card or by cheque.
  status text not null default 'due'::text,  -- Due, or cancelled. Whether it was paid is told by its entries.
  constraint payments_pkey PRIMARY KEY (id),
  constraint payments_client_key UNIQUE (organization_id, client_id, id),
  constraint payments_client_fkey FOREIGN KEY (organization_id, client_id) REFERENCES clients(organization_id, id) ON DELETE CASCADE,
  constraint payments_amount_minor_check CHECK ((amount_minor >= 0)),
  constraint payments_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text)),
  constraint payments_method_check CHECK ((method = ANY (ARRAY['cash'::text, 'transfer'::text, 'card'::text, 'cheque'::text]))),
  constraint payments_status_check CHECK ((status = ANY (ARRAY['due'::text, 'cancelled'::text]))),
) with (fillfactor=80);
CREATE TRIGGER sync_delete AFTER DELETE ON public.payments REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_payments_delete();
CREATE TRIGGER sync_insert AFTER INSERT ON public.payments REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_payments_insert();
CREATE TRIGGER sync_truncate BEFORE TRUNCATE ON public.payments FOR EACH STATEMENT EXECUTE FUNCTION sync.refuse_truncate();
CREATE TRIGGER sync_update AFTER UPDATE ON public.payments REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_payments_update();
row level security, forced
policy engine for all to wedsync_engine
  using true
  with check false
policy read_owner for select to app_owner
  using ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND (sync.audience_of_payments(payments.*) && ( SELECT sync.caller_audiences() AS caller_audiences)))
policy read_scope for select to app_assistant, app_couple, app_planner, app_vendor, app_venue, app_viewer
  using ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND (sync.audience_of_payments(payments.*) && ( SELECT sync.caller_audiences() AS caller_audiences)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE))
policy write_delete_owner for delete to app_owner
  using ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE))
policy write_delete_planner for delete to app_planner
  using ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE))
policy write_insert_owner for insert to app_owner
  with check ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE))
policy write_insert_planner for insert to app_planner
  with check ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE))
policy write_update_owner for update to app_owner
  using ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE))
  with check ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE))
policy write_update_planner for update to app_planner
  using ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE))
  with check ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE))
grant delete, insert (id, client_id, organization_id, payee, amount_minor, currency, due, method, status), select (id, client_id, organization_id, payee, amount_minor, currency, due, method, status), update (payee, amount_minor, currency, due, method, status) to app_owner, app_planner
grant select (id, client_id, organization_id, payee, amount_minor, currency, due, method, status) to app_assistant, app_couple
grant select, update (id) to wedsync_engine

-- Somebody the organization works with, whether they sign in or not.
create table people (
  id uuid not null,  -- Made on the device that created the record, or by whoever wrote it.
  organization_id uuid not null,  -- The organization it belongs to.
  name text not null,  -- How everybody calls them.
  role text not null default 'viewer'::text,  -- What they are in the company or at its weddings. Shown only; rights come from memberships.role.
  contact_kind text not null default 'other'::text,  -- Employee, freelancer, family and so on: for sorting an address book.
  constraint people_pkey PRIMARY KEY (id),
  constraint people_organization_key UNIQUE (organization_id, id),
  constraint people_organization_fkey FOREIGN KEY (organization_id) REFERENCES organizations(id) ON DELETE CASCADE,
  constraint people_contact_kind_check CHECK ((contact_kind = ANY (ARRAY['employee'::text, 'freelancer'::text, 'couple'::text, 'family'::text, 'vendor'::text, 'venue'::text, 'other'::text]))),
  constraint people_role_check CHECK ((role = ANY (ARRAY['owner'::text, 'planner'::text, 'assistant'::text, 'venue'::text, 'vendor'::text, 'couple'::text, 'viewer'::text]))),
) with (fillfactor=80);
CREATE TRIGGER sync_delete AFTER DELETE ON public.people REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_people_delete();
CREATE TRIGGER sync_insert AFTER INSERT ON public.people REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_people_insert();
CREATE TRIGGER sync_truncate BEFORE TRUNCATE ON public.people FOR EACH STATEMENT EXECUTE FUNCTION sync.refuse_truncate();
CREATE TRIGGER sync_update AFTER UPDATE ON public.people REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_people_update();
row level security, forced
policy engine for all to wedsync_engine
  using true
  with check false
policy read_owner for select to app_owner
  using ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND (sync.audience_of_people(people.*) && ( SELECT sync.caller_audiences() AS caller_audiences)))
policy read_scope for select to app_assistant, app_couple, app_planner, app_vendor, app_venue, app_viewer
  using ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND (sync.audience_of_people(people.*) && ( SELECT sync.caller_audiences() AS caller_audiences)))
policy write_delete_owner for delete to app_owner
  using (organization_id = ( SELECT sync.caller_organization() AS caller_organization))
policy write_insert_owner for insert to app_owner
  with check (organization_id = ( SELECT sync.caller_organization() AS caller_organization))
policy write_insert_planner for insert to app_planner
  with check (organization_id = ( SELECT sync.caller_organization() AS caller_organization))
policy write_update_owner for update to app_owner
  using (organization_id = ( SELECT sync.caller_organization() AS caller_organization))
  with check (organization_id = ( SELECT sync.caller_organization() AS caller_organization))
policy write_update_planner for update to app_planner
  using (organization_id = ( SELECT sync.caller_organization() AS caller_organization))
  with check (organization_id = ( SELECT sync.caller_organization() AS caller_organization))
grant delete, insert (id, organization_id, name, role, contact_kind), select (id, organization_id, name, role, contact_kind), update (name, role, contact_kind) to app_owner
grant insert (id, organization_id, name, contact_kind), select (id, organization_id, name, role, contact_kind), update (name, contact_kind) to app_planner
grant select (id, organization_id, name, role, contact_kind) to app_assistant, app_couple, app_vendor, app_venue, app_viewer
grant select, update (id) to wedsync_engine

-- Who sits where: one guest one seat, one seat one guest.
create table seat_assignments (
  id uuid not null,  -- Made on the device that created the record, or by whoever wrote it.
  client_id uuid not null,  -- The wedding it belongs to.
  organization_id uuid not null,  -- The organization it belongs to.
  guest_id uuid not null,  -- Who sits there.
  table_id uuid not null,  -- At which table.
  seat integer,  -- On which chair; null: anywhere at the table.
  constraint seat_assignments_pkey PRIMARY KEY (id),
  constraint seat_assignments_guest_key UNIQUE (organization_id, client_id, guest_id) DEFERRABLE,
  constraint seat_assignments_seat_key UNIQUE (organization_id, client_id, table_id, seat) DEFERRABLE,
  constraint seat_assignments_client_fkey FOREIGN KEY (organization_id, client_id) REFERENCES clients(organization_id, id) ON DELETE CASCADE,
  constraint seat_assignments_guest_fkey FOREIGN KEY (organization_id, client_id, guest_id) REFERENCES guests(organization_id, client_id, id) ON DELETE CASCADE,
  constraint seat_assignments_table_fkey FOREIGN KEY (organization_id, client_id, table_id) REFERENCES tables(organization_id, client_id, id) ON DELETE CASCADE,
  constraint seat_assignments_seat_check CHECK ((seat > 0)),
) with (fillfactor=80);
CREATE TRIGGER sync_delete AFTER DELETE ON public.seat_assignments REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_seat_assignments_delete();
CREATE TRIGGER sync_insert AFTER INSERT ON public.seat_assignments REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_seat_assignments_insert();
CREATE TRIGGER sync_truncate BEFORE TRUNCATE ON public.seat_assignments FOR EACH STATEMENT EXECUTE FUNCTION sync.refuse_truncate();
CREATE TRIGGER sync_update AFTER UPDATE ON public.seat_assignments REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_seat_assignments_update();
row level security, forced
policy engine for all to wedsync_engine
  using true
  with check false
policy read_owner for select to app_owner
  using ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND (sync.audience_of_seat_assignments(seat_assignments.*) && ( SELECT sync.caller_audiences() AS caller_audiences)))
policy read_scope for select to app_assistant, app_couple, app_planner, app_vendor, app_venue, app_viewer
  using ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND (sync.audience_of_seat_assignments(seat_assignments.*) && ( SELECT sync.caller_audiences() AS caller_audiences)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE))
policy write_delete_assistant for delete to app_assistant
  using ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE))
policy write_delete_couple for delete to app_couple
  using ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE))
policy write_delete_owner for delete to app_owner
  using ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE))
policy write_delete_planner for delete to app_planner
  using ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE))
policy write_insert_assistant for insert to app_assistant
  with check ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE))
policy write_insert_couple for insert to app_couple
  with check ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE))
policy write_insert_owner for insert to app_owner
  with check ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE))
policy write_insert_planner for insert to app_planner
  with check ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE))
policy write_update_assistant for update to app_assistant
  using ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE))
  with check ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE))
policy write_update_couple for update to app_couple
  using ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE))
  with check ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE))
policy write_update_owner for update to app_owner
  using ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE))
  with check ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE))
policy write_update_planner for update to app_planner
  using ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE))
  with check ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE))
grant delete, insert (id, client_id, organization_id, guest_id, table_id, seat), select (id, client_id, organization_id, guest_id, table_id, seat), update (table_id, seat) to app_assistant, app_couple, app_owner, app_planner
grant select, update (id) to wedsync_engine

-- A photograph somebody wants.
create table shot_list_items (
  id uuid not null,  -- Made on the device that created the record, or by whoever wrote it.
  client_id uuid not null,  -- The wedding it belongs to.
  organization_id uuid not null,  -- The organization it belongs to.
  description text not null,  -- What the photograph shows.
  people text,  -- Who is in it.
  location text,  -- Where it is taken.
  priority text not null default 'normal'::text,  -- How much it is wanted.
  done boolean not null default false,  -- True once it is taken.
  constraint shot_list_items_pkey PRIMARY KEY (id),
  constraint shot_list_items_organization_key UNIQUE (organization_id, id),
  constraint shot_list_items_client_fkey FOREIGN KEY (organization_id, client_id) REFERENCES clients(organization_id, id) ON DELETE CASCADE,
  constraint shot_list_items_priority_check CHECK ((priority = ANY (ARRAY['low'::text, 'normal'::text, 'high'::text]))),
) with (fillfactor=80);
CREATE INDEX shot_list_items_client_idx ON public.shot_list_items USING btree (organization_id, client_id);
CREATE TRIGGER sync_delete AFTER DELETE ON public.shot_list_items REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_shot_list_items_delete();
CREATE TRIGGER sync_insert AFTER INSERT ON public.shot_list_items REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_shot_list_items_insert();
CREATE TRIGGER sync_truncate BEFORE TRUNCATE ON public.shot_list_items FOR EACH STATEMENT EXECUTE FUNCTION sync.refuse_truncate();
CREATE TRIGGER sync_update AFTER UPDATE ON public.shot_list_items REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_shot_list_items_update();
row level security, forced
policy engine for all to wedsync_engine
  using true
  with check false
policy read_owner for select to app_owner
  using ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND (sync.audience_of_shot_list_items(shot_list_items.*) && ( SELECT sync.caller_audiences() AS caller_audiences)))
policy read_scope for select to app_assistant, app_couple, app_planner, app_vendor, app_venue, app_viewer
  using ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND (sync.audience_of_shot_list_items(shot_list_items.*) && ( SELECT sync.caller_audiences() AS caller_audiences)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE))
policy write_delete_assistant for delete to app_assistant
  using ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE))
policy write_delete_owner for delete to app_owner
  using ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE))
policy write_delete_planner for delete to app_planner
  using ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE))
policy write_insert_assistant for insert to app_assistant
  with check ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE))
policy write_insert_owner for insert to app_owner
  with check ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE))
policy write_insert_planner for insert to app_planner
  with check ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE))
policy write_update_assistant for update to app_assistant
  using ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE))
  with check ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE))
policy write_update_owner for update to app_owner
  using ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE))
  with check ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE))
policy write_update_planner for update to app_planner
  using ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE))
  with check ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE))
grant delete, insert (id, client_id, organization_id, description, people, location, priority, done), select (id, client_id, organization_id, description, people, location, priority, done), update (description, people, location, priority, done) to app_assistant, app_owner, app_planner
grant select, update (id) to wedsync_engine

-- The organization's order: the last position handed out. Locked by the first write, until commit.
create table sync.clock (
  organization_id uuid not null,  -- The organization it belongs to.
  head bigint not null default 0,  -- The last position handed out.
  closed_at timestamp with time zone,  -- Since when the organization takes no changes; null: it does.
  horizon bigint not null default 0,  -- The last position of which a tombstone was forgotten: who has not read that far loads again.
  constraint clock_pkey PRIMARY KEY (organization_id),
  constraint clock_organization_fkey FOREIGN KEY (organization_id) REFERENCES organizations(id) ON DELETE CASCADE,
) with (fillfactor=50);
row level security, forced
policy engine for all to wedsync_engine
  using true
  with check true
grant insert, select, update to wedsync_engine

-- The records that open conflicts are about; a row goes when its conflict is decided. Every write asks it, so it holds nothing else.
create table sync.contested_records (
  organization_id uuid not null,  -- The organization it belongs to.
  record_id uuid not null,  -- The id of the record.
  table_name text not null,  -- The table of the record.
  conflict_id uuid not null,  -- The open conflict.
  constraint contested_records_pkey PRIMARY KEY (organization_id, record_id, table_name, conflict_id),
  constraint contested_records_conflict_fkey FOREIGN KEY (organization_id, conflict_id) REFERENCES sync_conflict_log(organization_id, conflict_id) ON DELETE CASCADE,
);
CREATE INDEX contested_records_conflict_idx ON sync.contested_records USING btree (organization_id, conflict_id);
row level security, forced
policy engine for all to wedsync_engine
  using true
  with check true
grant delete, insert, select, update to wedsync_engine

-- Who this database is. A cursor of another epoch is of another server.
create table sync.epoch (
  is_only boolean not null default true,  -- Always true: there is one row.
  id uuid not null default gen_random_uuid(),  -- Made once, with the database.
  cursor_key bytea not null default decode(replace(((gen_random_uuid())::text || (gen_random_uuid())::text), '-'::text, ''::text), 'hex'::text),  -- Signs cursors; kept here, so that it is the same on every node and after a restart.
  constraint epoch_pkey PRIMARY KEY (is_only),
  constraint epoch_only_check CHECK (is_only),
);
row level security, forced
policy engine for all to wedsync_engine
  using true
  with check true
grant select to wedsync_engine

-- What each role may read and write, field by field; from the declarations.
create table sync.field_rights (
  table_name text not null,  -- The table the right is about.
  field text not null,  -- The name of the column.
  role text not null,  -- The role whose right it is.
  can_read boolean not null,  -- True if the role may read the field of records it sees.
  can_write boolean not null,  -- True if the role may give the field in a new record or change it.
  can_change boolean not null,  -- True if the role may change the field of a record that is there.
  constraint field_rights_pkey PRIMARY KEY (table_name, field, role),
  constraint field_rights_role_check CHECK ((role = ANY (ARRAY['owner'::text, 'planner'::text, 'assistant'::text, 'venue'::text, 'vendor'::text, 'couple'::text, 'viewer'::text]))),
);
row level security, forced
policy engine for all to wedsync_engine
  using true
  with check true
grant select to wedsync_engine

-- Where a field stands in records.field_positions. A slot is never given to another field.
create table sync.fields (
  table_id smallint not null,  -- The table, by its number in sync.tables.
  field text not null,  -- The name of the column.
  slot smallint not null,  -- The field's place in records.field_positions, from 1.
  together text,  -- Fields of one group only make sense together: if one moved, all did.
  keyed_by text,  -- How the parts of its values are told apart: empty by name, in a list by this part of each entry; null: it is compared whole.
  constraint fields_pkey PRIMARY KEY (table_id, field),
  constraint fields_slot_key UNIQUE (table_id, slot),
  constraint fields_table_fkey FOREIGN KEY (table_id) REFERENCES sync.tables(table_id),
  constraint fields_slot_check CHECK ((slot > 0)),
);
row level security, forced
policy engine for all to wedsync_engine
  using true
  with check true
grant select to wedsync_engine

-- Append-only: who changed which fields from what to what, when, from which device and change. Sync does not need it.
create table sync.history (
  record_id uuid not null,  -- The id of the record.
  table_id smallint not null,  -- The table, by its number in sync.tables.
  position bigint not null,  -- The position of the change.
  organization_id uuid not null,  -- The organization it belongs to.
  scope_id uuid not null,  -- The wedding or the organization the record belonged to then.
  action text not null,  -- create, update or delete.
  before jsonb,  -- What the changed fields held, as on the wire; the whole record for a delete.
  after jsonb,  -- What the changed fields hold since; the whole record for a create.
  user_id uuid,  -- Whose change it was; null for somebody in psql.
  role text,  -- The database role that wrote.
  device_id uuid,  -- The device it came from; null for somebody in psql.
  change_id uuid,  -- The change it came from; null for what no device asked for by itself.
  at timestamp with time zone not null default now(),  -- When it was written, by the database's clock.
  constraint history_pkey PRIMARY KEY (record_id, table_id, "position", scope_id),
);
CREATE INDEX history_at_idx ON sync.history USING brin (at);
CREATE TRIGGER sync_review AFTER INSERT ON sync.history REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.review_history();
row level security, forced
policy engine for all to wedsync_engine
  using true
  with check true
grant delete, insert, select to wedsync_engine

-- A random mark beside each commit's position. A cursor whose mark is missing saw another history.
create table sync.marks (
  organization_id uuid not null,  -- The organization it belongs to.
  position bigint not null,  -- The last position of a commit.
  mark uuid not null default gen_random_uuid(),  -- A random value nobody can guess or repeat: after a restore the same position gets another one.
  at timestamp with time zone not null default now(),  -- When the commit was; a mark that is old enough goes, and with it every cursor that names it.
  moved uuid[],  -- The records that moved in this commit, in their order, the last one at this position. A null among them: a position without a record. Null: too many, or from before this was kept.
  constraint marks_pkey PRIMARY KEY (organization_id, "position"),
);
row level security, forced
policy engine for all to wedsync_engine
  using true
  with check true
grant delete, insert, select to wedsync_engine

-- One row per record and scope: where it stands in the order, who in the scope sees it since when, who saw it from when to when.
create table sync.records (
  record_id uuid not null,  -- The id of the record.
  table_id smallint not null,  -- The table, by its number in sync.tables.
  scope_id uuid not null,  -- The wedding or the organization the record belonged to then.
  organization_id uuid not null,  -- The organization it belongs to.
  position bigint not null,  -- The record's place in the organization's order: its version on the wire.
  field_positions bigint[] not null,  -- By slot of sync.fields: the position at which the field last moved.
  gone text,  -- null: the record stands in this scope; delete: it is gone; remove: it moved to another scope.
  audience text[] not null,  -- Who in the scope sees the record: roles, person:<id>, vendor:<id>. Empty once it is gone.
  audience_since bigint[] not null,  -- For each name of the audience, the position since which it stands there.
  lost_audience text[] not null default '{}'::text[],  -- Names that saw the record once and do not any more, as often as that happened, eight times at most.
  lost_since bigint[] not null default '{}'::bigint[],  -- For each past sight, the position at which it began.
  lost_positions bigint[] not null default '{}'::bigint[],  -- For each past sight, the position at which it ended.
  changed_at timestamp with time zone not null default now(),  -- When the record last moved. For people to read; it orders nothing.
  entered bigint not null,  -- The position at which the record came into the scope first. It stays; whoever loads the scope goes by it.
  constraint records_pkey PRIMARY KEY (record_id, table_id, scope_id),
  constraint records_gone_check CHECK ((gone = ANY (ARRAY['delete'::text, 'remove'::text]))),
) with (fillfactor=70);
CREATE INDEX records_entered_idx ON sync.records USING btree (organization_id, scope_id, entered);
CREATE INDEX records_gone_idx ON sync.records USING btree (record_id) WHERE (gone IS NOT NULL);
row level security, forced
policy engine for all to wedsync_engine
  using true
  with check true
grant delete, insert, select, update to wedsync_engine

-- A digest of a role's rights, for the cursor. Written by sync.grant_rights.
create table sync.role_digests (
  role text not null,  -- The role whose right it is.
  digest text not null,  -- Changes when anything the role may read changes; then devices load anew.
  constraint role_digests_pkey PRIMARY KEY (role),
);
row level security, forced
policy engine for all to wedsync_engine
  using true
  with check true
grant select to wedsync_engine

-- What follows from the rights: slots a role reads, fields it gives and changes, the query that reads one row as JSON. Written by sync.grant_rights.
create table sync.role_tables (
  role text not null,  -- The role whose right it is.
  table_name text not null,  -- The table the right is about.
  rank smallint not null,  -- As in sync.tables.
  slots smallint[] not null,  -- The slots of the fields the role reads.
  writes text[] not null,  -- The fields the role may give or change.
  changes text[] not null,  -- The fields the role may change: fixed ones are only given.
  can_create boolean not null,  -- As in sync.table_rights.
  can_delete boolean not null,  -- As in sync.table_rights.
  row_query text not null,  -- The text of the query that reads one record n.record_id as JSON, with the columns the role may read and no others.
  constraint role_tables_pkey PRIMARY KEY (role, table_name),
);
row level security, forced
policy engine for all to wedsync_engine
  using true
  with check true
policy role_tables_read for select to app_assistant, app_couple, app_owner, app_planner, app_vendor, app_venue, app_viewer
  using true
grant select to app_assistant, app_couple, app_owner, app_planner, app_vendor, app_venue, app_viewer, wedsync_engine

-- Append-only: who signed in, who was refused what, who looked at whose status. Ids and codes, never a name or a text.
create table sync.security_log (
  entry_id bigint not null generated always as identity,  -- The order in which entries were written.
  at timestamp with time zone not null default now(),  -- When it happened; of several in one entry, the first.
  organization_id uuid not null,  -- The organization that whoever asked named in their token.
  user_id uuid not null,  -- Who asked.
  event text not null,  -- What happened.
  code text,  -- Of a refusal: the code it was answered with.
  subject_id uuid,  -- Whose status was looked at.
  times integer not null default 1,  -- The same again within a few seconds is counted, not repeated; of forbidden changes, how many.
  request_id text,  -- The request, as its answer and the server's log name it; of several, the first.
  constraint security_log_pkey PRIMARY KEY (entry_id),
  constraint security_log_code_check CHECK ((code ~ '^[a-z_]{1,40}$'::text)),
  constraint security_log_event_check CHECK ((event = ANY (ARRAY['demo_sign_in'::text, 'session_opened'::text, 'session_ended'::text, 'refused'::text, 'changes_forbidden'::text, 'status_read'::text]))),
  constraint security_log_request_check CHECK ((request_id ~ '^[A-Za-z0-9_-]{8,64}$'::text)),
  constraint security_log_times_check CHECK ((times > 0)),
);
CREATE INDEX security_log_organization_idx ON sync.security_log USING btree (organization_id, at);
row level security, forced
policy engine for insert to wedsync_engine
  with check true
grant insert to wedsync_engine

-- One row per cookie session. It says who somebody is; what they may do is looked up at each transaction.
create table sync.sessions (
  session_hash bytea not null,  -- SHA-256 of the cookie's random part: who reads this table can be nobody.
  organization_id uuid not null,  -- The organization that the token named.
  user_id uuid not null,  -- The account that the token named.
  csrf_hash bytea not null,  -- SHA-256 of what the page has to say besides the cookie when it changes something.
  created_at timestamp with time zone not null default now(),  -- When the token was traded.
  expires_at timestamp with time zone not null,  -- The end of the token, or twelve hours on, whichever comes first.
  ended_at timestamp with time zone,  -- When somebody signed out; from then on it is nobody's.
  constraint sessions_pkey PRIMARY KEY (session_hash),
  constraint sessions_expiry_check CHECK ((expires_at > created_at)),
  constraint sessions_hash_check CHECK (((octet_length(session_hash) = 32) AND (octet_length(csrf_hash) = 32))),
);
CREATE INDEX sessions_expiry_idx ON sync.sessions USING btree (expires_at);
CREATE INDEX sessions_user_idx ON sync.sessions USING btree (organization_id, user_id, created_at);
row level security, forced
policy engine for all to wedsync_engine
  using true
  with check true
grant delete, insert, select, update to wedsync_engine

-- Which role may make and delete records of a table; from the declarations.
create table sync.table_rights (
  table_name text not null,  -- The table the right is about.
  role text not null,  -- The role whose right it is.
  can_create boolean not null,  -- True if the role may make records.
  can_delete boolean not null,  -- True if the role may delete records.
  constraint table_rights_pkey PRIMARY KEY (table_name, role),
);
row level security, forced
policy engine for all to wedsync_engine
  using true
  with check true
grant select to wedsync_engine

-- What is tracked. Rank: parents before children.
create table sync.tables (
  table_id smallint not null generated always as identity,  -- The table, by its number in sync.tables.
  name text not null,  -- The table, in schema public.
  scope_column text not null,  -- The column that holds a record's scope: client_id or organization_id.
  rank smallint not null,  -- The table's place among the others, parents before children: for locks and writes.
  loads_first boolean not null default false,  -- True for tables whose records arrive before all others while a scope is loaded.
  constraint tables_pkey PRIMARY KEY (table_id),
  constraint tables_name_key UNIQUE (name),
);
row level security, forced
policy engine for all to wedsync_engine
  using true
  with check true
grant select to wedsync_engine

-- The changes that get their last receipt when a conflict is decided: the one that opened it, its group, later edits of its author that joined it.
create table sync.waiting_changes (
  organization_id uuid not null,  -- The organization it belongs to.
  conflict_id uuid not null,  -- The open conflict.
  change_id uuid not null,  -- The change that waits.
  nth bigint not null generated always as identity,  -- The order in which they came.
  constraint waiting_changes_pkey PRIMARY KEY (organization_id, conflict_id, change_id),
  constraint waiting_changes_change_fkey FOREIGN KEY (organization_id, change_id) REFERENCES offline_sync_queue(organization_id, change_id) ON DELETE CASCADE,
  constraint waiting_changes_conflict_fkey FOREIGN KEY (organization_id, conflict_id) REFERENCES sync_conflict_log(organization_id, conflict_id) ON DELETE CASCADE,
);
CREATE INDEX waiting_changes_change_idx ON sync.waiting_changes USING btree (organization_id, change_id);
row level security, forced
policy engine for all to wedsync_engine
  using true
  with check true
grant delete, insert, select, update to wedsync_engine

-- One row per conflict: each contested field with base, both sides, result, rule and reason. Written with the merge.
create table sync_conflict_log (
  organization_id uuid not null,  -- The organization it belongs to.
  conflict_id uuid not null,  -- Derived from the change, so that a try again finds the same one.
  scope_id uuid,  -- The wedding of the record; null if it was never known.
  change_id uuid not null,  -- The change that met another.
  user_id uuid not null,  -- Whose change it is.
  device_id uuid not null,  -- The device it came from.
  table_name text not null,  -- The table of the record it is about.
  record_id uuid not null,  -- The record it is about.
  kind text not null,  -- What met what: two edits of a field, an edit and a delete, and so on.
  severity text not null,  -- How much it matters.
  score double precision not null,  -- The same from 0 to 1, for sorting.
  because text not null,  -- Why it matters that much, in one sentence.
  status text not null,  -- Resolved by a rule, or pending: waiting for a person.
  version integer not null default 1,  -- Counts up with every change of this row; who decides says which one they saw.
  fields jsonb not null,  -- For each contested field: base, both sides, result, rule and reason.
  resolution jsonb,  -- How it was settled and how sure that is; null while it is pending.
  detected_at timestamp with time zone not null default now(),  -- When the two met.
  decided_by uuid,  -- Who decided; null where a rule did.
  decided_at timestamp with time zone,  -- When it was decided; null while it is pending.
  note text,  -- What the person who decided wrote beside it.
  decision_id uuid,  -- The change id under which history shows what the decision wrote; null while it is pending, or where a rule decided.
  contested text[] generated always as (sync.contested_names(table_name, record_id, fields)) stored,  -- The contested fields as table.field, where all are of the record it is about; null where some are of others. Follows from fields.
  constraint sync_conflict_log_pkey PRIMARY KEY (organization_id, conflict_id),
  constraint sync_conflict_log_severity_check CHECK ((severity = ANY (ARRAY['low'::text, 'medium'::text, 'high'::text, 'critical'::text]))),
  constraint sync_conflict_log_status_check CHECK ((status = ANY (ARRAY['resolved'::text, 'pending'::text]))),
);
CREATE INDEX sync_conflict_log_gravest_idx ON public.sync_conflict_log USING btree (organization_id, array_position(ARRAY['low'::text, 'medium'::text, 'high'::text, 'critical'::text], severity) DESC, detected_at DESC, conflict_id DESC) WHERE (status = 'pending'::text);
CREATE INDEX sync_conflict_log_history_idx ON public.sync_conflict_log USING btree (organization_id, record_id);
CREATE INDEX sync_conflict_log_queue_idx ON public.sync_conflict_log USING btree (organization_id, scope_id, status, detected_at DESC);
CREATE INDEX sync_conflict_log_user_idx ON public.sync_conflict_log USING btree (organization_id, user_id);
CREATE TRIGGER sync_feed_insert AFTER INSERT ON public.sync_conflict_log REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.place_conflicts();
CREATE TRIGGER sync_feed_update AFTER UPDATE ON public.sync_conflict_log REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.place_conflicts();
row level security, forced
policy engine for all to wedsync_engine
  using true
  with check true
grant insert, select, update to wedsync_engine

-- One row per batch.
create table sync_performance_metrics (
  id bigint not null generated always as identity,  -- Numbers the rows.
  organization_id uuid not null,  -- The organization it belongs to.
  user_id uuid not null,  -- Whose batch it was.
  device_id uuid not null,  -- The device it came from.
  session_id text not null,  -- The sync it belonged to.
  items integer not null,  -- How many changes it held.
  conflicts integer not null,  -- How many of them met others.
  errors integer not null,  -- How many of them failed.
  duration_ms double precision not null,  -- How long the database took, in milliseconds.
  at timestamp with time zone not null default now(),  -- When it was written.
  constraint sync_performance_metrics_pkey PRIMARY KEY (id),
);
CREATE INDEX sync_performance_metrics_at_idx ON public.sync_performance_metrics USING brin (at);
CREATE INDEX sync_performance_metrics_user_idx ON public.sync_performance_metrics USING btree (organization_id, user_id, at);
row level security, forced
policy engine for all to wedsync_engine
  using true
  with check true
grant delete, insert, select to wedsync_engine

-- A table of the room, and where it stands.
create table tables (
  id uuid not null,  -- Made on the device that created the record, or by whoever wrote it.
  client_id uuid not null,  -- The wedding it belongs to.
  organization_id uuid not null,  -- The organization it belongs to.
  number integer not null,  -- The number on the table.
  shape text,  -- Round, long and so on.
  capacity integer,  -- How many sit there at most.
  x integer,  -- How far from the left of the room, in centimetres.
  y integer,  -- How far from the top of the room, in centimetres.
  rotation integer,  -- How far it is turned, in degrees.
  constraint tables_pkey PRIMARY KEY (id),
  constraint tables_client_key UNIQUE (organization_id, client_id, id),
  constraint tables_client_fkey FOREIGN KEY (organization_id, client_id) REFERENCES clients(organization_id, id) ON DELETE CASCADE,
  constraint tables_capacity_check CHECK ((capacity >= 0)),
  constraint tables_number_check CHECK ((number >= 0)),
  constraint tables_rotation_check CHECK (((rotation >= '-360'::integer) AND (rotation <= 360))),
) with (fillfactor=80);
CREATE TRIGGER sync_delete AFTER DELETE ON public.tables REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_tables_delete();
CREATE TRIGGER sync_insert AFTER INSERT ON public.tables REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_tables_insert();
CREATE TRIGGER sync_truncate BEFORE TRUNCATE ON public.tables FOR EACH STATEMENT EXECUTE FUNCTION sync.refuse_truncate();
CREATE TRIGGER sync_update AFTER UPDATE ON public.tables REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_tables_update();
row level security, forced
policy engine for all to wedsync_engine
  using true
  with check false
policy read_owner for select to app_owner
  using ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND (sync.audience_of_tables(tables.*) && ( SELECT sync.caller_audiences() AS caller_audiences)))
policy read_scope for select to app_assistant, app_couple, app_planner, app_vendor, app_venue, app_viewer
  using ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND (sync.audience_of_tables(tables.*) && ( SELECT sync.caller_audiences() AS caller_audiences)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE))
policy write_delete_assistant for delete to app_assistant
  using ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE))
policy write_delete_owner for delete to app_owner
  using ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE))
policy write_delete_planner for delete to app_planner
  using ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE))
policy write_insert_assistant for insert to app_assistant
  with check ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE))
policy write_insert_owner for insert to app_owner
  with check ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE))
policy write_insert_planner for insert to app_planner
  with check ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE))
policy write_insert_venue for insert to app_venue
  with check ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE))
policy write_update_assistant for update to app_assistant
  using ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE))
  with check ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE))
policy write_update_owner for update to app_owner
  using ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE))
  with check ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE))
policy write_update_planner for update to app_planner
  using ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE))
  with check ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE))
policy write_update_venue for update to app_venue
  using ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE))
  with check ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE))
grant delete, insert (id, client_id, organization_id, number, shape, capacity, x, y, rotation), select (id, client_id, organization_id, number, shape, capacity, x, y, rotation), update (number, shape, capacity, x, y, rotation) to app_assistant, app_owner, app_planner
grant insert (id, client_id, organization_id, number, shape, capacity, x, y, rotation), select (id, client_id, organization_id, number, shape, capacity, x, y, rotation), update (number, shape, capacity, x, y, rotation) to app_venue
grant select (id, client_id, organization_id, number, shape, capacity, x, y, rotation) to app_couple
grant select, update (id) to wedsync_engine

-- Something to be done before the day or on it.
create table tasks (
  id uuid not null,  -- Made on the device that created the record, or by whoever wrote it.
  client_id uuid not null,  -- The wedding it belongs to.
  organization_id uuid not null,  -- The organization it belongs to.
  title text not null,  -- What is to be done.
  due timestamp without time zone,  -- Until when, by the clock on the wall.
  owner_id uuid,  -- Who of us looks after it.
  priority text not null default 'normal'::text,  -- How much it presses.
  status text not null default 'open'::text,  -- Open, being done, done; it only moves forward.
  checklist jsonb not null default '[]'::jsonb,  -- Its steps: [{"id": "…", "text": "…", "done": false}].
  depends_on uuid[] not null default '{}'::uuid[],  -- Which tasks come first. A list: an id in it may be of one that is gone.
  constraint tasks_pkey PRIMARY KEY (id),
  constraint tasks_organization_key UNIQUE (organization_id, id),
  constraint tasks_client_fkey FOREIGN KEY (organization_id, client_id) REFERENCES clients(organization_id, id) ON DELETE CASCADE,
  constraint tasks_owner_fkey FOREIGN KEY (organization_id, owner_id) REFERENCES people(organization_id, id) ON DELETE SET NULL (owner_id),
  constraint tasks_checklist_check CHECK ((jsonb_typeof(checklist) = 'array'::text)),
  constraint tasks_due_check CHECK ((due = date_trunc('minute'::text, due))),
  constraint tasks_priority_check CHECK ((priority = ANY (ARRAY['low'::text, 'normal'::text, 'high'::text]))),
  constraint tasks_status_check CHECK ((status = ANY (ARRAY['open'::text, 'doing'::text, 'done'::text]))),
) with (fillfactor=80);
CREATE INDEX tasks_client_idx ON public.tasks USING btree (organization_id, client_id);
CREATE INDEX tasks_owner_idx ON public.tasks USING btree (organization_id, owner_id);
CREATE TRIGGER sync_delete AFTER DELETE ON public.tasks REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_tasks_delete();
CREATE TRIGGER sync_insert AFTER INSERT ON public.tasks REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_tasks_insert();
CREATE TRIGGER sync_truncate BEFORE TRUNCATE ON public.tasks FOR EACH STATEMENT EXECUTE FUNCTION sync.refuse_truncate();
CREATE TRIGGER sync_update AFTER UPDATE ON public.tasks REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_tasks_update();
row level security, forced
policy engine for all to wedsync_engine
  using true
  with check false
policy read_owner for select to app_owner
  using ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND (sync.audience_of_tasks(tasks.*) && ( SELECT sync.caller_audiences() AS caller_audiences)))
policy read_scope for select to app_assistant, app_couple, app_planner, app_vendor, app_venue, app_viewer
  using ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND (sync.audience_of_tasks(tasks.*) && ( SELECT sync.caller_audiences() AS caller_audiences)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE))
policy write_delete_assistant for delete to app_assistant
  using ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE))
policy write_delete_owner for delete to app_owner
  using ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE))
policy write_delete_planner for delete to app_planner
  using ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE))
policy write_insert_assistant for insert to app_assistant
  with check ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE))
policy write_insert_owner for insert to app_owner
  with check ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE))
policy write_insert_planner for insert to app_planner
  with check ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE))
policy write_update_assistant for update to app_assistant
  using ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE))
  with check ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE))
policy write_update_owner for update to app_owner
  using ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE))
  with check ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE))
policy write_update_planner for update to app_planner
  using ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE))
  with check ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE))
grant delete, insert (id, client_id, organization_id, title, due, owner_id, priority, status, checklist, depends_on), select (id, client_id, organization_id, title, due, owner_id, priority, status, checklist, depends_on), update (title, due, owner_id, priority, status, checklist, depends_on) to app_assistant, app_owner, app_planner
grant select, update (id) to wedsync_engine

-- Which item of the running order waits for which.
create table timeline_dependencies (
  id uuid not null,  -- Made on the device that created the record, or by whoever wrote it.
  client_id uuid not null,  -- The wedding it belongs to.
  organization_id uuid not null,  -- The organization it belongs to.
  from_id uuid not null,  -- The item that comes first.
  to_id uuid not null,  -- The item that waits.
  type text not null default 'FS'::text,  -- What waits for what: finish to start, start to start, finish to finish, start to finish.
  lag_min integer,  -- Minutes between the two; less than nothing lets them overlap.
  constraint timeline_dependencies_pkey PRIMARY KEY (id),
  constraint timeline_dependencies_client_fkey FOREIGN KEY (organization_id, client_id) REFERENCES clients(organization_id, id) ON DELETE CASCADE,
  constraint timeline_dependencies_from_fkey FOREIGN KEY (organization_id, client_id, from_id) REFERENCES timeline_items(organization_id, client_id, id) ON DELETE CASCADE,
  constraint timeline_dependencies_to_fkey FOREIGN KEY (organization_id, client_id, to_id) REFERENCES timeline_items(organization_id, client_id, id) ON DELETE CASCADE,
  constraint timeline_dependencies_ends_check CHECK ((from_id <> to_id)),
  constraint timeline_dependencies_type_check CHECK ((type = ANY (ARRAY['FS'::text, 'SS'::text, 'FF'::text, 'SF'::text]))),
) with (fillfactor=80);
CREATE INDEX timeline_dependencies_from_idx ON public.timeline_dependencies USING btree (organization_id, client_id, from_id);
CREATE INDEX timeline_dependencies_to_idx ON public.timeline_dependencies USING btree (organization_id, client_id, to_id);
CREATE TRIGGER sync_delete AFTER DELETE ON public.timeline_dependencies REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_timeline_dependencies_delete();
CREATE TRIGGER sync_insert AFTER INSERT ON public.timeline_dependencies REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_timeline_dependencies_insert();
CREATE TRIGGER sync_truncate BEFORE TRUNCATE ON public.timeline_dependencies FOR EACH STATEMENT EXECUTE FUNCTION sync.refuse_truncate();
CREATE TRIGGER sync_update AFTER UPDATE ON public.timeline_dependencies REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_timeline_dependencies_update();
row level security, forced
policy engine for all to wedsync_engine
  using true
  with check false
policy read_owner for select to app_owner
  using ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND (sync.audience_of_timeline_dependencies(timeline_dependencies.*) && ( SELECT sync.caller_audiences() AS caller_audiences)))
policy read_scope for select to app_assistant, app_couple, app_planner, app_vendor, app_venue, app_viewer
  using ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND (sync.audience_of_timeline_dependencies(timeline_dependencies.*) && ( SELECT sync.caller_audiences() AS caller_audiences)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE))
policy write_delete_assistant for delete to app_assistant
  using ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE))
policy write_delete_owner for delete to app_owner
  using ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE))
policy write_delete_planner for delete to app_planner
  using ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE))
policy write_insert_assistant for insert to app_assistant
  with check ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE))
policy write_insert_owner for insert to app_owner
  with check ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE))
policy write_insert_planner for insert to app_planner
  with check ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE))
policy write_update_assistant for update to app_assistant
  using ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE))
  with check ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE))
policy write_update_owner for update to app_owner
  using ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE))
  with check ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE))
policy write_update_planner for update to app_planner
  using ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE))
  with check ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE))
grant delete, insert (id, client_id, organization_id, from_id, to_id, type, lag_min), select (id, client_id, organization_id, from_id, to_id, type, lag_min), update (type, lag_min) to app_assistant, app_owner, app_planner
grant select (id, client_id, organization_id, from_id, to_id, type, lag_min) to app_venue
grant select, update (id) to wedsync_engine

-- One line of the day's running order.
create table timeline_items (
  id uuid not null,  -- Made on the device that created the record, or by whoever wrote it.
  client_id uuid not null,  -- The wedding it belongs to.
  organization_id uuid not null,  -- The organization it belongs to.
  title text not null,  -- What happens: "First dance".
  kind text not null default 'milestone'::text,  -- Ceremony, meal, load-in and so on; gives the line its colour.
  planned_start timestamp without time zone,  -- When it should begin, by the clock on the wall, to the minute.
  duration_min integer not null default 15,  -- How long it should take, in minutes.
  anchor text not null default 'soft'::text,  -- Hard: this time does not move. Soft: it moves along with the others.
  min_duration_min integer,  -- How short it can be made, in minutes.
  compressible boolean not null default false,  -- True if it can be shortened when the day runs late.
  location text,  -- Where it happens.
  owner_id uuid,  -- Who of us looks after it.
  participant_ids uuid[] not null default '{}'::uuid[],  -- Who takes part. A list: an id in it may be of somebody who is gone.
  vendor_id uuid,  -- Whose work it is; that vendor sees the line.
  cue text,  -- The sign to begin. Not for the couple.
  public_note text,  -- A note that everybody who sees the line may read, viewers aside.
  internal_note text,  -- A note for the team only.
  guest_visible boolean not null default false,  -- True if vendors, the couple and viewers see the line.
  key_moment boolean not null default false,  -- True for what must not go wrong; conflicts about it weigh more.
  locked boolean not null default false,  -- True if only planners may still change it.
  status text not null default 'planned'::text,  -- Planned, ready, started, done or skipped; it only moves forward.
  actual_start timestamp with time zone,  -- The moment it began.
  actual_end timestamp with time zone,  -- The moment it ended.
  sort_key text,  -- Where the line stands among others of the same time; a key between any two can always be made.
  constraint timeline_items_pkey PRIMARY KEY (id),
  constraint timeline_items_client_key UNIQUE (organization_id, client_id, id),
  constraint timeline_items_organization_key UNIQUE (organization_id, id),
  constraint timeline_items_client_fkey FOREIGN KEY (organization_id, client_id) REFERENCES clients(organization_id, id) ON DELETE CASCADE,
  constraint timeline_items_owner_fkey FOREIGN KEY (organization_id, owner_id) REFERENCES people(organization_id, id) ON DELETE SET NULL (owner_id),
  constraint timeline_items_vendor_fkey FOREIGN KEY (organization_id, vendor_id) REFERENCES vendor_contacts(organization_id, id) ON DELETE SET NULL (vendor_id),
  constraint timeline_items_anchor_check CHECK ((anchor = ANY (ARRAY['soft'::text, 'hard'::text]))),
  constraint timeline_items_duration_min_check CHECK ((duration_min >= 0)),
  constraint timeline_items_kind_check CHECK ((kind = ANY (ARRAY['ceremony'::text, 'portrait'::text, 'meal'::text, 'speech'::text, 'music'::text, 'load_in'::text, 'strike'::text, 'transport'::text, 'buffer'::text, 'milestone'::text]))),
  constraint timeline_items_min_duration_min_check CHECK ((min_duration_min >= 0)),
  constraint timeline_items_planned_start_check CHECK ((planned_start = date_trunc('minute'::text, planned_start))),
  constraint timeline_items_status_check CHECK ((status = ANY (ARRAY['planned'::text, 'ready'::text, 'started'::text, 'done'::text, 'skipped'::text]))),
) with (fillfactor=70);
CREATE INDEX timeline_items_owner_idx ON public.timeline_items USING btree (organization_id, owner_id);
CREATE INDEX timeline_items_vendor_idx ON public.timeline_items USING btree (organization_id, vendor_id);
CREATE TRIGGER sync_delete AFTER DELETE ON public.timeline_items REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_timeline_items_delete();
CREATE TRIGGER sync_insert AFTER INSERT ON public.timeline_items REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_timeline_items_insert();
CREATE TRIGGER sync_truncate BEFORE TRUNCATE ON public.timeline_items FOR EACH STATEMENT EXECUTE FUNCTION sync.refuse_truncate();
CREATE TRIGGER sync_update AFTER UPDATE ON public.timeline_items REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_timeline_items_update();
row level security, forced
policy engine for all to wedsync_engine
  using true
  with check false
policy read_owner for select to app_owner
  using ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND (sync.audience_of_timeline_items(timeline_items.*) && ( SELECT sync.caller_audiences() AS caller_audiences)))
policy read_scope for select to app_assistant, app_couple, app_planner, app_vendor, app_venue, app_viewer
  using ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND (sync.audience_of_timeline_items(timeline_items.*) && ( SELECT sync.caller_audiences() AS caller_audiences)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE))
policy write_delete_assistant for delete to app_assistant
  using ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE))
policy write_delete_owner for delete to app_owner
  using ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE))
policy write_delete_planner for delete to app_planner
  using ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE))
policy write_insert_assistant for insert to app_assistant
  with check ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE))
policy write_insert_owner for insert to app_owner
  with check ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE))
policy write_insert_planner for insert to app_planner
  with check ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE))
policy write_update_assistant for update to app_assistant
  using ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE))
  with check ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE))
policy write_update_owner for update to app_owner
  using ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE))
  with check ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE))
policy write_update_planner for update to app_planner
  using ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE))
  with check ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE))
policy write_update_venue for update to app_venue
  using ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE))
  with check ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE))
grant delete, insert (id, client_id, organization_id, title, kind, planned_start, duration_min, anchor, min_duration_min, compressible, location, owner_id, participant_ids, vendor_id, cue, public_note, internal_note, guest_visible, key_moment, locked, status, actual_start, actual_end, sort_key), select (id, client_id, organization_id, title, kind, planned_start, duration_min, anchor, min_duration_min, compressible, location, owner_id, participant_ids, vendor_id, cue, public_note, internal_note, guest_visible, key_moment, locked, status, actual_start, actual_end, sort_key), update (title, kind, planned_start, duration_min, anchor, min_duration_min, compressible, location, owner_id, participant_ids, vendor_id, cue, public_note, internal_note, guest_visible, key_moment, locked, status, actual_start, actual_end, sort_key) to app_owner, app_planner
grant delete, insert (id, client_id, organization_id, title, kind, planned_start, duration_min, anchor, min_duration_min, compressible, location, owner_id, participant_ids, vendor_id, cue, public_note, internal_note, guest_visible, key_moment, status, actual_start, actual_end, sort_key), select (id, client_id, organization_id, title, kind, planned_start, duration_min, anchor, min_duration_min, compressible, location, owner_id, participant_ids, vendor_id, cue, public_note, internal_note, guest_visible, key_moment, locked, status, actual_start, actual_end, sort_key), update (title, kind, planned_start, duration_min, anchor, min_duration_min, compressible, location, owner_id, participant_ids, vendor_id, cue, public_note, internal_note, guest_visible, key_moment, status, actual_start, actual_end, sort_key) to app_assistant
grant select (id, client_id, organization_id, title, kind, planned_start, duration_min, anchor, min_duration_min, compressible, location, owner_id, participant_ids, vendor_id, cue, public_note, guest_visible, key_moment, locked, status, actual_start, actual_end, sort_key) to app_vendor
grant select (id, client_id, organization_id, title, kind, planned_start, duration_min, anchor, min_duration_min, compressible, location, owner_id, participant_ids, vendor_id, cue, public_note, guest_visible, key_moment, locked, status, actual_start, actual_end, sort_key), update (location, actual_start, actual_end) to app_venue
grant select (id, client_id, organization_id, title, kind, planned_start, duration_min, anchor, min_duration_min, compressible, location, vendor_id, public_note, guest_visible, key_moment, locked, status, actual_start, actual_end, sort_key) to app_couple
grant select (id, client_id, organization_id, title, kind, planned_start, duration_min, location, guest_visible, status, actual_start, actual_end, sort_key) to app_viewer
grant select, update (id) to wedsync_engine

-- A vendor at a wedding; person_id is who signs in as this vendor.
create table vendor_contacts (
  id uuid not null,  -- Made on the device that created the record, or by whoever wrote it.
  client_id uuid not null,  -- The wedding it belongs to.
  organization_id uuid not null,  -- The organization it belongs to.
  company text not null,  -- The name on the van.
  category text,  -- What they do: flowers, band, cake.
  contact_name text,  -- Whom to ask for.
  phones jsonb not null default '{}'::jsonb,  -- Numbers by label: {"mobile": "…"}.
  email text,  -- Where they read mail.
  arrival_from timestamp without time zone,  -- The earliest they may come.
  arrival_to timestamp without time zone,  -- The latest they should be there.
  arrival_status text not null default 'booked'::text,  -- Booked, on the way, arrived, set up, done, or missing.
  arrived_at timestamp with time zone,  -- The moment they arrived.
  load_in_notes text,  -- Which door, which lift, where to park.
  meal_count integer,  -- How many of them eat with us.
  insurance_ok boolean not null default false,  -- True once the insurance the venue asks for was seen.
  replaced_by uuid,  -- Who comes instead. For the team only.
  person_id uuid,  -- Who signs in as this vendor, and so sees this wedding.
  shared_with_vendors boolean not null default false,  -- True if the other vendors may see this contact.
  constraint vendor_contacts_pkey PRIMARY KEY (id),
  constraint vendor_contacts_organization_key UNIQUE (organization_id, id),
  constraint vendor_contacts_client_fkey FOREIGN KEY (organization_id, client_id) REFERENCES clients(organization_id, id) ON DELETE CASCADE,
  constraint vendor_contacts_person_fkey FOREIGN KEY (organization_id, person_id) REFERENCES people(organization_id, id) ON DELETE SET NULL (person_id),
  constraint vendor_contacts_replaced_by_fkey FOREIGN KEY (organization_id, replaced_by) REFERENCES vendor_contacts(organization_id, id) ON DELETE SET NULL (replaced_by),
  constraint vendor_contacts_arrival_from_check CHECK ((arrival_from = date_trunc('minute'::text, arrival_from))),
  constraint vendor_contacts_arrival_status_check CHECK ((arrival_status = ANY (ARRAY['booked'::text, 'confirmed'::text, 'en_route'::text, 'arrived'::text, 'set_up'::text, 'done'::text, 'no_show'::text]))),
  constraint vendor_contacts_arrival_to_check CHECK ((arrival_to = date_trunc('minute'::text, arrival_to))),
  constraint vendor_contacts_meal_count_check CHECK ((meal_count >= 0)),
  constraint vendor_contacts_phones_check CHECK ((jsonb_typeof(phones) = 'object'::text)),
) with (fillfactor=80);
CREATE INDEX vendor_contacts_client_idx ON public.vendor_contacts USING btree (organization_id, client_id);
CREATE INDEX vendor_contacts_person_idx ON public.vendor_contacts USING btree (organization_id, person_id);
CREATE INDEX vendor_contacts_replaced_by_idx ON public.vendor_contacts USING btree (organization_id, replaced_by);
CREATE TRIGGER sync_delete AFTER DELETE ON public.vendor_contacts REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_vendor_contacts_delete();
CREATE TRIGGER sync_insert AFTER INSERT ON public.vendor_contacts REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_vendor_contacts_insert();
CREATE TRIGGER sync_truncate BEFORE TRUNCATE ON public.vendor_contacts FOR EACH STATEMENT EXECUTE FUNCTION sync.refuse_truncate();
CREATE TRIGGER sync_update AFTER UPDATE ON public.vendor_contacts REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION sync.capture_vendor_contacts_update();
row level security, forced
policy engine for all to wedsync_engine
  using true
  with check false
policy read_owner for select to app_owner
  using ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND (sync.audience_of_vendor_contacts(vendor_contacts.*) && ( SELECT sync.caller_audiences() AS caller_audiences)))
policy read_scope for select to app_assistant, app_couple, app_planner, app_vendor, app_venue, app_viewer
  using ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND (sync.audience_of_vendor_contacts(vendor_contacts.*) && ( SELECT sync.caller_audiences() AS caller_audiences)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE))
policy write_delete_assistant for delete to app_assistant
  using ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE))
policy write_delete_owner for delete to app_owner
  using ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE))
policy write_delete_planner for delete to app_planner
  using ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE))
policy write_insert_assistant for insert to app_assistant
  with check ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE))
policy write_insert_owner for insert to app_owner
  with check ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE))
policy write_insert_planner for insert to app_planner
  with check ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE))
policy write_update_assistant for update to app_assistant
  using ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE))
  with check ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE))
policy write_update_owner for update to app_owner
  using ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE))
  with check ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE))
policy write_update_planner for update to app_planner
  using ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE))
  with check ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE))
policy write_update_vendor for update to app_vendor
  using ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE) AND (person_id = ( SELECT sync.caller_person() AS caller_person)))
  with check ((organization_id = ( SELECT sync.caller_organization() AS caller_organization)) AND ((client_id = ANY (( SELECT sync.caller_scopes() AS caller_scopes)::uuid[])) IS TRUE) AND (person_id = ( SELECT sync.caller_person() AS caller_person)))
grant delete, insert (id, client_id, organization_id, company, category, contact_name, phones, email, arrival_from, arrival_to, arrival_status, arrived_at, load_in_notes, meal_count, insurance_ok, replaced_by, person_id, shared_with_vendors), select (id, client_id, organization_id, company, category, contact_name, phones, email, arrival_from, arrival_to, arrival_status, arrived_at, load_in_notes, meal_count, insurance_ok, replaced_by, person_id, shared_with_vendors), update (company, category, contact_name, phones, email, arrival_from, arrival_to, arrival_status, arrived_at, load_in_notes, meal_count, insurance_ok, replaced_by, person_id, shared_with_vendors) to app_owner, app_planner
grant delete, insert (id, client_id, organization_id, company, category, contact_name, phones, email, arrival_from, arrival_to, arrival_status, arrived_at, load_in_notes, meal_count, insurance_ok, replaced_by, shared_with_vendors), select (id, client_id, organization_id, company, category, contact_name, phones, email, arrival_from, arrival_to, arrival_status, arrived_at, load_in_notes, meal_count, insurance_ok, replaced_by, person_id, shared_with_vendors), update (company, category, contact_name, phones, email, arrival_from, arrival_to, arrival_status, arrived_at, load_in_notes, meal_count, insurance_ok, replaced_by, shared_with_vendors) to app_assistant
grant select (id, client_id, organization_id, company, category, contact_name, phones, email, arrival_from, arrival_to, arrival_status, arrived_at, load_in_notes, meal_count, insurance_ok, person_id, shared_with_vendors), update (phones, arrival_from, arrival_to, arrival_status, arrived_at) to app_vendor
grant select, update (id) to wedsync_engine

-- Functions

function assign_creator() returns trigger
  as wedsync_engine, volatile, set search_path=pg_catalog, pg_temp

function claim_sync_retries(uuid,integer,integer) returns jsonb
  as wedsync_engine, volatile, set search_path=pg_catalog, pg_temp; enable_seqscan=off
  for wedsync_server

function cleanup_old_sync_records(integer,integer,integer) returns jsonb
  as wedsync_engine, volatile, set search_path=pg_catalog, pg_temp
  for wedsync_server

function detect_sync_conflicts(jsonb) returns TABLE(change_id uuid, field text, base jsonb, client jsonb, server jsonb)
  as wedsync_engine, stable, set search_path=pg_catalog, pg_temp
  for app_assistant, app_couple, app_owner, app_planner, app_vendor, app_venue, app_viewer

function get_user_sync_status(uuid,integer) returns jsonb
  as wedsync_engine, volatile, set search_path=pg_catalog, pg_temp
  for app_assistant, app_couple, app_owner, app_planner, app_vendor, app_venue, app_viewer

function process_sync_batch(jsonb) returns jsonb
  as who calls it, volatile, set search_path=pg_catalog, pg_temp
  for app_assistant, app_couple, app_owner, app_planner, app_vendor, app_venue, app_viewer

function resolve_sync_conflict(jsonb) returns bigint
  as who calls it, volatile, set search_path=pg_catalog, pg_temp
  for app_assistant, app_couple, app_owner, app_planner, app_vendor, app_venue, app_viewer

function sync.api_roles() returns text
  as who calls it, stable, set search_path=pg_catalog, pg_temp

function sync.as_instant(timestamp with time zone) returns text
  as who calls it, stable

function sync.assume_caller(text) returns text
  as who calls it, volatile, set search_path=pg_catalog, pg_temp
  for wedsync_server

function sync.audience_expression(regclass,text) returns text
  as who calls it, stable, set search_path=pg_catalog, pg_temp
  for wedsync_engine

function sync.audience_of_assignments(assignments) returns text[]
  as who calls it, stable
  for app_assistant, app_couple, app_nobody, app_owner, app_planner, app_vendor, app_venue, app_viewer, wedsync_engine

function sync.audience_of_clients(clients) returns text[]
  as who calls it, stable
  for app_assistant, app_couple, app_nobody, app_owner, app_planner, app_vendor, app_venue, app_viewer, wedsync_engine

function sync.audience_of_documents(documents) returns text[]
  as who calls it, stable
  for app_assistant, app_couple, app_nobody, app_owner, app_planner, app_vendor, app_venue, app_viewer, wedsync_engine

function sync.audience_of_form_responses(form_responses) returns text[]
  as who calls it, stable
  for app_assistant, app_couple, app_nobody, app_owner, app_planner, app_vendor, app_venue, app_viewer, wedsync_engine

function sync.audience_of_forms(forms) returns text[]
  as who calls it, stable
  for app_assistant, app_couple, app_nobody, app_owner, app_planner, app_vendor, app_venue, app_viewer, wedsync_engine

function sync.audience_of_guests(guests) returns text[]
  as who calls it, stable
  for app_assistant, app_couple, app_nobody, app_owner, app_planner, app_vendor, app_venue, app_viewer, wedsync_engine

function sync.audience_of_memberships(memberships) returns text[]
  as who calls it, stable
  for app_assistant, app_couple, app_nobody, app_owner, app_planner, app_vendor, app_venue, app_viewer, wedsync_engine

function sync.audience_of_notes(notes) returns text[]
  as who calls it, stable
  for app_assistant, app_couple, app_nobody, app_owner, app_planner, app_vendor, app_venue, app_viewer, wedsync_engine

function sync.audience_of_payment_entries(payment_entries) returns text[]
  as who calls it, stable
  for app_assistant, app_couple, app_nobody, app_owner, app_planner, app_vendor, app_venue, app_viewer, wedsync_engine

function sync.audience_of_payments(payments) returns text[]
  as who calls it, stable
  for app_assistant, app_couple, app_nobody, app_owner, app_planner, app_vendor, app_venue, app_viewer, wedsync_engine

function sync.audience_of_people(people) returns text[]
  as who calls it, stable
  for app_assistant, app_couple, app_nobody, app_owner, app_planner, app_vendor, app_venue, app_viewer, wedsync_engine

function sync.audience_of_seat_assignments(seat_assignments) returns text[]
  as who calls it, stable
  for app_assistant, app_couple, app_nobody, app_owner, app_planner, app_vendor, app_venue, app_viewer, wedsync_engine

function sync.audience_of_shot_list_items(shot_list_items) returns text[]
  as who calls it, stable
  for app_assistant, app_couple, app_nobody, app_owner, app_planner, app_vendor, app_venue, app_viewer, wedsync_engine

function sync.audience_of_tables(tables) returns text[]
  as who calls it, stable
  for app_assistant, app_couple, app_nobody, app_owner, app_planner, app_vendor, app_venue, app_viewer, wedsync_engine

function sync.audience_of_tasks(tasks) returns text[]
  as who calls it, stable
  for app_assistant, app_couple, app_nobody, app_owner, app_planner, app_vendor, app_venue, app_viewer, wedsync_engine

function sync.audience_of_timeline_dependencies(timeline_dependencies) returns text[]
  as who calls it, stable
  for app_assistant, app_couple, app_nobody, app_owner, app_planner, app_vendor, app_venue, app_viewer, wedsync_engine

function sync.audience_of_timeline_items(timeline_items) returns text[]
  as who calls it, stable
  for app_assistant, app_couple, app_nobody, app_owner, app_planner, app_vendor, app_venue, app_viewer, wedsync_engine

function sync.audience_of_vendor_contacts(vendor_contacts) returns text[]
  as who calls it, stable
  for app_assistant, app_couple, app_nobody, app_owner, app_planner, app_vendor, app_venue, app_viewer, wedsync_engine

function sync.base_positions(timestamp with time zone,jsonb) returns jsonb
  as wedsync_engine, stable, set search_path=pg_catalog, pg_temp; enable_seqscan=off
  for app_assistant, app_couple, app_owner, app_planner, app_vendor, app_venue, app_viewer

function sync.build_batch_functions(regclass) returns void
  as who calls it, volatile, set search_path=pg_catalog, pg_temp

function sync.build_capture(regclass) returns void
  as who calls it, volatile, set search_path=pg_catalog, pg_temp

function sync.build_function(text,regclass,sync.tables,text,text,text,text,text,integer,text) returns void
  as who calls it, volatile, set search_path=pg_catalog, pg_temp

function sync.build_group_functions() returns void
  as who calls it, volatile, set search_path=pg_catalog, pg_temp

function sync.caller() returns sync.caller_facts
  as wedsync_engine, stable, set search_path=pg_catalog, pg_temp
  for app_assistant, app_couple, app_nobody, app_owner, app_planner, app_vendor, app_venue, app_viewer

function sync.caller_audiences() returns text[]
  as who calls it, stable
  for app_assistant, app_couple, app_nobody, app_owner, app_planner, app_vendor, app_venue, app_viewer, wedsync_engine

function sync.caller_leads() returns uuid[]
  as wedsync_engine, stable, set search_path=pg_catalog, pg_temp
  for app_assistant, app_couple, app_owner, app_planner, app_vendor, app_venue, app_viewer

function sync.caller_organization() returns uuid
  as who calls it, stable
  for app_assistant, app_couple, app_nobody, app_owner, app_planner, app_vendor, app_venue, app_viewer, wedsync_engine

function sync.caller_person() returns uuid
  as who calls it, stable
  for app_assistant, app_couple, app_nobody, app_owner, app_planner, app_vendor, app_venue, app_viewer, wedsync_engine

function sync.caller_rights() returns TABLE(scope_id uuid, rights text)
  as wedsync_engine, stable, set search_path=pg_catalog, pg_temp
  for app_assistant, app_couple, app_nobody, app_owner, app_planner, app_vendor, app_venue, app_viewer

function sync.caller_role() returns text
  as who calls it, stable
  for app_assistant, app_couple, app_nobody, app_owner, app_planner, app_vendor, app_venue, app_viewer, wedsync_engine

function sync.caller_scopes() returns uuid[]
  as who calls it, stable
  for app_assistant, app_couple, app_nobody, app_owner, app_planner, app_vendor, app_venue, app_viewer, wedsync_engine

function sync.caller_self() returns text[]
  as who calls it, stable
  for app_assistant, app_couple, app_nobody, app_owner, app_planner, app_vendor, app_venue, app_viewer, wedsync_engine

function sync.caller_user() returns uuid
  as who calls it, stable
  for app_assistant, app_couple, app_nobody, app_owner, app_planner, app_vendor, app_venue, app_viewer, wedsync_engine

function sync.capture_assignments_delete() returns trigger
  as wedsync_engine, volatile, set search_path=pg_catalog, pg_temp; enable_seqscan=off; enable_mergejoin=off; plan_cache_mode=force_generic_plan

function sync.capture_assignments_insert() returns trigger
  as wedsync_engine, volatile, set search_path=pg_catalog, pg_temp; enable_seqscan=off; enable_mergejoin=off; plan_cache_mode=force_generic_plan

function sync.capture_assignments_update() returns trigger
  as wedsync_engine, volatile, set search_path=pg_catalog, pg_temp; enable_seqscan=off; enable_mergejoin=off; plan_cache_mode=force_generic_plan

function sync.capture_clients_delete() returns trigger
  as wedsync_engine, volatile, set search_path=pg_catalog, pg_temp; enable_seqscan=off; enable_mergejoin=off; plan_cache_mode=force_generic_plan

function sync.capture_clients_insert() returns trigger
  as wedsync_engine, volatile, set search_path=pg_catalog, pg_temp; enable_seqscan=off; enable_mergejoin=off; plan_cache_mode=force_generic_plan

function sync.capture_clients_update() returns trigger
  as wedsync_engine, volatile, set search_path=pg_catalog, pg_temp; enable_seqscan=off; enable_mergejoin=off; plan_cache_mode=force_generic_plan

function sync.capture_documents_delete() returns trigger
  as wedsync_engine, volatile, set search_path=pg_catalog, pg_temp; enable_seqscan=off; enable_mergejoin=off; plan_cache_mode=force_generic_plan

function sync.capture_documents_insert() returns trigger
  as wedsync_engine, volatile, set search_path=pg_catalog, pg_temp; enable_seqscan=off; enable_mergejoin=off; plan_cache_mode=force_generic_plan

function sync.capture_documents_update() returns trigger
  as wedsync_engine, volatile, set search_path=pg_catalog, pg_temp; enable_seqscan=off; enable_mergejoin=off; plan_cache_mode=force_generic_plan

function sync.capture_form_responses_delete() returns trigger
  as wedsync_engine, volatile, set search_path=pg_catalog, pg_temp; enable_seqscan=off; enable_mergejoin=off; plan_cache_mode=force_generic_plan

function sync.capture_form_responses_insert() returns trigger
  as wedsync_engine, volatile, set search_path=pg_catalog, pg_temp; enable_seqscan=off; enable_mergejoin=off; plan_cache_mode=force_generic_plan

function sync.capture_form_responses_update() returns trigger
  as wedsync_engine, volatile, set search_path=pg_catalog, pg_temp; enable_seqscan=off; enable_mergejoin=off; plan_cache_mode=force_generic_plan

function sync.capture_forms_delete() returns trigger
  as wedsync_engine, volatile, set search_path=pg_catalog, pg_temp; enable_seqscan=off; enable_mergejoin=off; plan_cache_mode=force_generic_plan

function sync.capture_forms_insert() returns trigger
  as wedsync_engine, volatile, set search_path=pg_catalog, pg_temp; enable_seqscan=off; enable_mergejoin=off; plan_cache_mode=force_generic_plan

function sync.capture_forms_update() returns trigger
  as wedsync_engine, volatile, set search_path=pg_catalog, pg_temp; enable_seqscan=off; enable_mergejoin=off; plan_cache_mode=force_generic_plan

function sync.capture_guests_delete() returns trigger
  as wedsync_engine, volatile, set search_path=pg_catalog, pg_temp; enable_seqscan=off; enable_mergejoin=off; plan_cache_mode=force_generic_plan

function sync.capture_guests_insert() returns trigger
  as wedsync_engine, volatile, set search_path=pg_catalog, pg_temp; enable_seqscan=off; enable_mergejoin=off; plan_cache_mode=force_generic_plan

function sync.capture_guests_update() returns trigger
  as wedsync_engine, volatile, set search_path=pg_catalog, pg_temp; enable_seqscan=off; enable_mergejoin=off; plan_cache_mode=force_generic_plan

function sync.capture_memberships_delete() returns trigger
  as wedsync_engine, volatile, set search_path=pg_catalog, pg_temp; enable_seqscan=off; enable_mergejoin=off; plan_cache_mode=force_generic_plan

function sync.capture_memberships_insert() returns trigger
  as wedsync_engine, volatile, set search_path=pg_catalog, pg_temp; enable_seqscan=off; enable_mergejoin=off; plan_cache_mode=force_generic_plan

function sync.capture_memberships_update() returns trigger
  as wedsync_engine, volatile, set search_path=pg_catalog, pg_temp; enable_seqscan=off; enable_mergejoin=off; plan_cache_mode=force_generic_plan

function sync.capture_notes_delete() returns trigger
  as wedsync_engine, volatile, set search_path=pg_catalog, pg_temp; enable_seqscan=off; enable_mergejoin=off; plan_cache_mode=force_generic_plan

function sync.capture_notes_insert() returns trigger
  as wedsync_engine, volatile, set search_path=pg_catalog, pg_temp; enable_seqscan=off; enable_mergejoin=off; plan_cache_mode=force_generic_plan

function sync.capture_notes_update() returns trigger
  as wedsync_engine, volatile, set search_path=pg_catalog, pg_temp; enable_seqscan=off; enable_mergejoin=off; plan_cache_mode=force_generic_plan

function sync.capture_payment_entries_delete() returns trigger
  as wedsync_engine, volatile, set search_path=pg_catalog, pg_temp; enable_seqscan=off; enable_mergejoin=off; plan_cache_mode=force_generic_plan

function sync.capture_payment_entries_insert() returns trigger
  as wedsync_engine, volatile, set search_path=pg_catalog, pg_temp; enable_seqscan=off; enable_mergejoin=off; plan_cache_mode=force_generic_plan

function sync.capture_payment_entries_update() returns trigger
  as wedsync_engine, volatile, set search_path=pg_catalog, pg_temp; enable_seqscan=off; enable_mergejoin=off; plan_cache_mode=force_generic_plan

function sync.capture_payments_delete() returns trigger
  as wedsync_engine, volatile, set search_path=pg_catalog, pg_temp; enable_seqscan=off; enable_mergejoin=off; plan_cache_mode=force_generic_plan

function sync.capture_payments_insert() returns trigger
  as wedsync_engine, volatile, set search_path=pg_catalog, pg_temp; enable_seqscan=off; enable_mergejoin=off; plan_cache_mode=force_generic_plan

function sync.capture_payments_update() returns trigger
  as wedsync_engine, volatile, set search_path=pg_catalog, pg_temp; enable_seqscan=off; enable_mergejoin=off; plan_cache_mode=force_generic_plan

function sync.capture_people_delete() returns trigger
  as wedsync_engine, volatile, set search_path=pg_catalog, pg_temp; enable_seqscan=off; enable_mergejoin=off; plan_cache_mode=force_generic_plan

function sync.capture_people_insert() returns trigger
  as wedsync_engine, volatile, set search_path=pg_catalog, pg_temp; enable_seqscan=off; enable_mergejoin=off; plan_cache_mode=force_generic_plan

function sync.capture_people_update() returns trigger
  as wedsync_engine, volatile, set search_path=pg_catalog, pg_temp; enable_seqscan=off; enable_mergejoin=off; plan_cache_mode=force_generic_plan

function sync.capture_seat_assignments_delete() returns trigger
  as wedsync_engine, volatile, set search_path=pg_catalog, pg_temp; enable_seqscan=off; enable_mergejoin=off; plan_cache_mode=force_generic_plan

function sync.capture_seat_assignments_insert() returns trigger
  as wedsync_engine, volatile, set search_path=pg_catalog, pg_temp; enable_seqscan=off; enable_mergejoin=off; plan_cache_mode=force_generic_plan

function sync.capture_seat_assignments_update() returns trigger
  as wedsync_engine, volatile, set search_path=pg_catalog, pg_temp; enable_seqscan=off; enable_mergejoin=off; plan_cache_mode=force_generic_plan

function sync.capture_shot_list_items_delete() returns trigger
  as wedsync_engine, volatile, set search_path=pg_catalog, pg_temp; enable_seqscan=off; enable_mergejoin=off; plan_cache_mode=force_generic_plan

function sync.capture_shot_list_items_insert() returns trigger
  as wedsync_engine, volatile, set search_path=pg_catalog, pg_temp; enable_seqscan=off; enable_mergejoin=off; plan_cache_mode=force_generic_plan

function sync.capture_shot_list_items_update() returns trigger
  as wedsync_engine, volatile, set search_path=pg_catalog, pg_temp; enable_seqscan=off; enable_mergejoin=off; plan_cache_mode=force_generic_plan

function sync.capture_tables_delete() returns trigger
  as wedsync_engine, volatile, set search_path=pg_catalog, pg_temp; enable_seqscan=off; enable_mergejoin=off; plan_cache_mode=force_generic_plan

function sync.capture_tables_insert() returns trigger
  as wedsync_engine, volatile, set search_path=pg_catalog, pg_temp; enable_seqscan=off; enable_mergejoin=off; plan_cache_mode=force_generic_plan

function sync.capture_tables_update() returns trigger
  as wedsync_engine, volatile, set search_path=pg_catalog, pg_temp; enable_seqscan=off; enable_mergejoin=off; plan_cache_mode=force_generic_plan

function sync.capture_tasks_delete() returns trigger
  as wedsync_engine, volatile, set search_path=pg_catalog, pg_temp; enable_seqscan=off; enable_mergejoin=off; plan_cache_mode=force_generic_plan

function sync.capture_tasks_insert() returns trigger
  as wedsync_engine, volatile, set search_path=pg_catalog, pg_temp; enable_seqscan=off; enable_mergejoin=off; plan_cache_mode=force_generic_plan

function sync.capture_tasks_update() returns trigger
  as wedsync_engine, volatile, set search_path=pg_catalog, pg_temp; enable_seqscan=off; enable_mergejoin=off; plan_cache_mode=force_generic_plan

function sync.capture_timeline_dependencies_delete() returns trigger
  as wedsync_engine, volatile, set search_path=pg_catalog, pg_temp; enable_seqscan=off; enable_mergejoin=off; plan_cache_mode=force_generic_plan

function sync.capture_timeline_dependencies_insert() returns trigger
  as wedsync_engine, volatile, set search_path=pg_catalog, pg_temp; enable_seqscan=off; enable_mergejoin=off; plan_cache_mode=force_generic_plan

function sync.capture_timeline_dependencies_update() returns trigger
  as wedsync_engine, volatile, set search_path=pg_catalog, pg_temp; enable_seqscan=off; enable_mergejoin=off; plan_cache_mode=force_generic_plan

function sync.capture_timeline_items_delete() returns trigger
  as wedsync_engine, volatile, set search_path=pg_catalog, pg_temp; enable_seqscan=off; enable_mergejoin=off; plan_cache_mode=force_generic_plan

function sync.capture_timeline_items_insert() returns trigger
  as wedsync_engine, volatile, set search_path=pg_catalog, pg_temp; enable_seqscan=off; enable_mergejoin=off; plan_cache_mode=force_generic_plan

function sync.capture_timeline_items_update() returns trigger
  as wedsync_engine, volatile, set search_path=pg_catalog, pg_temp; enable_seqscan=off; enable_mergejoin=off; plan_cache_mode=force_generic_plan

function sync.capture_vendor_contacts_delete() returns trigger
  as wedsync_engine, volatile, set search_path=pg_catalog, pg_temp; enable_seqscan=off; enable_mergejoin=off; plan_cache_mode=force_generic_plan

function sync.capture_vendor_contacts_insert() returns trigger
  as wedsync_engine, volatile, set search_path=pg_catalog, pg_temp; enable_seqscan=off; enable_mergejoin=off; plan_cache_mode=force_generic_plan

function sync.capture_vendor_contacts_update() returns trigger
  as wedsync_engine, volatile, set search_path=pg_catalog, pg_temp; enable_seqscan=off; enable_mergejoin=off; plan_cache_mode=force_generic_plan

function sync.changes_to_handle(uuid[]) returns uuid[]
  as wedsync_engine, stable, set search_path=pg_catalog, pg_temp

function sync.claim_batch(uuid,text,jsonb) returns boolean
  as wedsync_engine, volatile, set search_path=pg_catalog, pg_temp; enable_seqscan=off; plan_cache_mode=force_generic_plan
  for app_assistant, app_couple, app_owner, app_planner, app_vendor, app_venue, app_viewer

function sync.close_functions() returns void
  as who calls it, volatile, set search_path=pg_catalog, pg_temp

function sync.close_retries(uuid,uuid,uuid[],text,text) returns integer
  as wedsync_engine, volatile, set search_path=pg_catalog, pg_temp; enable_seqscan=off
  for wedsync_server

function sync.close_tables() returns void
  as who calls it, volatile, set search_path=pg_catalog, pg_temp

function sync.conflict_detail(text,uuid) returns jsonb
  as who calls it, volatile, set search_path=pg_catalog, pg_temp
  for wedsync_server

function sync.conflict_for(sync_conflict_log) returns jsonb
  as wedsync_engine, stable, set search_path=pg_catalog, pg_temp

function sync.conflicts_for(text,jsonb) returns jsonb
  as who calls it, volatile, set search_path=pg_catalog, pg_temp
  for wedsync_server

function sync.conflicts_in_sight() returns text
  as who calls it, immutable, set search_path=pg_catalog, pg_temp

function sync.conflicts_met(sync.history,text,text[]) returns jsonb
  as wedsync_engine, stable, set search_path=pg_catalog, pg_temp

function sync.conflicts_told(sync_conflict_log[]) returns TABLE(conflict_id uuid, told jsonb)
  as wedsync_engine, stable, set search_path=pg_catalog, pg_temp; plan_cache_mode=force_generic_plan

function sync.contested_fields(sync_conflict_log[]) returns TABLE(conflict_id uuid, nth bigint, field jsonb, may_read boolean, sees boolean, decides boolean)
  as wedsync_engine, stable, set search_path=pg_catalog, pg_temp; plan_cache_mode=force_generic_plan

function sync.contested_names(text,uuid,jsonb) returns text[]
  as who calls it, immutable
  for wedsync_engine

function sync.count_awaiting(jsonb) returns jsonb
  as wedsync_engine, stable, set search_path=pg_catalog, pg_temp
  for app_assistant, app_couple, app_owner, app_planner, app_vendor, app_venue, app_viewer

function sync.count_news(uuid[],bigint[],bigint[],text[]) returns integer
  as wedsync_engine, stable, set search_path=pg_catalog, pg_temp
  for app_assistant, app_couple, app_owner, app_planner, app_vendor, app_venue, app_viewer

function sync.cursor_fault(jsonb) returns text
  as wedsync_engine, stable, set search_path=pg_catalog, pg_temp; enable_seqscan=off
  for app_assistant, app_couple, app_nobody, app_owner, app_planner, app_vendor, app_venue, app_viewer

function sync.cursor_since(timestamp with time zone) returns jsonb
  as wedsync_engine, stable, set search_path=pg_catalog, pg_temp
  for app_assistant, app_couple, app_owner, app_planner, app_vendor, app_venue, app_viewer

function sync.decided_conflicts(uuid[]) returns jsonb
  as wedsync_engine, volatile, set search_path=pg_catalog, pg_temp; enable_seqscan=off
  for app_assistant, app_couple, app_owner, app_planner, app_vendor, app_venue, app_viewer

function sync.describe_caller() returns sync.caller_facts
  as wedsync_engine, stable, set search_path=pg_catalog, pg_temp; plan_cache_mode=force_generic_plan

function sync.detect_assignments(sync.change_group) returns sync.change_group
  as wedsync_engine, volatile, set search_path=pg_catalog, pg_temp; enable_seqscan=off; plan_cache_mode=force_generic_plan
  for app_assistant, app_owner, app_planner

function sync.detect_clients(sync.change_group) returns sync.change_group
  as wedsync_engine, volatile, set search_path=pg_catalog, pg_temp; enable_seqscan=off; plan_cache_mode=force_generic_plan
  for app_assistant, app_owner, app_planner

function sync.detect_documents(sync.change_group) returns sync.change_group
  as wedsync_engine, volatile, set search_path=pg_catalog, pg_temp; enable_seqscan=off; plan_cache_mode=force_generic_plan
  for app_assistant, app_owner, app_planner

function sync.detect_form_responses(sync.change_group) returns sync.change_group
  as wedsync_engine, volatile, set search_path=pg_catalog, pg_temp; enable_seqscan=off; plan_cache_mode=force_generic_plan
  for app_assistant, app_owner, app_planner

function sync.detect_forms(sync.change_group) returns sync.change_group
  as wedsync_engine, volatile, set search_path=pg_catalog, pg_temp; enable_seqscan=off; plan_cache_mode=force_generic_plan
  for app_assistant, app_owner, app_planner

function sync.detect_group(sync.change_group) returns sync.change_group
  as who calls it, volatile, set search_path=pg_catalog, pg_temp
  for app_assistant, app_owner, app_planner

function sync.detect_guests(sync.change_group) returns sync.change_group
  as wedsync_engine, volatile, set search_path=pg_catalog, pg_temp; enable_seqscan=off; plan_cache_mode=force_generic_plan
  for app_assistant, app_owner, app_planner

function sync.detect_memberships(sync.change_group) returns sync.change_group
  as wedsync_engine, volatile, set search_path=pg_catalog, pg_temp; enable_seqscan=off; plan_cache_mode=force_generic_plan
  for app_assistant, app_owner, app_planner

function sync.detect_notes(sync.change_group) returns sync.change_group
  as wedsync_engine, volatile, set search_path=pg_catalog, pg_temp; enable_seqscan=off; plan_cache_mode=force_generic_plan
  for app_assistant, app_owner, app_planner

function sync.detect_payment_entries(sync.change_group) returns sync.change_group
  as wedsync_engine, volatile, set search_path=pg_catalog, pg_temp; enable_seqscan=off; plan_cache_mode=force_generic_plan
  for app_assistant, app_owner, app_planner

function sync.detect_payments(sync.change_group) returns sync.change_group
  as wedsync_engine, volatile, set search_path=pg_catalog, pg_temp; enable_seqscan=off; plan_cache_mode=force_generic_plan
  for app_assistant, app_owner, app_planner

function sync.detect_people(sync.change_group) returns sync.change_group
  as wedsync_engine, volatile, set search_path=pg_catalog, pg_temp; enable_seqscan=off; plan_cache_mode=force_generic_plan
  for app_assistant, app_owner, app_planner

function sync.detect_seat_assignments(sync.change_group) returns sync.change_group
  as wedsync_engine, volatile, set search_path=pg_catalog, pg_temp; enable_seqscan=off; plan_cache_mode=force_generic_plan
  for app_assistant, app_owner, app_planner

function sync.detect_shot_list_items(sync.change_group) returns sync.change_group
  as wedsync_engine, volatile, set search_path=pg_catalog, pg_temp; enable_seqscan=off; plan_cache_mode=force_generic_plan
  for app_assistant, app_owner, app_planner

function sync.detect_tables(sync.change_group) returns sync.change_group
  as wedsync_engine, volatile, set search_path=pg_catalog, pg_temp; enable_seqscan=off; plan_cache_mode=force_generic_plan
  for app_assistant, app_owner, app_planner

function sync.detect_tasks(sync.change_group) returns sync.change_group
  as wedsync_engine, volatile, set search_path=pg_catalog, pg_temp; enable_seqscan=off; plan_cache_mode=force_generic_plan
  for app_assistant, app_owner, app_planner

function sync.detect_timeline_dependencies(sync.change_group) returns sync.change_group
  as wedsync_engine, volatile, set search_path=pg_catalog, pg_temp; enable_seqscan=off; plan_cache_mode=force_generic_plan
  for app_assistant, app_owner, app_planner

function sync.detect_timeline_items(sync.change_group) returns sync.change_group
  as wedsync_engine, volatile, set search_path=pg_catalog, pg_temp; enable_seqscan=off; plan_cache_mode=force_generic_plan
  for app_assistant, app_owner, app_planner

function sync.detect_vendor_contacts(sync.change_group) returns sync.change_group
  as wedsync_engine, volatile, set search_path=pg_catalog, pg_temp; enable_seqscan=off; plan_cache_mode=force_generic_plan
  for app_assistant, app_owner, app_planner

function sync.discard_failed(uuid,text) returns integer
  as wedsync_engine, volatile, set search_path=pg_catalog, pg_temp; enable_seqscan=off
  for app_assistant, app_couple, app_owner, app_planner, app_vendor, app_venue, app_viewer

function sync.discard_for(text,uuid,text) returns integer
  as who calls it, volatile, set search_path=pg_catalog, pg_temp
  for wedsync_server

function sync.end_session(bytea) returns boolean
  as wedsync_engine, volatile, set search_path=pg_catalog, pg_temp
  for wedsync_server

function sync.fields_in_place(sync_conflict_log) returns jsonb
  as wedsync_engine, stable, set search_path=pg_catalog, pg_temp

function sync.fields_of_audience(regclass) returns text[]
  as who calls it, stable, set search_path=pg_catalog, pg_temp

function sync.find_conflict(uuid) returns jsonb
  as wedsync_engine, stable, set search_path=pg_catalog, pg_temp
  for app_assistant, app_couple, app_owner, app_planner, app_vendor, app_venue, app_viewer

function sync.find_handled(uuid) returns jsonb
  as wedsync_engine, stable, set search_path=pg_catalog, pg_temp
  for app_assistant, app_couple, app_owner, app_planner, app_vendor, app_venue, app_viewer

function sync.find_holders(jsonb) returns jsonb
  as wedsync_engine, volatile, set search_path=pg_catalog, pg_temp; enable_seqscan=off
  for app_assistant, app_couple, app_owner, app_planner, app_vendor, app_venue, app_viewer

function sync.find_known(uuid[]) returns jsonb
  as wedsync_engine, stable, set search_path=pg_catalog, pg_temp; enable_seqscan=off
  for app_assistant, app_couple, app_owner, app_planner, app_vendor, app_venue, app_viewer

function sync.find_news(uuid[],bigint[],bigint[],integer) returns SETOF sync.news
  as wedsync_engine, stable, set search_path=pg_catalog, pg_temp
  for app_assistant, app_couple, app_owner, app_planner, app_vendor, app_venue, app_viewer

function sync.find_session(bytea) returns jsonb
  as wedsync_engine, stable, set search_path=pg_catalog, pg_temp
  for wedsync_server

function sync.find_standing(uuid[],bigint[],bigint[],boolean,integer) returns SETOF sync.news
  as wedsync_engine, stable, set search_path=pg_catalog, pg_temp; enable_bitmapscan=off; enable_seqscan=off; enable_hashjoin=off; enable_mergejoin=off
  for app_assistant, app_couple, app_owner, app_planner, app_vendor, app_venue, app_viewer

function sync.first_moved(uuid,smallint,timestamp with time zone) returns bigint
  as wedsync_engine, stable, set search_path=pg_catalog, pg_temp; enable_seqscan=off

function sync.forget_declarations() returns void
  as who calls it, volatile, set search_path=pg_catalog, pg_temp

function sync.freezes_of(uuid[]) returns jsonb
  as wedsync_engine, stable, set search_path=pg_catalog, pg_temp
  for app_assistant, app_couple, app_owner, app_planner, app_vendor, app_venue, app_viewer

function sync.grant_rights() returns void
  as who calls it, volatile, set search_path=pg_catalog, pg_temp

function sync.handled_for(text,uuid) returns jsonb
  as who calls it, volatile, set search_path=pg_catalog, pg_temp
  for wedsync_server

function sync.history_for(text,text,uuid,bigint,integer) returns jsonb
  as who calls it, volatile, set search_path=pg_catalog, pg_temp
  for wedsync_server

function sync.history_of(text,uuid,integer) returns jsonb
  as wedsync_engine, stable, set search_path=pg_catalog, pg_temp

function sync.hold_device(uuid) returns void
  as wedsync_engine, volatile, set search_path=pg_catalog, pg_temp
  for app_assistant, app_couple, app_owner, app_planner, app_vendor, app_venue, app_viewer

function sync.ids_in_sight(text,uuid) returns uuid[]
  as wedsync_engine, stable, set search_path=pg_catalog, pg_temp
  for app_assistant, app_couple, app_owner, app_planner, app_vendor, app_venue, app_viewer

function sync.is_due(offline_sync_queue) returns boolean
  as wedsync_engine, stable, set search_path=pg_catalog, pg_temp; enable_seqscan=off

function sync.is_freeze_near(uuid[],timestamp with time zone) returns boolean
  as wedsync_engine, stable, set search_path=pg_catalog, pg_temp; enable_seqscan=off; plan_cache_mode=force_generic_plan
  for app_assistant, app_owner, app_planner

function sync.is_lost(offline_sync_queue) returns boolean
  as who calls it, immutable, set search_path=pg_catalog, pg_temp
  for wedsync_engine

function sync.is_reordered(jsonb,jsonb,text) returns boolean
  as who calls it, immutable, set search_path=pg_catalog, pg_temp

function sync.kept_changes(uuid,uuid) returns jsonb
  as wedsync_engine, stable, set search_path=pg_catalog, pg_temp; enable_seqscan=off
  for app_assistant, app_couple, app_owner, app_planner, app_vendor, app_venue, app_viewer

function sync.keys_apart(jsonb,jsonb,text) returns text[]
  as who calls it, immutable, set search_path=pg_catalog, pg_temp

function sync.keys_laid(jsonb,jsonb,text[],text) returns jsonb
  as who calls it, immutable, set search_path=pg_catalog, pg_temp

function sync.known_ids(text,uuid[]) returns TABLE(record_id uuid, is_foreign boolean, is_gone boolean)
  as wedsync_engine, stable, set search_path=pg_catalog, pg_temp; enable_seqscan=off
  for app_assistant, app_couple, app_owner, app_planner, app_vendor, app_venue, app_viewer

function sync.known_person(uuid,text) returns jsonb
  as wedsync_engine, stable, set search_path=pg_catalog, pg_temp

function sync.last_migration() returns text
  as postgres, stable, set search_path=pg_catalog, pg_temp
  for wedsync_server

function sync.last_moved(uuid) returns bigint
  as wedsync_engine, stable, set search_path=pg_catalog, pg_temp
  for app_assistant, app_couple, app_owner, app_planner, app_vendor, app_venue, app_viewer

function sync.late_receipts(uuid,bigint,bigint) returns jsonb
  as wedsync_engine, stable, set search_path=pg_catalog, pg_temp; enable_seqscan=off
  for app_assistant, app_couple, app_owner, app_planner, app_vendor, app_venue, app_viewer

function sync.leads_of(uuid) returns uuid[]
  as wedsync_engine, stable, set search_path=pg_catalog, pg_temp

function sync.list_conflicts(jsonb) returns jsonb
  as wedsync_engine, stable, set search_path=pg_catalog, pg_temp; enable_seqscan=off
  for app_assistant, app_couple, app_owner, app_planner, app_vendor, app_venue, app_viewer

function sync.load_records(text,jsonb) returns integer
  as who calls it, volatile, set search_path=pg_catalog, pg_temp

function sync.lock_again(jsonb,uuid) returns jsonb
  as wedsync_engine, volatile, set search_path=pg_catalog, pg_temp
  for app_assistant, app_couple, app_owner, app_planner, app_vendor, app_venue, app_viewer

function sync.lock_assignments(uuid,uuid[],boolean) returns void
  as wedsync_engine, volatile, set search_path=pg_catalog, pg_temp; enable_seqscan=off; plan_cache_mode=force_generic_plan
  for app_assistant, app_couple, app_owner, app_planner, app_vendor, app_venue, app_viewer

function sync.lock_clients(uuid,uuid[],boolean) returns void
  as wedsync_engine, volatile, set search_path=pg_catalog, pg_temp; enable_seqscan=off; plan_cache_mode=force_generic_plan
  for app_assistant, app_couple, app_owner, app_planner, app_vendor, app_venue, app_viewer

function sync.lock_documents(uuid,uuid[],boolean) returns void
  as wedsync_engine, volatile, set search_path=pg_catalog, pg_temp; enable_seqscan=off; plan_cache_mode=force_generic_plan
  for app_assistant, app_couple, app_owner, app_planner, app_vendor, app_venue, app_viewer

function sync.lock_form_responses(uuid,uuid[],boolean) returns void
  as wedsync_engine, volatile, set search_path=pg_catalog, pg_temp; enable_seqscan=off; plan_cache_mode=force_generic_plan
  for app_assistant, app_couple, app_owner, app_planner, app_vendor, app_venue, app_viewer

function sync.lock_forms(uuid,uuid[],boolean) returns void
  as wedsync_engine, volatile, set search_path=pg_catalog, pg_temp; enable_seqscan=off; plan_cache_mode=force_generic_plan
  for app_assistant, app_couple, app_owner, app_planner, app_vendor, app_venue, app_viewer

function sync.lock_gone(jsonb) returns void
  as wedsync_engine, volatile, set search_path=pg_catalog, pg_temp; enable_seqscan=off; plan_cache_mode=force_generic_plan
  for app_assistant, app_couple, app_owner, app_planner, app_vendor, app_venue, app_viewer

function sync.lock_guests(uuid,uuid[],boolean) returns void
  as wedsync_engine, volatile, set search_path=pg_catalog, pg_temp; enable_seqscan=off; plan_cache_mode=force_generic_plan
  for app_assistant, app_couple, app_owner, app_planner, app_vendor, app_venue, app_viewer

function sync.lock_memberships(uuid,uuid[],boolean) returns void
  as wedsync_engine, volatile, set search_path=pg_catalog, pg_temp; enable_seqscan=off; plan_cache_mode=force_generic_plan
  for app_assistant, app_couple, app_owner, app_planner, app_vendor, app_venue, app_viewer

function sync.lock_notes(uuid,uuid[],boolean) returns void
  as wedsync_engine, volatile, set search_path=pg_catalog, pg_temp; enable_seqscan=off; plan_cache_mode=force_generic_plan
  for app_assistant, app_couple, app_owner, app_planner, app_vendor, app_venue, app_viewer

function sync.lock_payment_entries(uuid,uuid[],boolean) returns void
  as wedsync_engine, volatile, set search_path=pg_catalog, pg_temp; enable_seqscan=off; plan_cache_mode=force_generic_plan
  for app_assistant, app_couple, app_owner, app_planner, app_vendor, app_venue, app_viewer

function sync.lock_payments(uuid,uuid[],boolean) returns void
  as wedsync_engine, volatile, set search_path=pg_catalog, pg_temp; enable_seqscan=off; plan_cache_mode=force_generic_plan
  for app_assistant, app_couple, app_owner, app_planner, app_vendor, app_venue, app_viewer

function sync.lock_people(uuid,uuid[],boolean) returns void
  as wedsync_engine, volatile, set search_path=pg_catalog, pg_temp; enable_seqscan=off; plan_cache_mode=force_generic_plan
  for app_assistant, app_couple, app_owner, app_planner, app_vendor, app_venue, app_viewer

function sync.lock_seat_assignments(uuid,uuid[],boolean) returns void
  as wedsync_engine, volatile, set search_path=pg_catalog, pg_temp; enable_seqscan=off; plan_cache_mode=force_generic_plan
  for app_assistant, app_couple, app_owner, app_planner, app_vendor, app_venue, app_viewer

function sync.lock_shot_list_items(uuid,uuid[],boolean) returns void
  as wedsync_engine, volatile, set search_path=pg_catalog, pg_temp; enable_seqscan=off; plan_cache_mode=force_generic_plan
  for app_assistant, app_couple, app_owner, app_planner, app_vendor, app_venue, app_viewer

function sync.lock_tables(uuid,uuid[],boolean) returns void
  as wedsync_engine, volatile, set search_path=pg_catalog, pg_temp; enable_seqscan=off; plan_cache_mode=force_generic_plan
  for app_assistant, app_couple, app_owner, app_planner, app_vendor, app_venue, app_viewer

function sync.lock_tasks(uuid,uuid[],boolean) returns void
  as wedsync_engine, volatile, set search_path=pg_catalog, pg_temp; enable_seqscan=off; plan_cache_mode=force_generic_plan
  for app_assistant, app_couple, app_owner, app_planner, app_vendor, app_venue, app_viewer

function sync.lock_timeline_dependencies(uuid,uuid[],boolean) returns void
  as wedsync_engine, volatile, set search_path=pg_catalog, pg_temp; enable_seqscan=off; plan_cache_mode=force_generic_plan
  for app_assistant, app_couple, app_owner, app_planner, app_vendor, app_venue, app_viewer

function sync.lock_timeline_items(uuid,uuid[],boolean) returns void
  as wedsync_engine, volatile, set search_path=pg_catalog, pg_temp; enable_seqscan=off; plan_cache_mode=force_generic_plan
  for app_assistant, app_couple, app_owner, app_planner, app_vendor, app_venue, app_viewer

function sync.lock_vendor_contacts(uuid,uuid[],boolean) returns void
  as wedsync_engine, volatile, set search_path=pg_catalog, pg_temp; enable_seqscan=off; plan_cache_mode=force_generic_plan
  for app_assistant, app_couple, app_owner, app_planner, app_vendor, app_venue, app_viewer

function sync.lost_creates(uuid[]) returns jsonb
  as wedsync_engine, stable, set search_path=pg_catalog, pg_temp; enable_seqscan=off
  for app_assistant, app_couple, app_owner, app_planner, app_vendor, app_venue, app_viewer

function sync.may_decide(sync_conflict_log) returns boolean
  as wedsync_engine, stable, set search_path=pg_catalog, pg_temp

function sync.move_conflicts(sync.history[]) returns void
  as wedsync_engine, volatile, set search_path=pg_catalog, pg_temp; enable_seqscan=off; plan_cache_mode=force_generic_plan

function sync.move_sides(jsonb,jsonb) returns void
  as wedsync_engine, volatile, set search_path=pg_catalog, pg_temp

function sync.moved_fields(sync_conflict_log,text,uuid,text,jsonb,jsonb,jsonb) returns jsonb
  as who calls it, stable, set search_path=pg_catalog, pg_temp

function sync.moved_since(uuid[],bigint[]) returns SETOF sync.records
  as wedsync_engine, stable, set search_path=pg_catalog, pg_temp; enable_seqscan=off; enable_hashjoin=off; enable_mergejoin=off

function sync.moved_values(regclass,text) returns text
  as who calls it, stable, set search_path=pg_catalog, pg_temp

function sync.next_sight(sync.sight,text[],bigint) returns sync.sight
  as who calls it, immutable, set search_path=pg_catalog, pg_temp

function sync.note_device(uuid,bigint,jsonb) returns void
  as wedsync_engine, volatile, set search_path=pg_catalog, pg_temp
  for app_assistant, app_couple, app_owner, app_planner, app_vendor, app_venue, app_viewer

function sync.open_batch(jsonb,text) returns jsonb
  as who calls it, volatile, set search_path=pg_catalog, pg_temp
  for app_assistant, app_couple, app_owner, app_planner, app_vendor, app_venue, app_viewer

function sync.open_clock() returns trigger
  as wedsync_engine, volatile, set search_path=pg_catalog, pg_temp

function sync.open_conflicts(jsonb,uuid) returns jsonb
  as wedsync_engine, volatile, set search_path=pg_catalog, pg_temp
  for app_assistant, app_couple, app_owner, app_planner, app_vendor, app_venue, app_viewer

function sync.open_decision(text,jsonb) returns text
  as who calls it, volatile, set search_path=pg_catalog, pg_temp
  for wedsync_server

function sync.open_reviews(jsonb,jsonb,jsonb) returns void
  as wedsync_engine, volatile, set search_path=pg_catalog, pg_temp

function sync.open_session(text,bytea,bytea,timestamp with time zone) returns jsonb
  as wedsync_engine, volatile, set search_path=pg_catalog, pg_temp
  for wedsync_server

function sync.page_query(sync.news[]) returns text
  as who calls it, stable, set search_path=pg_catalog, pg_temp
  for app_assistant, app_couple, app_owner, app_planner, app_vendor, app_venue, app_viewer

function sync.parts_of(jsonb,text) returns jsonb
  as who calls it, immutable, set search_path=pg_catalog, pg_temp

function sync.place_conflicts() returns trigger
  as wedsync_engine, volatile, set search_path=pg_catalog, pg_temp; enable_seqscan=off

function sync.place_of_record(text,uuid) returns sync.news[]
  as wedsync_engine, stable, set search_path=pg_catalog, pg_temp; enable_seqscan=off
  for app_assistant, app_couple, app_owner, app_planner, app_vendor, app_venue, app_viewer

function sync.prepare_batch(jsonb) returns sync.prepared_batch
  as who calls it, volatile, set search_path=pg_catalog, pg_temp
  for app_assistant, app_couple, app_owner, app_planner, app_vendor, app_venue, app_viewer

function sync.prepare_group(sync.change_group,text) returns sync.change_group
  as who calls it, volatile, set search_path=pg_catalog, pg_temp
  for app_assistant, app_owner, app_planner

function sync.pull_page(text,jsonb) returns text
  as who calls it, volatile, set search_path=pg_catalog, pg_temp
  for wedsync_server

function sync.read_conflict(uuid) returns json
  as wedsync_engine, stable, set search_path=pg_catalog, pg_temp; enable_seqscan=off; plan_cache_mode=force_generic_plan
  for app_assistant, app_couple, app_owner, app_planner, app_vendor, app_venue, app_viewer

function sync.read_cursor_key() returns text
  as wedsync_engine, stable, set search_path=pg_catalog, pg_temp
  for wedsync_server

function sync.read_expression(regclass,text,name,regtype) returns text
  as who calls it, stable, set search_path=pg_catalog, pg_temp

function sync.read_groups(jsonb) returns sync.change_group[]
  as who calls it, stable, set search_path=pg_catalog, pg_temp; plan_cache_mode=force_generic_plan
  for app_assistant, app_owner, app_planner

function sync.read_heads(uuid[]) returns json
  as wedsync_engine, stable, set search_path=pg_catalog, pg_temp
  for wedsync_server

function sync.read_history(text,uuid,bigint,integer) returns jsonb
  as wedsync_engine, stable, set search_path=pg_catalog, pg_temp; enable_seqscan=off
  for app_assistant, app_couple, app_owner, app_planner, app_vendor, app_venue, app_viewer

function sync.read_order() returns record
  as wedsync_engine, stable, set search_path=pg_catalog, pg_temp; enable_seqscan=off
  for app_assistant, app_couple, app_nobody, app_owner, app_planner, app_vendor, app_venue, app_viewer

function sync.read_page(jsonb) returns record
  as who calls it, stable, set search_path=pg_catalog, pg_temp
  for app_assistant, app_couple, app_nobody, app_owner, app_planner, app_vendor, app_venue, app_viewer

function sync.read_positions(text,uuid[]) returns TABLE(record_id uuid, record_position bigint, scope_id uuid)
  as wedsync_engine, stable, set search_path=pg_catalog, pg_temp; enable_seqscan=off
  for app_assistant, app_couple, app_owner, app_planner, app_vendor, app_venue, app_viewer

function sync.read_record(text,uuid) returns json
  as who calls it, stable, set search_path=pg_catalog, pg_temp
  for app_assistant, app_couple, app_owner, app_planner, app_vendor, app_venue, app_viewer

function sync.read_rows(sync.news[]) returns json
  as who calls it, stable, set search_path=pg_catalog, pg_temp; enable_seqscan=off
  for app_assistant, app_couple, app_owner, app_planner, app_vendor, app_venue, app_viewer

function sync.read_scope(uuid) returns text
  as who calls it, stable, set search_path=pg_catalog, pg_temp
  for app_assistant, app_couple, app_owner, app_planner, app_vendor, app_venue, app_viewer

function sync.readable_keys(text,jsonb) returns jsonb
  as wedsync_engine, stable, set search_path=pg_catalog, pg_temp

function sync.readable_tables() returns TABLE(table_name text, scope_column text, row_query text)
  as wedsync_engine, stable, set search_path=pg_catalog, pg_temp
  for app_assistant, app_couple, app_owner, app_planner, app_vendor, app_venue, app_viewer

function sync.receipt_of(offline_sync_queue) returns jsonb
  as who calls it, stable, set search_path=pg_catalog, pg_temp; enable_seqscan=off

function sync.receive_batch(text,jsonb) returns text
  as who calls it, volatile, set search_path=pg_catalog, pg_temp
  for wedsync_server

function sync.receive_batches(text[],text[]) returns jsonb
  as who calls it, volatile, set search_path=pg_catalog, pg_temp
  for wedsync_server

function sync.record_batch(uuid,text,integer,integer,integer,timestamp with time zone) returns double precision
  as wedsync_engine, volatile, set search_path=pg_catalog, pg_temp; plan_cache_mode=force_generic_plan
  for app_assistant, app_couple, app_owner, app_planner, app_vendor, app_venue, app_viewer

function sync.record_changes(sync.change_group,uuid,uuid) returns integer
  as wedsync_engine, volatile, set search_path=pg_catalog, pg_temp; plan_cache_mode=force_generic_plan
  for app_assistant, app_owner, app_planner

function sync.record_security(jsonb) returns void
  as wedsync_engine, volatile, set search_path=pg_catalog, pg_temp
  for wedsync_server

function sync.records_of_conflicts(uuid[]) returns jsonb
  as wedsync_engine, stable, set search_path=pg_catalog, pg_temp; enable_seqscan=off
  for app_assistant, app_couple, app_owner, app_planner, app_vendor, app_venue, app_viewer

function sync.refuse_truncate() returns trigger
  as who calls it, volatile, set search_path=pg_catalog, pg_temp

function sync.release_retries(uuid,uuid[],double precision) returns integer
  as wedsync_engine, volatile, set search_path=pg_catalog, pg_temp; enable_seqscan=off
  for wedsync_server

function sync.remember_caller() returns text
  as wedsync_engine, volatile, set search_path=pg_catalog, pg_temp
  for app_assistant, app_couple, app_owner, app_planner, app_vendor, app_venue, app_viewer, wedsync_server

function sync.review_history() returns trigger
  as wedsync_engine, volatile, set search_path=pg_catalog, pg_temp

function sync.scope_of_change(offline_sync_queue) returns uuid
  as wedsync_engine, stable, set search_path=pg_catalog, pg_temp; enable_seqscan=off

function sync.scopes_at(uuid[],text[],text[]) returns uuid[]
  as who calls it, immutable
  for app_assistant, app_couple, app_nobody, app_owner, app_planner, app_vendor, app_venue, app_viewer, wedsync_engine

function sync.seen_until(timestamp with time zone) returns timestamp with time zone
  as who calls it, stable, set search_path=pg_catalog, pg_temp
  for wedsync_engine

function sync.sees_contested(sync_conflict_log,text,uuid) returns boolean
  as wedsync_engine, stable, set search_path=pg_catalog, pg_temp; enable_seqscan=off

function sync.sees_record(text,uuid) returns boolean
  as wedsync_engine, stable, set search_path=pg_catalog, pg_temp; enable_seqscan=off; plan_cache_mode=force_generic_plan

function sync.settle_batch(sync.change_group[]) returns jsonb
  as wedsync_engine, volatile, set search_path=pg_catalog, pg_temp; enable_seqscan=off; plan_cache_mode=force_generic_plan
  for app_assistant, app_owner, app_planner

function sync.settle_conflict(jsonb) returns void
  as wedsync_engine, volatile, set search_path=pg_catalog, pg_temp; enable_seqscan=off
  for app_assistant, app_couple, app_owner, app_planner, app_vendor, app_venue, app_viewer

function sync.settle_decisions(jsonb,jsonb,jsonb,timestamp with time zone) returns jsonb
  as wedsync_engine, volatile, set search_path=pg_catalog, pg_temp
  for app_assistant, app_couple, app_owner, app_planner, app_vendor, app_venue, app_viewer

function sync.settle_waiting(jsonb) returns bigint
  as wedsync_engine, volatile, set search_path=pg_catalog, pg_temp; enable_seqscan=off
  for app_assistant, app_couple, app_owner, app_planner, app_vendor, app_venue, app_viewer

function sync.settled_of(uuid[]) returns jsonb
  as wedsync_engine, stable, set search_path=pg_catalog, pg_temp; enable_seqscan=off
  for app_assistant, app_couple, app_owner, app_planner, app_vendor, app_venue, app_viewer

function sync.side_in_words(jsonb) returns jsonb
  as wedsync_engine, stable, set search_path=pg_catalog, pg_temp

function sync.side_moved(jsonb,jsonb,jsonb) returns jsonb
  as who calls it, immutable, set search_path=pg_catalog, pg_temp

function sync.status_for(text,uuid,integer) returns jsonb
  as who calls it, volatile, set search_path=pg_catalog, pg_temp
  for wedsync_server

function sync.stored_assignments(uuid[]) returns SETOF jsonb
  as wedsync_engine, stable, set search_path=pg_catalog, pg_temp; enable_seqscan=off; plan_cache_mode=force_generic_plan
  for app_assistant, app_couple, app_owner, app_planner, app_vendor, app_venue, app_viewer

function sync.stored_clients(uuid[]) returns SETOF jsonb
  as wedsync_engine, stable, set search_path=pg_catalog, pg_temp; enable_seqscan=off; plan_cache_mode=force_generic_plan
  for app_assistant, app_couple, app_owner, app_planner, app_vendor, app_venue, app_viewer

function sync.stored_documents(uuid[]) returns SETOF jsonb
  as wedsync_engine, stable, set search_path=pg_catalog, pg_temp; enable_seqscan=off; plan_cache_mode=force_generic_plan
  for app_assistant, app_couple, app_owner, app_planner, app_vendor, app_venue, app_viewer

function sync.stored_form_responses(uuid[]) returns SETOF jsonb
  as wedsync_engine, stable, set search_path=pg_catalog, pg_temp; enable_seqscan=off; plan_cache_mode=force_generic_plan
  for app_assistant, app_couple, app_owner, app_planner, app_vendor, app_venue, app_viewer

function sync.stored_forms(uuid[]) returns SETOF jsonb
  as wedsync_engine, stable, set search_path=pg_catalog, pg_temp; enable_seqscan=off; plan_cache_mode=force_generic_plan
  for app_assistant, app_couple, app_owner, app_planner, app_vendor, app_venue, app_viewer

function sync.stored_guests(uuid[]) returns SETOF jsonb
  as wedsync_engine, stable, set search_path=pg_catalog, pg_temp; enable_seqscan=off; plan_cache_mode=force_generic_plan
  for app_assistant, app_couple, app_owner, app_planner, app_vendor, app_venue, app_viewer

function sync.stored_memberships(uuid[]) returns SETOF jsonb
  as wedsync_engine, stable, set search_path=pg_catalog, pg_temp; enable_seqscan=off; plan_cache_mode=force_generic_plan
  for app_assistant, app_couple, app_owner, app_planner, app_vendor, app_venue, app_viewer

function sync.stored_notes(uuid[]) returns SETOF jsonb
  as wedsync_engine, stable, set search_path=pg_catalog, pg_temp; enable_seqscan=off; plan_cache_mode=force_generic_plan
  for app_assistant, app_couple, app_owner, app_planner, app_vendor, app_venue, app_viewer

function sync.stored_payment_entries(uuid[]) returns SETOF jsonb
  as wedsync_engine, stable, set search_path=pg_catalog, pg_temp; enable_seqscan=off; plan_cache_mode=force_generic_plan
  for app_assistant, app_couple, app_owner, app_planner, app_vendor, app_venue, app_viewer

function sync.stored_payments(uuid[]) returns SETOF jsonb
  as wedsync_engine, stable, set search_path=pg_catalog, pg_temp; enable_seqscan=off; plan_cache_mode=force_generic_plan
  for app_assistant, app_couple, app_owner, app_planner, app_vendor, app_venue, app_viewer

function sync.stored_people(uuid[]) returns SETOF jsonb
  as wedsync_engine, stable, set search_path=pg_catalog, pg_temp; enable_seqscan=off; plan_cache_mode=force_generic_plan
  for app_assistant, app_couple, app_owner, app_planner, app_vendor, app_venue, app_viewer

function sync.stored_seat_assignments(uuid[]) returns SETOF jsonb
  as wedsync_engine, stable, set search_path=pg_catalog, pg_temp; enable_seqscan=off; plan_cache_mode=force_generic_plan
  for app_assistant, app_couple, app_owner, app_planner, app_vendor, app_venue, app_viewer

function sync.stored_shot_list_items(uuid[]) returns SETOF jsonb
  as wedsync_engine, stable, set search_path=pg_catalog, pg_temp; enable_seqscan=off; plan_cache_mode=force_generic_plan
  for app_assistant, app_couple, app_owner, app_planner, app_vendor, app_venue, app_viewer

function sync.stored_tables(uuid[]) returns SETOF jsonb
  as wedsync_engine, stable, set search_path=pg_catalog, pg_temp; enable_seqscan=off; plan_cache_mode=force_generic_plan
  for app_assistant, app_couple, app_owner, app_planner, app_vendor, app_venue, app_viewer

function sync.stored_tasks(uuid[]) returns SETOF jsonb
  as wedsync_engine, stable, set search_path=pg_catalog, pg_temp; enable_seqscan=off; plan_cache_mode=force_generic_plan
  for app_assistant, app_couple, app_owner, app_planner, app_vendor, app_venue, app_viewer

function sync.stored_timeline_dependencies(uuid[]) returns SETOF jsonb
  as wedsync_engine, stable, set search_path=pg_catalog, pg_temp; enable_seqscan=off; plan_cache_mode=force_generic_plan
  for app_assistant, app_couple, app_owner, app_planner, app_vendor, app_venue, app_viewer

function sync.stored_timeline_items(uuid[]) returns SETOF jsonb
  as wedsync_engine, stable, set search_path=pg_catalog, pg_temp; enable_seqscan=off; plan_cache_mode=force_generic_plan
  for app_assistant, app_couple, app_owner, app_planner, app_vendor, app_venue, app_viewer

function sync.stored_vendor_contacts(uuid[]) returns SETOF jsonb
  as wedsync_engine, stable, set search_path=pg_catalog, pg_temp; enable_seqscan=off; plan_cache_mode=force_generic_plan
  for app_assistant, app_couple, app_owner, app_planner, app_vendor, app_venue, app_viewer

function sync.take_into_escrow(text,jsonb) returns jsonb
  as wedsync_engine, volatile, set search_path=pg_catalog, pg_temp; enable_seqscan=off
  for wedsync_server

function sync.tick(uuid) returns bigint
  as wedsync_engine, volatile, set search_path=pg_catalog, pg_temp

function sync.told_conflict(jsonb) returns jsonb
  as wedsync_engine, stable, set search_path=pg_catalog, pg_temp

function sync.told_fault(jsonb,text,text) returns jsonb
  as who calls it, stable, set search_path=pg_catalog, pg_temp
  for app_assistant, app_couple, app_owner, app_planner, app_vendor, app_venue, app_viewer

function sync.track(regclass,name,integer) returns void
  as who calls it, volatile, set search_path=pg_catalog, pg_temp

function sync.update_assignments_assistant(sync.change_group) returns integer
  as who calls it, volatile, set search_path=pg_catalog, pg_temp; enable_seqscan=off; plan_cache_mode=force_generic_plan
  for app_assistant

function sync.update_assignments_owner(sync.change_group) returns integer
  as who calls it, volatile, set search_path=pg_catalog, pg_temp; enable_seqscan=off; plan_cache_mode=force_generic_plan
  for app_owner

function sync.update_assignments_planner(sync.change_group) returns integer
  as who calls it, volatile, set search_path=pg_catalog, pg_temp; enable_seqscan=off; plan_cache_mode=force_generic_plan
  for app_planner

function sync.update_clients_assistant(sync.change_group) returns integer
  as who calls it, volatile, set search_path=pg_catalog, pg_temp; enable_seqscan=off; plan_cache_mode=force_generic_plan
  for app_assistant

function sync.update_clients_owner(sync.change_group) returns integer
  as who calls it, volatile, set search_path=pg_catalog, pg_temp; enable_seqscan=off; plan_cache_mode=force_generic_plan
  for app_owner

function sync.update_clients_planner(sync.change_group) returns integer
  as who calls it, volatile, set search_path=pg_catalog, pg_temp; enable_seqscan=off; plan_cache_mode=force_generic_plan
  for app_planner

function sync.update_documents_assistant(sync.change_group) returns integer
  as who calls it, volatile, set search_path=pg_catalog, pg_temp; enable_seqscan=off; plan_cache_mode=force_generic_plan
  for app_assistant

function sync.update_documents_owner(sync.change_group) returns integer
  as who calls it, volatile, set search_path=pg_catalog, pg_temp; enable_seqscan=off; plan_cache_mode=force_generic_plan
  for app_owner

function sync.update_documents_planner(sync.change_group) returns integer
  as who calls it, volatile, set search_path=pg_catalog, pg_temp; enable_seqscan=off; plan_cache_mode=force_generic_plan
  for app_planner

function sync.update_form_responses_assistant(sync.change_group) returns integer
  as who calls it, volatile, set search_path=pg_catalog, pg_temp; enable_seqscan=off; plan_cache_mode=force_generic_plan
  for app_assistant

function sync.update_form_responses_owner(sync.change_group) returns integer
  as who calls it, volatile, set search_path=pg_catalog, pg_temp; enable_seqscan=off; plan_cache_mode=force_generic_plan
  for app_owner

function sync.update_form_responses_planner(sync.change_group) returns integer
  as who calls it, volatile, set search_path=pg_catalog, pg_temp; enable_seqscan=off; plan_cache_mode=force_generic_plan
  for app_planner

function sync.update_forms_assistant(sync.change_group) returns integer
  as who calls it, volatile, set search_path=pg_catalog, pg_temp; enable_seqscan=off; plan_cache_mode=force_generic_plan
  for app_assistant

function sync.update_forms_owner(sync.change_group) returns integer
  as who calls it, volatile, set search_path=pg_catalog, pg_temp; enable_seqscan=off; plan_cache_mode=force_generic_plan
  for app_owner

function sync.update_forms_planner(sync.change_group) returns integer
  as who calls it, volatile, set search_path=pg_catalog, pg_temp; enable_seqscan=off; plan_cache_mode=force_generic_plan
  for app_planner

function sync.update_group(sync.change_group,text) returns integer
  as who calls it, volatile, set search_path=pg_catalog, pg_temp
  for app_assistant, app_owner, app_planner

function sync.update_guests_assistant(sync.change_group) returns integer
  as who calls it, volatile, set search_path=pg_catalog, pg_temp; enable_seqscan=off; plan_cache_mode=force_generic_plan
  for app_assistant

function sync.update_guests_owner(sync.change_group) returns integer
  as who calls it, volatile, set search_path=pg_catalog, pg_temp; enable_seqscan=off; plan_cache_mode=force_generic_plan
  for app_owner

function sync.update_guests_planner(sync.change_group) returns integer
  as who calls it, volatile, set search_path=pg_catalog, pg_temp; enable_seqscan=off; plan_cache_mode=force_generic_plan
  for app_planner

function sync.update_memberships_assistant(sync.change_group) returns integer
  as who calls it, volatile, set search_path=pg_catalog, pg_temp; enable_seqscan=off; plan_cache_mode=force_generic_plan
  for app_assistant

function sync.update_memberships_owner(sync.change_group) returns integer
  as who calls it, volatile, set search_path=pg_catalog, pg_temp; enable_seqscan=off; plan_cache_mode=force_generic_plan
  for app_owner

function sync.update_memberships_planner(sync.change_group) returns integer
  as who calls it, volatile, set search_path=pg_catalog, pg_temp; enable_seqscan=off; plan_cache_mode=force_generic_plan
  for app_planner

function sync.update_notes_assistant(sync.change_group) returns integer
  as who calls it, volatile, set search_path=pg_catalog, pg_temp; enable_seqscan=off; plan_cache_mode=force_generic_plan
  for app_assistant

function sync.update_notes_owner(sync.change_group) returns integer
  as who calls it, volatile, set search_path=pg_catalog, pg_temp; enable_seqscan=off; plan_cache_mode=force_generic_plan
  for app_owner

function sync.update_notes_planner(sync.change_group) returns integer
  as who calls it, volatile, set search_path=pg_catalog, pg_temp; enable_seqscan=off; plan_cache_mode=force_generic_plan
  for app_planner

function sync.update_payment_entries_assistant(sync.change_group) returns integer
  as who calls it, volatile, set search_path=pg_catalog, pg_temp; enable_seqscan=off; plan_cache_mode=force_generic_plan
  for app_assistant

function sync.update_payment_entries_owner(sync.change_group) returns integer
  as who calls it, volatile, set search_path=pg_catalog, pg_temp; enable_seqscan=off; plan_cache_mode=force_generic_plan
  for app_owner

function sync.update_payment_entries_planner(sync.change_group) returns integer
  as who calls it, volatile, set search_path=pg_catalog, pg_temp; enable_seqscan=off; plan_cache_mode=force_generic_plan
  for app_planner

function sync.update_payments_assistant(sync.change_group) returns integer
  as who calls it, volatile, set search_path=pg_catalog, pg_temp; enable_seqscan=off; plan_cache_mode=force_generic_plan
  for app_assistant

function sync.update_payments_owner(sync.change_group) returns integer
  as who calls it, volatile, set search_path=pg_catalog, pg_temp; enable_seqscan=off; plan_cache_mode=force_generic_plan
  for app_owner

function sync.update_payments_planner(sync.change_group) returns integer
  as who calls it, volatile, set search_path=pg_catalog, pg_temp; enable_seqscan=off; plan_cache_mode=force_generic_plan
  for app_planner

function sync.update_people_assistant(sync.change_group) returns integer
  as who calls it, volatile, set search_path=pg_catalog, pg_temp; enable_seqscan=off; plan_cache_mode=force_generic_plan
  for app_assistant

function sync.update_people_owner(sync.change_group) returns integer
  as who calls it, volatile, set search_path=pg_catalog, pg_temp; enable_seqscan=off; plan_cache_mode=force_generic_plan
  for app_owner

function sync.update_people_planner(sync.change_group) returns integer
  as who calls it, volatile, set search_path=pg_catalog, pg_temp; enable_seqscan=off; plan_cache_mode=force_generic_plan
  for app_planner

function sync.update_seat_assignments_assistant(sync.change_group) returns integer
  as who calls it, volatile, set search_path=pg_catalog, pg_temp; enable_seqscan=off; plan_cache_mode=force_generic_plan
  for app_assistant

function sync.update_seat_assignments_owner(sync.change_group) returns integer
  as who calls it, volatile, set search_path=pg_catalog, pg_temp; enable_seqscan=off; plan_cache_mode=force_generic_plan
  for app_owner

function sync.update_seat_assignments_planner(sync.change_group) returns integer
  as who calls it, volatile, set search_path=pg_catalog, pg_temp; enable_seqscan=off; plan_cache_mode=force_generic_plan
  for app_planner

function sync.update_shot_list_items_assistant(sync.change_group) returns integer
  as who calls it, volatile, set search_path=pg_catalog, pg_temp; enable_seqscan=off; plan_cache_mode=force_generic_plan
  for app_assistant

function sync.update_shot_list_items_owner(sync.change_group) returns integer
  as who calls it, volatile, set search_path=pg_catalog, pg_temp; enable_seqscan=off; plan_cache_mode=force_generic_plan
  for app_owner

function sync.update_shot_list_items_planner(sync.change_group) returns integer
  as who calls it, volatile, set search_path=pg_catalog, pg_temp; enable_seqscan=off; plan_cache_mode=force_generic_plan
  for app_planner

function sync.update_tables_assistant(sync.change_group) returns integer
  as who calls it, volatile, set search_path=pg_catalog, pg_temp; enable_seqscan=off; plan_cache_mode=force_generic_plan
  for app_assistant

function sync.update_tables_owner(sync.change_group) returns integer
  as who calls it, volatile, set search_path=pg_catalog, pg_temp; enable_seqscan=off; plan_cache_mode=force_generic_plan
  for app_owner

function sync.update_tables_planner(sync.change_group) returns integer
  as who calls it, volatile, set search_path=pg_catalog, pg_temp; enable_seqscan=off; plan_cache_mode=force_generic_plan
  for app_planner

function sync.update_tasks_assistant(sync.change_group) returns integer
  as who calls it, volatile, set search_path=pg_catalog, pg_temp; enable_seqscan=off; plan_cache_mode=force_generic_plan
  for app_assistant

function sync.update_tasks_owner(sync.change_group) returns integer
  as who calls it, volatile, set search_path=pg_catalog, pg_temp; enable_seqscan=off; plan_cache_mode=force_generic_plan
  for app_owner

function sync.update_tasks_planner(sync.change_group) returns integer
  as who calls it, volatile, set search_path=pg_catalog, pg_temp; enable_seqscan=off; plan_cache_mode=force_generic_plan
  for app_planner

function sync.update_timeline_dependencies_assistant(sync.change_group) returns integer
  as who calls it, volatile, set search_path=pg_catalog, pg_temp; enable_seqscan=off; plan_cache_mode=force_generic_plan
  for app_assistant

function sync.update_timeline_dependencies_owner(sync.change_group) returns integer
  as who calls it, volatile, set search_path=pg_catalog, pg_temp; enable_seqscan=off; plan_cache_mode=force_generic_plan
  for app_owner

function sync.update_timeline_dependencies_planner(sync.change_group) returns integer
  as who calls it, volatile, set search_path=pg_catalog, pg_temp; enable_seqscan=off; plan_cache_mode=force_generic_plan
  for app_planner

function sync.update_timeline_items_assistant(sync.change_group) returns integer
  as who calls it, volatile, set search_path=pg_catalog, pg_temp; enable_seqscan=off; plan_cache_mode=force_generic_plan
  for app_assistant

function sync.update_timeline_items_owner(sync.change_group) returns integer
  as who calls it, volatile, set search_path=pg_catalog, pg_temp; enable_seqscan=off; plan_cache_mode=force_generic_plan
  for app_owner

function sync.update_timeline_items_planner(sync.change_group) returns integer
  as who calls it, volatile, set search_path=pg_catalog, pg_temp; enable_seqscan=off; plan_cache_mode=force_generic_plan
  for app_planner

function sync.update_vendor_contacts_assistant(sync.change_group) returns integer
  as who calls it, volatile, set search_path=pg_catalog, pg_temp; enable_seqscan=off; plan_cache_mode=force_generic_plan
  for app_assistant

function sync.update_vendor_contacts_owner(sync.change_group) returns integer
  as who calls it, volatile, set search_path=pg_catalog, pg_temp; enable_seqscan=off; plan_cache_mode=force_generic_plan
  for app_owner

function sync.update_vendor_contacts_planner(sync.change_group) returns integer
  as who calls it, volatile, set search_path=pg_catalog, pg_temp; enable_seqscan=off; plan_cache_mode=force_generic_plan
  for app_planner

function sync.wait_behind(jsonb,jsonb) returns void
  as wedsync_engine, volatile, set search_path=pg_catalog, pg_temp

function sync.wire_expression(text,regtype) returns text
  as who calls it, immutable, set search_path=pg_catalog, pg_temp

function sync.write_batch(sync.prepared_batch) returns jsonb
  as who calls it, volatile, set search_path=pg_catalog, pg_temp
  for app_assistant, app_owner, app_planner

function sync.write_group(sync.change_group,text) returns integer
  as who calls it, volatile, set search_path=pg_catalog, pg_temp
  for app_assistant, app_owner, app_planner

function sync.write_rows(text,text,text[],jsonb) returns TABLE(change_id uuid, version bigint)
  as who calls it, volatile, set search_path=pg_catalog, pg_temp; enable_seqscan=off
  for app_assistant, app_couple, app_owner, app_planner, app_vendor, app_venue

function sync.write_statements(jsonb) returns jsonb
  as who calls it, volatile, set search_path=pg_catalog, pg_temp
  for app_assistant, app_couple, app_owner, app_planner, app_vendor, app_venue, app_viewer

function sync.write_unit(jsonb) returns jsonb
  as who calls it, volatile, set search_path=pg_catalog, pg_temp
  for app_assistant, app_couple, app_owner, app_planner, app_vendor, app_venue, app_viewer

function write_sync_decisions(jsonb) returns jsonb
  as who calls it, volatile, set search_path=pg_catalog, pg_temp
  for app_assistant, app_couple, app_owner, app_planner, app_vendor, app_venue, app_viewer
