-- sync.open_batch: locks every record of a batch and hands over what deciding about it needs. Writes nothing.
-- Answers {known, role, person, self, scopes, leads, stored, scopeRecords, freezes, awaited, parents, openConflicts, decided, again, held, lostCreates, rights}: the ledger's
-- rows, who is asking, what stands, the weddings it belongs to, when their plans are frozen, how many wait for it, which of the records the changes refer to are there, the conflicts that are decided, the
-- changes that are tried again, what else of this device is kept for another try, which records could not be made, and what the
-- caller may write.
-- Keeps   lock order: ledger rows, records, conflict rows
-- Raises  40001  somebody's role changed while they waited
-- Called  sync.prepare_batch, sync.open_decision
create or replace function sync.open_batch(p_batch jsonb, p_role text)
returns jsonb language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare
  v_lock    record;
  v_stored  jsonb := '[]';
  v_found   jsonb;
  v_parents jsonb;
  v_weddings jsonb;
  v_lease   uuid := p_batch ->> 'lease';
  v_again   jsonb := sync.lock_again(p_batch -> 'again', v_lease);
  v_decides uuid[] := array(select jsonb_array_elements_text(p_batch -> 'decides'));
  v_scopes  uuid[];
  v_locks   jsonb := (p_batch -> 'locks') || sync.records_of_conflicts(v_decides);
begin
  for v_lock in
    select l."table" as table_name, array_agg(i.id::uuid order by i.id::uuid) as ids, l."toDelete" as to_delete
      from jsonb_to_recordset(v_locks) as l ("table" text, ids jsonb, "toDelete" boolean)
     cross join jsonb_array_elements_text(l.ids) i (id)
      join sync.role_tables rt on rt.role = p_role and rt.table_name = l."table"
     group by l."table", l."toDelete", rt.rank
     order by rt.rank
  loop
    execute format('select sync.%I($1, $2, $3)', 'lock_' || v_lock.table_name) using sync.caller_organization(), v_lock.ids, v_lock.to_delete;
  end loop;
  perform sync.lock_gone(v_locks);

  -- who held these may have changed what is the caller's: the contact that makes a vendor theirs, say
  if sync.remember_caller() is distinct from p_role then
    raise exception 'their role changed meanwhile' using errcode = '40001';
  end if;

  -- a new statement, after the waits: only now the positions that go with the rows are seen
  for v_lock in
    select l."table" as table_name, array_agg(distinct i.id::uuid) as ids
      from jsonb_to_recordset(v_locks) as l ("table" text, ids jsonb)
     cross join jsonb_array_elements_text(l.ids) i (id)
      join sync.role_tables rt on rt.role = p_role and rt.table_name = l."table"
     group by l."table"
  loop
    execute format('select coalesce(jsonb_agg(s), ''[]'') from sync.%I($1) s', 'stored_' || v_lock.table_name) into v_found using v_lock.ids;
    v_stored := v_stored || v_found;
  end loop;

  -- also of what the batch makes: whoever edits it in the same batch is told the same as a batch later
  v_scopes := array(select (s ->> 'scope')::uuid from jsonb_array_elements(v_stored) s where s ->> 'scope' is not null
                    union select w::uuid from jsonb_array_elements_text(p_batch -> 'weddings') w);
  select coalesce(jsonb_object_agg(w.stored ->> 'id', w.stored -> 'fields'), '{}') into v_weddings
    from sync.stored_clients(v_scopes) w (stored)
   where w.stored ? 'fields';

  select coalesce(jsonb_agg(jsonb_build_object('table', p."table", 'id', k.record_id, 'isForeign', k.is_foreign, 'isGone', k.is_gone)), '[]') into v_parents
    from jsonb_to_recordset(p_batch -> 'parents') as p ("table" text, ids jsonb)
   cross join lateral sync.known_ids(p."table", array(select jsonb_array_elements_text(p.ids))::uuid[]) k;

  return jsonb_build_object('open', true, 'known', coalesce(sync.find_known(array(select jsonb_array_elements_text(p_batch -> 'changeIds'))::uuid[]), '{}'), 'role', p_role, 'person', sync.caller_person(), 'self', to_jsonb(sync.caller_self()), 'scopes', to_jsonb(sync.caller_scopes()), 'leads', to_jsonb(sync.caller_leads()),
                            'stored', v_stored, 'scopeRecords', v_weddings,
                            'awaited', sync.count_awaiting(coalesce(p_batch -> 'awaited', '[]')), 'freezes', sync.freezes_of(v_scopes), 'parents', v_parents, 'openConflicts', sync.open_conflicts(v_locks, coalesce((v_again -> 0 ->> 'userId')::uuid, sync.caller_user())),
                            'decided', sync.decided_conflicts(v_decides), 'again', v_again, 'held', sync.kept_changes((p_batch ->> 'deviceId')::uuid, v_lease),
                            'lostCreates', sync.lost_creates(array(select i::uuid from jsonb_to_recordset((p_batch -> 'locks') || (p_batch -> 'parents')) as l (ids jsonb)
                                                                    cross join jsonb_array_elements_text(l.ids) i)),
                            'rights', (select jsonb_object_agg(rt.table_name, jsonb_build_object(
                                                'writes', to_jsonb(rt.writes), 'changes', to_jsonb(rt.changes), 'canCreate', rt.can_create, 'canDelete', rt.can_delete))
                                         from sync.role_tables rt where rt.role = p_role));
end $$;
grant execute on function sync.open_batch(jsonb, text)
  to app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;
