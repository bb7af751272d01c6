-- What every column is for, in a coordinator's or an engineer's words: the drawing of the tables is made from these.
-- Columns that say the same in every table are told once, at the end.

comment on column public.organizations.id is 'The company. Also the scope of what belongs to the company and to no single wedding.';
comment on column public.organizations.name is 'The name of the company, as its people and vendors read it.';

comment on column public.people.name is 'How everybody calls them.';
comment on column public.people.role is 'What they are in the company or at its weddings. Shown only; rights come from memberships.role.';
comment on column public.people.contact_kind is 'Employee, freelancer, family and so on: for sorting an address book.';

comment on column public.memberships.user_id is 'The account that signs in: `sub` of the token.';
comment on column public.memberships.person_id is 'Who this account is among the company''s people.';
comment on column public.memberships.role is 'What this account may see and do. The only place rights come from.';

comment on column public.clients.client_id is 'The wedding''s own id once more, so that it has a scope like everything else of the wedding.';
comment on column public.clients.names is 'The couple, as they want to be called.';
comment on column public.clients.email is 'Where the couple reads mail. For the team and the couple only.';
comment on column public.clients.phone is 'Where the couple can be called. For the team and the couple only.';
comment on column public.clients.wedding_date is 'The day of the wedding, in the wedding''s own zone.';
comment on column public.clients.time_zone is 'The zone of the place, by its IANA name. Every wall time of this wedding means this zone.';
comment on column public.clients.status is 'How far along it is; it only moves forward.';
comment on column public.clients.venue_name is 'Where it takes place.';
comment on column public.clients.venue_address is 'How to get there.';
comment on column public.clients.venue_contact is 'Whom to call at the venue.';
comment on column public.clients.access_time is 'From when the house lets us in.';
comment on column public.clients.curfew is 'When it has to be quiet.';
comment on column public.clients.ceremony_start is 'When the ceremony begins, by the clock on the wall.';
comment on column public.clients.sunset is 'When the light is gone; portraits are planned around it.';
comment on column public.clients.headcount is 'How many guests are expected.';
comment on column public.clients.headcount_due_at is 'Until when the caterer wants the headcount.';
comment on column public.clients.plan_b_active is 'True once it was decided to go indoors.';
comment on column public.clients.freeze_from is 'From when the run sheet is frozen.';
comment on column public.clients.freeze_to is 'Until when the run sheet is frozen.';
comment on column public.clients.emergency_contact is 'Whom to call when something happens.';
comment on column public.clients.notes is 'What the team keeps in mind about this wedding. For the team only.';

comment on column public.assignments.person_id is 'Who works on it.';
comment on column public.assignments.client_id is 'The wedding they work on.';
comment on column public.assignments.is_lead is 'True for the planner who has the last word below the owner.';

comment on column public.vendor_contacts.company is 'The name on the van.';
comment on column public.vendor_contacts.category is 'What they do: flowers, band, cake.';
comment on column public.vendor_contacts.contact_name is 'Whom to ask for.';
comment on column public.vendor_contacts.phones is 'Numbers by label: {"mobile": "…"}.';
comment on column public.vendor_contacts.email is 'Where they read mail.';
comment on column public.vendor_contacts.arrival_from is 'The earliest they may come.';
comment on column public.vendor_contacts.arrival_to is 'The latest they should be there.';
comment on column public.vendor_contacts.arrival_status is 'Booked, on the way, arrived, set up, done, or missing.';
comment on column public.vendor_contacts.arrived_at is 'The moment they arrived.';
comment on column public.vendor_contacts.load_in_notes is 'Which door, which lift, where to park.';
comment on column public.vendor_contacts.meal_count is 'How many of them eat with us.';
comment on column public.vendor_contacts.insurance_ok is 'True once the insurance the venue asks for was seen.';
comment on column public.vendor_contacts.replaced_by is 'Who comes instead. For the team only.';
comment on column public.vendor_contacts.person_id is 'Who signs in as this vendor, and so sees this wedding.';
comment on column public.vendor_contacts.shared_with_vendors is 'True if the other vendors may see this contact.';

