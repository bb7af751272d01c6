-- Carried from supabase/sql/functions, each as its file has it. Bodies are checked when they first run.
set local check_function_bodies = off;

-- ---- may_decide.sql
-- sync.may_decide: whether the caller may decide a conflict: who plans the wedding may, an assistant if nothing critical is
-- contested, and nobody about what they may not read. What the freeze held is for the owner and the wedding's lead, and what waits for
-- somebody's word for those who plan.
-- Keeps   P7; the first wall is push/decide-conflict, which also knows of a freeze that began since
-- Called  sync.conflict_for, sync.decided_conflicts, sync.settle_conflict
create or replace function sync.may_decide(p_log public.sync_conflict_log)
returns boolean language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  return coalesce(
    p_log.organization_id = sync.caller_organization()
    and coalesce(p_log.scope_id, p_log.organization_id) = any (sync.caller_scopes())
    and case sync.caller_role() when 'owner' then true when 'planner' then true when 'assistant' then not exists (
          -- by what a field weighs by itself, not by how near the day is. One that moved only since has no level here: of that the
          -- server's own wall knows; and a conflict from before levels were kept with the fields goes by its own
          select from jsonb_array_elements(p_log.fields) f
           where coalesce(f ->> 'level', case when not jsonb_path_exists(p_log.fields, '$[*].level') then p_log.severity end) = 'critical') else false end
    and not exists (
          select from jsonb_array_elements(p_log.fields) f
           where f ->> 'rule' like 'freeze@%' and sync.caller_role() <> 'owner' and p_log.scope_id = any (sync.caller_leads()) is not true
              or f ->> 'rule' like 'approval@%' and sync.caller_role() not in ('owner', 'planner'))
    and jsonb_array_length(sync.readable_fields(p_log)) = jsonb_array_length(p_log.fields)
    and not exists (select from jsonb_array_elements(p_log.fields) f
                     where not sync.sees_record(coalesce(f ->> 'table', p_log.table_name), coalesce((f ->> 'id')::uuid, p_log.record_id))), false);
end $$;
alter function sync.may_decide(public.sync_conflict_log) owner to wedsync_engine;

-- ---- open_batch.sql
-- sync.open_batch: locks every record of a batch and hands over what deciding about it needs. Writes nothing.
-- Answers {known, role, person, self, scopes, leads, stored, scopeRecords, freezes, parents, openConflicts, decided, again, held, lostCreates, rights}: the ledger's
-- rows, who is asking, what stands, the weddings it belongs to and when their plans are frozen, which of the records the changes refer to are there, the conflicts that are decided, the
-- changes that are tried again, what else of this device is kept for another try, which records could not be made, and what the
-- caller may write.
-- Keeps   lock order: ledger rows, records, conflict rows
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

  select coalesce(jsonb_object_agg(w.stored ->> 'id', w.stored -> 'fields'), '{}') into v_weddings
    from sync.stored_clients(array(select distinct (s ->> 'scope')::uuid from jsonb_array_elements(v_stored) s where s ->> 'scope' is not null)) w (stored)
   where w.stored ? 'fields';

  select coalesce(jsonb_agg(jsonb_build_object('table', p."table", 'id', k.record_id, 'isForeign', k.is_foreign, 'isGone', k.is_gone)), '[]') into v_parents
    from jsonb_to_recordset(p_batch -> 'parents') as p ("table" text, ids jsonb)
   cross join lateral sync.known_ids(p."table", array(select jsonb_array_elements_text(p.ids))::uuid[]) k;

  return jsonb_build_object('open', true, 'known', coalesce(sync.find_known(array(select jsonb_array_elements_text(p_batch -> 'changeIds'))::uuid[]), '{}'), 'role', p_role, 'person', sync.caller_person(), 'self', to_jsonb(sync.caller_self()), 'scopes', to_jsonb(sync.caller_scopes()), 'leads', to_jsonb(sync.caller_leads()),
                            'stored', v_stored, 'scopeRecords', v_weddings,
                            'freezes', sync.freezes_of(array(select distinct (s ->> 'scope')::uuid from jsonb_array_elements(v_stored) s where s ->> 'scope' is not null)), 'parents', v_parents, 'openConflicts', sync.open_conflicts(v_locks, coalesce((v_again -> 0 ->> 'userId')::uuid, sync.caller_user())),
                            'decided', sync.decided_conflicts(v_decides), 'again', v_again, 'held', sync.kept_changes((p_batch ->> 'deviceId')::uuid, v_lease),
                            'lostCreates', sync.lost_creates(array(select i::uuid from jsonb_to_recordset((p_batch -> 'locks') || (p_batch -> 'parents')) as l (ids jsonb)
                                                                    cross join jsonb_array_elements_text(l.ids) i)),
                            'rights', (select jsonb_object_agg(rt.table_name, jsonb_build_object(
                                                'writes', to_jsonb(rt.writes), 'changes', to_jsonb(rt.changes), 'canCreate', rt.can_create, 'canDelete', rt.can_delete))
                                         from sync.role_tables rt where rt.role = p_role));