comment on column public.timeline_items.title is 'What happens: "First dance".';
comment on column public.timeline_items.kind is 'Ceremony, meal, load-in and so on; gives the line its colour.';
comment on column public.timeline_items.planned_start is 'When it should begin, by the clock on the wall, to the minute.';
comment on column public.timeline_items.duration_min is 'How long it should take, in minutes.';
comment on column public.timeline_items.anchor is 'Hard: this time does not move. Soft: it moves along with the others.';
comment on column public.timeline_items.min_duration_min is 'How short it can be made, in minutes.';
comment on column public.timeline_items.compressible is 'True if it can be shortened when the day runs late.';
comment on column public.timeline_items.location is 'Where it happens.';
comment on column public.timeline_items.owner_id is 'Who of us looks after it.';
comment on column public.timeline_items.participant_ids is 'Who takes part. A list: an id in it may be of somebody who is gone.';
comment on column public.timeline_items.vendor_id is 'Whose work it is; that vendor sees the line.';
comment on column public.timeline_items.cue is 'The sign to begin. Not for the couple.';
comment on column public.timeline_items.public_note is 'A note that everybody who sees the line may read, viewers aside.';
comment on column public.timeline_items.internal_note is 'A note for the team only.';
comment on column public.timeline_items.guest_visible is 'True if vendors, the couple and viewers see the line.';
comment on column public.timeline_items.key_moment is 'True for what must not go wrong; conflicts about it weigh more.';
comment on column public.timeline_items.locked is 'True if only planners may still change it.';
comment on column public.timeline_items.status is 'Planned, ready, started, done or skipped; it only moves forward.';
comment on column public.timeline_items.actual_start is 'The moment it began.';
comment on column public.timeline_items.actual_end is 'The moment it ended.';
comment on column public.timeline_items.sort_key is 'Where the line stands among others of the same time; a key between any two can always be made.';

comment on column public.notes.body is 'What was noticed.';
comment on column public.notes.category is 'An idea, a problem with the set-up, an incident, a call.';
comment on column public.notes.priority is 'How soon somebody should look at it.';
comment on column public.notes.location is 'Where it was noticed.';
comment on column public.notes.visibility is 'For whom it is besides the team: nobody, the venue, vendors, the couple, or all of them.';

comment on column sync.epoch.is_only is 'Always true: there is one row.';
comment on column sync.epoch.id is 'Made once, with the database.';

comment on column sync.clock.head is 'The last position handed out.';
comment on column sync.clock.closed_at is 'Since when the organization takes no changes; null: it does.';

comment on column sync.marks.position is 'The last position of a commit.';
comment on column sync.marks.mark is 'A random value nobody can guess or repeat: after a restore the same position gets another one.';

comment on column sync.tables.name is 'The table, in schema public.';
comment on column sync.tables.scope_column is 'The column that holds a record''s scope: client_id or organization_id.';
comment on column sync.tables.rank is 'The table''s place among the others, parents before children: for locks and writes.';

comment on column sync.fields.field is 'The name of the column.';
comment on column sync.fields.slot is 'The field''s place in records.field_positions, from 1.';

comment on column sync.field_rights.field is 'The name of the column.';
comment on column sync.field_rights.can_read is 'True if the role may read the field of records it sees.';
comment on column sync.field_rights.can_write is 'True if the role may give the field in a new record or change it.';
comment on column sync.field_rights.can_change is 'True if the role may change the field of a record that is there.';

comment on column sync.table_rights.can_create is 'True if the role may make records.';
comment on column sync.table_rights.can_delete is 'True if the role may delete records.';

comment on column sync.role_tables.rank is 'As in sync.tables.';
comment on column sync.role_tables.slots is 'The slots of the fields the role reads.';
comment on column sync.role_tables.writes is 'The fields the role may give or change.';
comment on column sync.role_tables.changes is 'The fields the role may change: fixed ones are only given.';
comment on column sync.role_tables.can_create is 'As in sync.table_rights.';
comment on column sync.role_tables.can_delete is 'As in sync.table_rights.';
comment on column sync.role_tables.row_query is 'The text of the query that reads one record n.record_id as JSON, with the columns the role may read and no others.';

comment on column sync.role_digests.digest is 'Changes when anything the role may read changes; then devices load anew.';

comment on column sync.records.audience is 'Who in the scope sees the record: roles, person:<id>, vendor:<id>. Empty once it is gone.';
comment on column sync.records.audience_since is 'For each name of the audience, the position since which it stands there.';
comment on column sync.records.lost_audience is 'Names that saw the record once and do not any more, as often as that happened, eight times at most.';
comment on column sync.records.lost_since is 'For each past sight, the position at which it began.';
comment on column sync.records.lost_positions is 'For each past sight, the position at which it ended.';
comment on column sync.records.changed_at is 'When the record last moved. For people to read; it orders nothing.';
comment on column sync.records.position is 'The record''s place in the organization''s order: its version on the wire.';

comment on column sync.history.position is 'The position of the change.';
comment on column sync.history.action is 'create, update or delete.';
comment on column sync.history.before is 'What the changed fields held, as on the wire; the whole record for a delete.';
comment on column sync.history.after is 'What the changed fields hold since; the whole record for a create.';
comment on column sync.history.user_id is 'Whose change it was; null for somebody in psql.';
comment on column sync.history.role is 'The database role that wrote.';
comment on column sync.history.device_id is 'The device it came from; null for somebody in psql.';
comment on column sync.history.change_id is 'The change it came from; null for what no device asked for by itself.';
comment on column sync.history.at is 'When it was written, by the database''s clock.';

comment on column public.offline_sync_queue.change_id is 'Made once, on the device, when the edit was made.';
comment on column public.offline_sync_queue.user_id is 'Whose change it is.';
comment on column public.offline_sync_queue.batch_id is 'The attempt it first came with.';
comment on column public.offline_sync_queue.table_name is 'The table it is about, as it was sent.';
comment on column public.offline_sync_queue.record_id is 'The record it is about; null if what was sent is no id.';
comment on column public.offline_sync_queue.action is 'create, update, delete or restore, as it was sent.';
comment on column public.offline_sync_queue.base_version is 'The record''s version its author was looking at.';
comment on column public.offline_sync_queue.data is 'What was sent: the fields and the values wanted. Ages out; the rest of the row stays.';
comment on column public.offline_sync_queue.base is 'The values its author saw.';
comment on column public.offline_sync_queue.version is 'Where the record stood before a plain change.';
comment on column public.offline_sync_queue.payload_hash is 'Tells a replay from another change under the same id.';
comment on column public.offline_sync_queue.status is 'What became of it: completed, waiting for a person (conflict), for a retry (pending), failed, or under way (processing).';
comment on column public.offline_sync_queue.attempts is 'How often it was tried.';
comment on column public.offline_sync_queue.next_attempt_at is 'When it is tried again; null: it is not.';
comment on column public.offline_sync_queue.error_code is 'Why it failed, by the codes of the wire.';
comment on column public.offline_sync_queue.receipt is 'The answer it got: a replay gets the same. Null for a plain one: history tells where it led.';
comment on column public.offline_sync_queue.received_at is 'When it first came.';
comment on column public.offline_sync_queue.settled_at is 'When its outcome was known.';