end $$;
grant execute on function sync.open_batch(jsonb, text)
  to app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;

-- ---- prepare_batch.sql
-- sync.prepare_batch: everything of a batch that can be done before the clock is taken, which everybody else then waits for: it is
-- looked at, its records are locked, and of a plain one of which nothing is contested the ledger's rows are written. Answers the
-- batch as sync.write_batch takes it, or, where nothing is to be written, its answer.
-- Keeps   P1, P9; lock order: device, records by table and id
-- Called  process_sync_batch, sync.receive_batches
create or replace function sync.prepare_batch(p_batch jsonb)
returns sync.prepared_batch language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare
  v_started  timestamptz := clock_timestamp();
  v_device   uuid := p_batch ->> 'deviceId';
  v_role     text := sync.caller_role();
  v_fault    text := sync.cursor_fault(p_batch -> 'cursor');
  v_prepared sync.prepared_batch;
  v_groups   sync.change_group[];
  v_group    sync.change_group;
  v_keeps    boolean;
  v_recorded integer;
begin
  if v_fault is not null then
    v_prepared.answer := jsonb_build_object('reset', v_fault);
    return v_prepared;
  end if;
  v_keeps := sync.claim_batch(v_device, p_batch ->> 'sessionId', p_batch -> 'device');
  if not (p_batch ->> 'isPlain')::boolean then
    v_prepared.answer := sync.open_batch(p_batch, v_role);
    return v_prepared;
  end if;
  v_prepared.answer := '{"open": true}';
  if v_keeps or v_role not in ('owner', 'planner', 'assistant') then
    return v_prepared;
  end if;

  -- everything is locked and looked at before anything is written
  foreach v_group in array sync.read_groups(p_batch -> 'groups') loop
    v_group := sync.prepare_group(v_group, v_role);
    if v_group.table_name is null then
      return v_prepared;
    end if;
    v_groups := v_groups || v_group;
  end loop;
  -- of these records a freeze may hold something, and there is one, or nearly: TypeScript knows by the minute
  if v_role <> 'owner' and p_batch ? 'mayBeHeld'
     and sync.is_freeze_near(array(select jsonb_array_elements_text(p_batch #> '{mayBeHeld,ids}'))::uuid[], (p_batch #>> '{mayBeHeld,at}')::timestamptz) then
    return v_prepared;
  end if;
  foreach v_group in array v_groups loop
    v_recorded := sync.record_changes(v_group, v_device, (p_batch ->> 'batchId')::uuid);
  end loop;
  return row(null, v_role, v_device, p_batch ->> 'sessionId', v_started, v_groups)::sync.prepared_batch;
end $$;
grant execute on function sync.prepare_batch(jsonb)
  to app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;

-- ---- end.sql
select sync.close_functions();