comment on column public.offline_sync_status.user_id is 'Who uses the device.';
comment on column public.offline_sync_status.last_sync_at is 'When it was last heard of.';
comment on column public.offline_sync_status.last_success_at is 'When it last got all it asked for.';
comment on column public.offline_sync_status.position is 'How far it has read.';
comment on column public.offline_sync_status.app_version is 'What it says it runs.';
comment on column public.offline_sync_status.platform is 'What it says it is.';
comment on column public.offline_sync_status.connection_quality is 'How good it says its connection is.';
comment on column public.offline_sync_status.waiting is 'How many changes it says it still holds.';
comment on column public.offline_sync_status.oldest_waiting is 'Since when it says the oldest of them waits.';
comment on column public.offline_sync_status.storage_persisted is 'Whether its browser promised not to throw the data away.';
comment on column public.offline_sync_status.clock_offset_ms is 'How far its clock is ahead of ours, in milliseconds. Decides nothing.';
comment on column public.offline_sync_status.session_id is 'The sync it last began.';

comment on column public.sync_conflict_log.conflict_id is 'Derived from the change, so that a try again finds the same one.';
comment on column public.sync_conflict_log.change_id is 'The change that met another.';
comment on column public.sync_conflict_log.user_id is 'Whose change it is.';
comment on column public.sync_conflict_log.table_name is 'The table of the record it is about.';
comment on column public.sync_conflict_log.record_id is 'The record it is about.';
comment on column public.sync_conflict_log.scope_id is 'The wedding of the record; null if it was never known.';
comment on column public.sync_conflict_log.kind is 'What met what: two edits of a field, an edit and a delete, and so on.';
comment on column public.sync_conflict_log.severity is 'How much it matters.';
comment on column public.sync_conflict_log.score is 'The same from 0 to 1, for sorting.';
comment on column public.sync_conflict_log.because is 'Why it matters that much, in one sentence.';
comment on column public.sync_conflict_log.status is 'Resolved by a rule, or pending: waiting for a person.';
comment on column public.sync_conflict_log.version is 'Counts up with every change of this row; who decides says which one they saw.';
comment on column public.sync_conflict_log.fields is 'For each contested field: base, both sides, result, rule and reason.';
comment on column public.sync_conflict_log.resolution is 'How it was settled and how sure that is; null while it is pending.';
comment on column public.sync_conflict_log.detected_at is 'When the two met.';
comment on column public.sync_conflict_log.decided_by is 'Who decided; null where a rule did.';
comment on column public.sync_conflict_log.decided_at is 'When it was decided; null while it is pending.';
comment on column public.sync_conflict_log.note is 'What the person who decided wrote beside it.';

comment on column public.sync_performance_metrics.id is 'Numbers the rows.';
comment on column public.sync_performance_metrics.user_id is 'Whose batch it was.';
comment on column public.sync_performance_metrics.session_id is 'The sync it belonged to.';
comment on column public.sync_performance_metrics.items is 'How many changes it held.';
comment on column public.sync_performance_metrics.conflicts is 'How many of them met others.';
comment on column public.sync_performance_metrics.errors is 'How many of them failed.';
comment on column public.sync_performance_metrics.duration_ms is 'How long the database took, in milliseconds.';
comment on column public.sync_performance_metrics.at is 'When it was written.';

do $$
declare
  v_column record;
begin
  for v_column in
    select c.oid::regclass as of_table, a.attname as name, m.meaning
      from (values
        ('id', 'Made on the device that created the record, or by whoever wrote it.'),
        ('organization_id', 'The organization it belongs to.'),
        ('client_id', 'The wedding it belongs to.'),
        ('device_id', 'The device it came from.'),
        ('table_id', 'The table, by its number in sync.tables.'),
        ('table_name', 'The table the right is about.'),
        ('role', 'The role whose right it is.'),
        ('record_id', 'The id of the record.'),
        ('scope_id', 'The wedding or the organization the record belonged to then.')) m (name, meaning)
      join pg_attribute a on a.attname = m.name and not a.attisdropped
      join pg_class c on c.oid = a.attrelid and c.relkind = 'r' and c.relnamespace in ('public'::regnamespace, 'sync'::regnamespace)
     where col_description(c.oid, a.attnum) is null
  loop
    execute format('comment on column %s.%I is %L', v_column.of_table, v_column.name, v_column.meaning);
  end loop;
end $$;
