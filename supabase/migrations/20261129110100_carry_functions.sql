-- Carried from supabase/sql/functions, each as its file has it. Bodies are checked when they first run.
set local check_function_bodies = off;

-- ---- build_batch_functions.sql
-- sync.build_batch_functions: writes what a batch needs of one table, as static SQL: locking, detecting, reading stored
-- values, and one writer for each role of the team.
-- A writer per role, because a cached plan under row level security belongs to one role, and because a statement may
-- name only columns its role may update. Other roles are written by sync.write_rows, column by column.
-- Called  sync.grant_rights
create or replace function sync.build_batch_functions(p_table regclass)
returns void language plpgsql volatile set search_path = pg_catalog, pg_temp as $build$
declare
  v_table  sync.tables;
  v_fields text[];
  v_whole  text;
  v_groups text;
  v_role   text;
  v_set    text;
  v_named  text;
  v_stands text;
  v_sql    text;
begin
  select t.* into strict v_table from sync.tables t join pg_class c on c.relname = t.name where c.oid = p_table;
  -- by slot: a dropped column leaves its place
  v_fields := array(select f.field from sync.fields f where f.table_id = v_table.table_id order by f.slot);
  select string_agg(format('%L, %s', f.field, sync.wire_expression(format('t.%I', f.field), a.atttypid)), ', ' order by f.slot),
         string_agg(format('%I boolean := %L = any (p_group.fields);', 'has_' || f.field, f.field), E'\n  ' order by f.slot),
         string_agg(format('(not %2$I or not s.base ? %1$L or %3$s is not distinct from t.%1$I)', f.field, 'has_' || f.field,
                           sync.read_expression(p_table, 's.base', f.field, a.atttypid)), E'\n                    and ' order by f.slot)
    into v_whole, v_named, v_stands
    from sync.fields f join pg_attribute a on a.attrelid = p_table and a.attname = f.field and not a.attisdropped
   where f.table_id = v_table.table_id;

  -- a field moved with the others of its group
  select format('and not exists (select from (values %s) g (field, slot) where s.data ? g.field and f.field_positions[g.slot] > s.base_version)',
                string_agg(format('(%L, %s)', f.field, o.slot), ', '))
    into v_groups
    from sync.fields f join sync.fields o on o.table_id = f.table_id and o.together = f.together and o.field <> f.field
   where f.table_id = v_table.table_id
  having count(*) > 0;

  v_sql := $sql$
-- Written by sync.build_batch_functions. Locks rows until commit, in order of id.
create or replace function sync.lock_@name@(p_organization uuid, p_ids uuid[], p_to_delete boolean)
returns void language plpgsql volatile security definer
  set search_path = pg_catalog, pg_temp set enable_seqscan = off set plan_cache_mode = force_generic_plan as $lock$
begin
  if p_organization is distinct from sync.caller_organization() then
    raise exception 'these are not the caller''s records' using errcode = '42501';
  end if;
  if p_to_delete then
    perform from @table@ t where t.id = any (p_ids) and t.organization_id = p_organization order by t.id for update;
  else
    perform from @table@ t where t.id = any (p_ids) and t.organization_id = p_organization order by t.id for no key update;
  end if;
end $lock$;

-- Written by sync.build_batch_functions. Locks the rows of a batch's updates, in order of id. Answers the group with where each record stands and
-- where its row and its line in the feed lie, in the order of its changes; null, unless all of them are clean at a glance: seen by the caller, theirs to
-- write, unmoved since the base version and standing at the base values. A row that had to be waited for is read anew by
-- PostgreSQL, but not the positions that go with it: if somebody who may not have been through when the look began wrote a row,
-- there is a second one, with all of them locked.
create or replace function sync.detect_@name@(p_group sync.change_group)
returns sync.change_group language plpgsql volatile security definer
  set search_path = pg_catalog, pg_temp set enable_seqscan = off set plan_cache_mode = force_generic_plan as $detect$
declare
  v_organization uuid   := sync.caller_organization();
  v_scopes       uuid[] := sync.caller_scopes();
  v_audiences    text[] := sync.caller_audiences();
  v_writes       text[] := coalesce((select rt.changes from sync.role_tables rt where rt.role = sync.caller_role() and rt.table_name = @literal@), '{}');
  v_are_theirs   boolean := p_group.fields <@ v_writes;
  @named@
  v_oldest       xid    := pg_snapshot_xmin(pg_current_snapshot())::xid;
  v_is_old       boolean;
begin
  for v_looks in 1..2 loop
    select array_agg(r.position order by r.nth) filter (where r.is_clean), array_agg(r.place order by r.nth), array_agg(r.record_place order by r.nth), bool_and(r.is_old)
      into p_group.positions, p_group.places, p_group.record_places, v_is_old
      from (
        select f.position, s.nth, t.ctid as place, f.ctid as record_place, age(t.xmin) > age(v_oldest) as is_old,
               -- a version this record has not reached is of another history: only values tell then
               f.gone is null and s.base_version <= f.position
               and f.scope_id = any (v_scopes) and f.audience && v_audiences
               and s.data - p_group.fields = '{}' and (v_are_theirs or s.data - v_writes = '{}')
               and (f.position <= s.base_version
                    or not exists (select from jsonb_object_keys(s.data) k where f.field_positions[array_position(@fields@, k)] > s.base_version)
                       @groups@)
               and (s.base is null or s.base - p_group.fields = '{}'
                    and @stands@) as is_clean
          from unnest(p_group.changes) with ordinality s (id, change_id, base_version, hash, data, base, more, nth)
          join @table@ t on t.id = s.id and t.organization_id = v_organization
          join sync.records f on f.record_id = t.id and f.table_id = @table_id@ and f.scope_id = t.@scope@
         order by t.id
           for no key update of t) r;
    exit when v_is_old;
  end loop;
  -- of rows that are not all theirs, nothing
  return case when cardinality(p_group.positions) = cardinality(p_group.changes) then p_group end;
end $detect$;

-- Written by sync.build_batch_functions. What stands of some records, for whoever decides: only fields the caller may
-- read or write, only of records they may see; of others, that they exist.
create or replace function sync.stored_@name@(p_ids uuid[])
returns setof jsonb language plpgsql stable security definer
  set search_path = pg_catalog, pg_temp set enable_seqscan = off set plan_cache_mode = force_generic_plan as $stored$
declare
  v_organization uuid := sync.caller_organization();
  v_scopes uuid[] := sync.caller_scopes();
  v_audiences text[] := sync.caller_audiences();
  v_fields text[] := (select array(select f.field from sync.fields f
                                    where f.table_id = @table_id@ and (f.slot = any (rt.slots) or f.field = any (rt.writes)))
                        from sync.role_tables rt where rt.role = sync.caller_role() and rt.table_name = @literal@);
begin
  return query
    select jsonb_build_object(
             'table', @literal@, 'id', r.record_id, 'scope', case when r.scope_id = any (v_scopes) then r.scope_id end, 'version', r.position, 'isDeleted', t.id is null,
             'isForeign', r.organization_id <> v_organization,
             'isVisible', v.sees and r.scope_id = any (v_scopes))
        || case when r.organization_id = v_organization and r.scope_id = any (v_scopes) and v.sees then
             jsonb_build_object(
               -- of a deleted record, the values it had last
               'fields', (select coalesce(jsonb_object_agg(w.key, w.value), '{}')
                            from jsonb_each(case when t.id is not null then jsonb_build_object(@whole@)
                                                 else (select h.before from sync.history h
                                                        where h.record_id = r.record_id and h.table_id = @table_id@ and h.scope_id = r.scope_id
                                                          and h.action = 'delete' order by h.position desc limit 1) end) w
                           where w.key = any (v_fields)),
               'fieldVersions', (select jsonb_object_agg(f.field, r.field_positions[f.slot]) from sync.fields f
                                  where f.table_id = @table_id@ and f.field = any (v_fields)),
               'movedBy', (select jsonb_object_agg(f.field, jsonb_build_object('userId', h.user_id, 'role', h.role, 'deviceId', h.device_id, 'at', h.at))
                             from sync.fields f
                             join sync.history h on h.record_id = r.record_id and h.table_id = @table_id@ and h.position = r.field_positions[f.slot]
                            where f.table_id = @table_id@ and f.field = any (v_fields) and h.scope_id = r.scope_id))
             else '{}' end
      from (select distinct on (q.record_id) q.* from sync.records q
             where q.record_id = any (p_ids) and q.table_id = @table_id@
             order by q.record_id, q.gone nulls first, q.position desc) r
      left join @table@ t on t.id = r.record_id and t.organization_id = v_organization and r.gone is null
     cross join lateral (
       -- of a deleted record, whoever saw it when it was deleted
       select case when t.id is not null then r.audience && v_audiences
                   else exists (select from unnest(r.lost_audience, r.lost_positions) l (name, lost)
                                 where l.lost = r.position and l.name = any (v_audiences)) end as sees) v;
end $stored$;

alter function sync.lock_@name@(uuid, uuid[], boolean) owner to wedsync_engine;
alter function sync.detect_@name@(sync.change_group) owner to wedsync_engine;
alter function sync.stored_@name@(uuid[]) owner to wedsync_engine;
grant execute on function sync.lock_@name@(uuid, uuid[], boolean), sync.stored_@name@(uuid[])
  to app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;
grant execute on function sync.detect_@name@(sync.change_group)
  to app_owner, app_planner, app_assistant;
$sql$;
  execute replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(v_sql, '@name@', v_table.name), '@table@', p_table::text),
    '@literal@', quote_literal(v_table.name)), '@fields@', quote_literal(v_fields) || '::text[]'),
    '@scope@', quote_ident(v_table.scope_column)), '@table_id@', v_table.table_id::text), '@whole@', v_whole), '@groups@', coalesce(v_groups, '')),
    '@named@', v_named), '@stands@', v_stands);

  foreach v_role in array array['owner', 'planner', 'assistant'] loop
    -- what a group does not name keeps its value; most of its fields no group names
    select string_agg(format('%1$I = case when %2$I and n.data ? %1$L then %3$s else t.%1$I end', f.field, 'has_' || f.field,
                             sync.read_expression(p_table, 'n.data', f.field, a.atttypid)), E',\n         ' order by f.slot) into v_set
      from sync.role_tables rt
      join sync.fields f on f.table_id = v_table.table_id and f.field = any (rt.changes)
      join pg_attribute a on a.attrelid = p_table and a.attname = f.field and not a.attisdropped
     where rt.role = v_role and rt.table_name = v_table.name;
    execute format($sql$
-- Written by sync.build_batch_functions. A group's updates as app_%2$s, whose policies and column rights hold: security
-- invoker. How many rows were found where they lay.
create or replace function sync.update_%1$s_%2$s(p_group sync.change_group)
returns integer language plpgsql volatile
  set search_path = pg_catalog, pg_temp set enable_seqscan = off set plan_cache_mode = force_generic_plan as $write$
declare
  %4$s
  v_written integer;
begin
  %5$s
  get diagnostics v_written = row_count;
  return v_written;
end $write$;
grant execute on function sync.update_%1$s_%2$s(sync.change_group) to app_%2$s;
$sql$, v_table.name, v_role, p_table, v_named,
      case when v_set is null then format('raise exception ''%s may not write here'' using errcode = ''42501'';', v_role)
           else format(E'update %s t\n     set %s\n    from rows from (unnest(p_group.changes), unnest(p_group.places)) n (id, change_id, base_version, hash, data, base, more, place)\n   where t.ctid = n.place and t.id = n.id;', p_table, v_set) end);
  end loop;
end $build$;

-- ---- build_group_functions.sql
-- sync.build_group_functions: writes sync.detect_group and sync.update_group, which hand a group of updates to the detector of its table,
-- and to the writer of its table and of the caller's role. Written out, because a statement put together while a batch waits is read and planned
-- anew for each.
-- Called  sync.grant_rights
create or replace function sync.build_group_functions()
returns void language plpgsql volatile set search_path = pg_catalog, pg_temp as $build$
declare
  v_roles   text[] := array['owner', 'planner', 'assistant'];
  v_tables  text[] := array(select t.name from sync.tables t where t.name <> 'conflicts' order by t.rank, t.name);
  v_detects text;
  v_writes  text;
begin
  select string_agg(format('when %L then return sync.%I(p_group);', t.name, 'detect_' || t.name), E'\n  ' order by t.nth) into v_detects
    from unnest(v_tables) with ordinality t (name, nth);
  select string_agg(format(E'when %L then\n    case p_group.table_name\n%s\n    end case;', r.role, r.tables), E'\n  ') into v_writes
    from (select role, string_agg(format('    when %L then return sync.%I(p_group);', t.name, concat_ws('_', 'update', t.name, role)), E'\n' order by t.nth) as tables
            from unnest(v_tables) with ordinality t (name, nth) cross join unnest(v_roles) role
           group by role) r;
  execute format($sql$
-- Written by sync.build_group_functions. The group with where its records stand and lie; null where it is not clean.
create or replace function sync.detect_group(p_group sync.change_group)
returns sync.change_group language plpgsql volatile set search_path = pg_catalog, pg_temp as $detect$
begin
  case p_group.table_name
  %s
  end case;
end $detect$;
-- Written by sync.build_group_functions. How many rows were found where they lay.
create or replace function sync.update_group(p_group sync.change_group, p_role text)
returns integer language plpgsql volatile set search_path = pg_catalog, pg_temp as $write$
begin
  case p_role
  %s
  end case;
end $write$;
grant execute on function sync.detect_group(sync.change_group), sync.update_group(sync.change_group, text) to app_owner, app_planner, app_assistant;
$sql$, v_detects, v_writes);
end $build$;

-- ---- claim_batch.sql
-- sync.claim_batch: takes the device's row, which holds back the device's other requests until commit. Answers whether changes of
-- this device are kept for another try: then nothing of it is plain, because later changes wait behind earlier ones.
-- Keeps   lock order: the device first
-- Raises  SY001  the claims name nobody who belongs here, or not in this role
-- Called  sync.prepare_batch
create or replace function sync.claim_batch(p_device_id uuid, p_session_id text, p_device jsonb)
returns boolean language plpgsql volatile security definer set search_path = pg_catalog, pg_temp set enable_seqscan = off set plan_cache_mode = force_generic_plan as $$
declare
  v_organization uuid := sync.caller_organization();
  v_user         uuid := sync.caller_user();
begin
  if v_organization is null then
    raise exception 'the caller has no such role here' using errcode = 'SY001';
  end if;

  insert into public.offline_sync_status as d (organization_id, user_id, device_id, session_id, app_version, platform, connection_quality,
                                               waiting, oldest_waiting, storage_persisted, clock_offset_ms, last_success_at)
  values (v_organization, v_user, p_device_id, p_session_id, p_device ->> 'appVersion', p_device ->> 'platform',
          p_device ->> 'connectionQuality', (p_device ->> 'waiting')::integer, (p_device ->> 'oldestWaiting')::timestamptz,
          (p_device ->> 'storagePersisted')::boolean,
          extract(epoch from (p_device ->> 'clock')::timestamptz - clock_timestamp()) * 1000, now())
  on conflict on constraint offline_sync_status_pkey do update
     set last_sync_at = now(), last_success_at = now(), session_id = excluded.session_id,
         app_version = coalesce(excluded.app_version, d.app_version), platform = coalesce(excluded.platform, d.platform),
         connection_quality = coalesce(excluded.connection_quality, d.connection_quality),
         waiting = coalesce(excluded.waiting, d.waiting),
         oldest_waiting = case when excluded.waiting is null then d.oldest_waiting else excluded.oldest_waiting end,
         storage_persisted = coalesce(excluded.storage_persisted, d.storage_persisted),
         clock_offset_ms = coalesce(excluded.clock_offset_ms, d.clock_offset_ms);

  -- in the order of their arrival: that is the one index in which a device's own are next to each other
  return (select q.change_id from public.offline_sync_queue q
           where q.organization_id = v_organization and q.user_id = v_user and q.device_id = p_device_id and q.status in ('pending', 'processing')
           order by q.arrival limit 1) is not null;
end $$;
alter function sync.claim_batch(uuid, text, jsonb) owner to wedsync_engine;
grant execute on function sync.claim_batch(uuid, text, jsonb)
  to app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;

-- ---- cursor_fault.sql
-- sync.cursor_fault: why this database's history does not continue the cursor's; null when it does.
-- Keeps   P9: a server restored from a backup lost the mark of the newest commit the device heard of, also where it forgot that this
--         person ever belonged here: the cursor was signed for who asks, and the claims say for which organization
-- Keeps   P5: whoever has not read as far as a forgotten tombstone loads again
-- Called  sync.prepare_batch and sync.read_page, first of all
create or replace function sync.cursor_fault(p_cursor jsonb)
returns text language plpgsql stable security definer set search_path = pg_catalog, pg_temp set enable_seqscan = off as $$
declare
  v_organization uuid := coalesce(sync.caller_organization(), (current_setting('request.jwt.claims', true)::jsonb #>> '{app_metadata,organization_id}')::uuid);
  v_mark_at      bigint := p_cursor ->> 'markAt';
  v_epoch        uuid;
  v_horizon      bigint;
  v_is_here      boolean;
begin
  if p_cursor is null or p_cursor = 'null' then
    return null;
  end if;
  select e.id, c.horizon, exists (select from sync.marks m
                                   where m.organization_id = v_organization and m.position = v_mark_at and m.mark = (p_cursor ->> 'mark')::uuid)
    into v_epoch, v_horizon, v_is_here
    from sync.epoch e left join sync.clock c on c.organization_id = v_organization
   where e.is_only;
  if (p_cursor ->> 'epoch')::uuid <> v_epoch then
    return 'another epoch';
  end if;
  if v_mark_at > 0 and not v_is_here then
    return 'the newest commit it heard of is not here';
  end if;
  -- a scope that is loading misses nothing from before it began
  if v_horizon > 0 and exists (
       select from jsonb_each(p_cursor -> 'scopes') s
        where (case when s.value ->> 3 = 'false' then s.value ->> 0 else s.value ->> 2 end)::bigint < v_horizon) then
    return 'what it would have to hear of is no longer kept';
  end if;
  return null;
end $$;
alter function sync.cursor_fault(jsonb) owner to wedsync_engine;
grant execute on function sync.cursor_fault(jsonb)
  to app_nobody, app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;

-- ---- grant_rights.sql
-- sync.grant_rights: carries sync.field_rights and sync.table_rights into column grants, reading queries, digests, writers.
-- Keeps   P7: what a role may not read or write is not granted to it, whatever the server asks for
-- Called  a migration, after the rights were written
create or replace function sync.grant_rights()
returns void language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare
  v record;
begin
  delete from sync.role_tables;
  for v in
    select t.name, t.table_id, t.rank, r.role, to_regclass(format('public.%I', t.name)) as tracked,
           coalesce(array_agg(f.slot order by f.slot) filter (where r.can_read), '{}') as slots,
           coalesce(array_agg(f.field order by f.slot) filter (where r.can_write and a.attgenerated = ''), '{}') as writes,
           coalesce(array_agg(f.field order by f.slot) filter (where r.can_change and a.attgenerated = ''), '{}') as changes,
           string_agg(format('%I', f.field), ', ' order by f.slot) filter (where r.can_read) as readable,
           string_agg(format('%s as %I', sync.wire_expression(format('t.%I', f.field), a.atttypid), f.field), ', ' order by f.slot)
             filter (where r.can_read) as read_list,
           string_agg(format('%I', f.field), ', ' order by f.slot) filter (where r.can_write and a.attgenerated = '') as writable,
           string_agg(format('%I', f.field), ', ' order by f.slot) filter (where r.can_change and a.attgenerated = '') as changeable,
           coalesce((select w.can_create from sync.table_rights w where w.table_name = t.name and w.role = r.role), false) as can_create,
           coalesce((select w.can_delete from sync.table_rights w where w.table_name = t.name and w.role = r.role), false) as can_delete
      from sync.field_rights r
      join sync.tables t on t.name = r.table_name
      join sync.fields f on f.table_id = t.table_id and f.field = r.field
      join pg_attribute a on a.attrelid = to_regclass(format('public.%I', t.name)) and a.attname = f.field and not a.attisdropped
     group by t.name, t.table_id, t.rank, r.role
  loop
    execute format('revoke all on %s from app_%I', v.tracked, v.role);
    if v.readable is not null then
      execute format('grant select (id, organization_id, %s) on %s to app_%I', v.readable, v.tracked, v.role);
      -- where a row lies: a batch that has looked at a row need not look for it again
      if v.role in ('owner', 'planner', 'assistant') then
        execute format('grant select (ctid) on %s to app_%I', v.tracked, v.role);
      end if;
    end if;
    if v.changeable is not null then
      execute format('grant update (%s) on %s to app_%I', v.changeable, v.tracked, v.role);
    end if;
    if v.can_create and v.writable is not null then
      execute format('grant insert (id, organization_id, %s) on %s to app_%I', v.writable, v.tracked, v.role);
    end if;
    if v.can_delete then
      execute format('grant delete on %s to app_%I', v.tracked, v.role);
    end if;
    insert into sync.role_tables (role, table_name, rank, slots, writes, changes, can_create, can_delete, row_query)
    values (v.role, v.name, v.rank, v.slots, v.writes, v.changes, v.can_create, v.can_delete,
            -- no field is called what the row is called here: a name of one letter would be the field's
            format('(select row_to_json("the row") from (select %s from %s t where t.id = n.record_id) "the row")', v.read_list, v.tracked));
  end loop;

  -- conflicts are records of the feed without a table of this name: everybody may hear of theirs, through a function that
  -- filters them key by key
  insert into sync.role_tables (role, table_name, rank, slots, writes, changes, can_create, can_delete, row_query)
  select r.role, t.name, t.rank, '{1}', '{}', '{}', false, false, 'sync.read_conflict(n.record_id)'
    from sync.tables t cross join (select distinct f.role from sync.field_rights f) r where t.name = 'conflicts';

  delete from sync.role_digests;
  insert into sync.role_digests (role, digest)
  select t.role, encode(sha256(convert_to(string_agg(t.table_name || ':' || t.row_query, ';' order by t.table_name), 'UTF8')), 'hex')
    from sync.role_tables t group by 1;

  for v in select to_regclass(format('public.%I', t.name)) as tracked from sync.tables t where t.name <> 'conflicts' order by t.rank loop
    perform sync.build_batch_functions(v.tracked);
  end loop;
  perform sync.build_group_functions();
end $$;

-- ---- known_ids.sql
-- sync.known_ids: which of these ids a record of this table has or had, in whatever organization.
-- Called  sync.prepare_group: a create of a known id is no plain create; a parent of another organization is not missing
create or replace function sync.known_ids(p_table text, p_ids uuid[])
returns table (record_id uuid, is_foreign boolean, is_gone boolean)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp set enable_seqscan = off as $$
#variable_conflict use_column
begin
  return query
    select r.record_id, bool_and(r.organization_id <> sync.caller_organization()), bool_and(r.gone is not null)
      from sync.tables t
      join sync.records r on r.table_id = t.table_id and r.record_id = any (p_ids)
     where t.name = p_table
     group by r.record_id;
end $$;
alter function sync.known_ids(text, uuid[]) owner to wedsync_engine;
grant execute on function sync.known_ids(text, uuid[])
  to app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;

-- ---- open_batch.sql
-- sync.open_batch: locks every record of a batch and hands over what deciding about it needs. Writes nothing.
-- Answers {known, role, person, self, scopes, leads, stored, parents, openConflicts, decided, again, held, lostCreates, rights}: the ledger's
-- rows, who is asking, what stands, which of the records the changes refer to are there, the conflicts that are decided, the
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

  select coalesce(jsonb_agg(jsonb_build_object('table', p."table", 'id', k.record_id, 'isForeign', k.is_foreign, 'isGone', k.is_gone)), '[]') into v_parents
    from jsonb_to_recordset(p_batch -> 'parents') as p ("table" text, ids jsonb)
   cross join lateral sync.known_ids(p."table", array(select jsonb_array_elements_text(p.ids))::uuid[]) k;

  return jsonb_build_object('open', true, 'known', coalesce(sync.find_known(array(select jsonb_array_elements_text(p_batch -> 'changeIds'))::uuid[]), '{}'), 'role', p_role, 'person', sync.caller_person(), 'self', to_jsonb(sync.caller_self()), 'scopes', to_jsonb(sync.caller_scopes()), 'leads', to_jsonb(sync.caller_leads()),
                            'stored', v_stored, 'parents', v_parents, 'openConflicts', sync.open_conflicts(v_locks, coalesce((v_again -> 0 ->> 'userId')::uuid, sync.caller_user())),
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
  foreach v_group in array v_groups loop
    v_recorded := sync.record_changes(v_group, v_device, (p_batch ->> 'batchId')::uuid);
  end loop;
  return row(null, v_role, v_device, p_batch ->> 'sessionId', v_started, v_groups)::sync.prepared_batch;
end $$;
grant execute on function sync.prepare_batch(jsonb)
  to app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;

-- ---- prepare_group.sql
-- sync.prepare_group: locks a group's records. Answers the group, of updates with where each record stands and lies; null, unless all of
-- it can go in as it is.
-- Called  sync.prepare_batch
create or replace function sync.prepare_group(p_group sync.change_group, p_role text)
returns sync.change_group language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
begin
  if p_group.action = 'update' then
    return sync.detect_group(p_group);
  end if;
  return case when exists (select from sync.role_tables rt
                            where rt.role = p_role and rt.table_name = p_group.table_name and rt.can_create and p_group.fields <@ rt.writes)
               -- a new record belongs to a wedding the caller holds
               and not exists (select from unnest(p_group.changes) c where c.data ? 'client_id' and (c.data ->> 'client_id')::uuid = any (sync.caller_scopes()) is not true)
               and not exists (select from sync.known_ids(p_group.table_name, array(select c.id from unnest(p_group.changes) c)))
              then p_group end;
end $$;
grant execute on function sync.prepare_group(sync.change_group, text) to app_owner, app_planner, app_assistant;

-- ---- process_sync_batch.sql
-- process_sync_batch: one batch of one device, in one call.
-- A plain batch (creates and updates, each of another record) of which nothing is contested is written whole:
-- {runs or settled, order}, see sync.write_batch. Otherwise nothing is written: {open: true} at a first glance, and, where the
-- caller holds a transaction open, the records of the batch locked and everything a decision needs.
-- A plain batch does not ask the ledger: one that was sent before is no longer clean, or ends at the ledger's key, and is
-- then looked up.
-- Keeps   P1, P4, P9; lock order: device, records by table and id, then the first write, which takes the clock
-- Called  sync.receive_batch
create or replace function public.process_sync_batch(p_batch jsonb)
returns jsonb language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare
  v_prepared sync.prepared_batch := sync.prepare_batch(p_batch);
begin
  if v_prepared.answer is not null then
    return v_prepared.answer;
  end if;
  return sync.write_batch(v_prepared);
end $$;
grant execute on function public.process_sync_batch(jsonb)
  to app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;

-- ---- read_groups.sql
-- sync.read_groups: a batch's groups, in the order they came: the order in which records are locked and written.
-- Of the changes of a group the ids come as two texts, as the captures are told of them, and the rest as lists, so that nothing
-- is named fifty times: [baseVersion, hash, data, base, more].
-- Called  sync.prepare_batch
create or replace function sync.read_groups(p_groups jsonb)
returns sync.change_group[] language plpgsql stable set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan as $$
begin
  return array(
    select row(g."table", g.action, g.fields, g.ids, g."changeIds", array(
             select row(i.ids[c.nth], i.change_ids[c.nth], (c.change ->> 0)::bigint, (c.change ->> 1)::bytea, c.change -> 2,
                        nullif(c.change -> 3, 'null'), nullif(c.change -> 4, 'null'))::sync.batch_change
               from jsonb_array_elements(g.changes) with ordinality c (change, nth)), null, null, null)::sync.change_group
      from jsonb_to_recordset(p_groups) as g ("table" text, action text, fields text[], ids text, "changeIds" text, changes jsonb)
     cross join lateral (select g.ids::uuid[] as ids, g."changeIds"::uuid[] as change_ids offset 0) i);
end $$;
grant execute on function sync.read_groups(jsonb) to app_owner, app_planner, app_assistant;

-- ---- read_order.sql
-- sync.read_order: where the caller's organization stands: epoch, head, and the newest mark.
-- Called  sync.read_page, sync.write_batch
create or replace function sync.read_order(out epoch uuid, out head bigint, out mark_at bigint, out mark uuid)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp set enable_seqscan = off as $$
#variable_conflict use_column
begin
  select e.id, coalesce(c.head, 0), coalesce(m.position, 0), m.mark
    into read_order.epoch, read_order.head, read_order.mark_at, read_order.mark
    from sync.epoch e
    left join sync.clock c on c.organization_id = sync.caller_organization()
    left join lateral (select k.position, k.mark from sync.marks k
                        where k.organization_id = c.organization_id order by k.position desc limit 1) m on true
   where e.is_only;
end $$;
alter function sync.read_order() owner to wedsync_engine;
grant execute on function sync.read_order()
  to app_nobody, app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;

-- ---- read_positions.sql
-- sync.read_positions: where records of the caller's organization stand now, after this transaction wrote them.
-- Called  sync.write_rows
create or replace function sync.read_positions(p_table text, p_ids uuid[])
returns table (record_id uuid, record_position bigint, scope_id uuid)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp set enable_seqscan = off as $$
#variable_conflict use_column
begin
  return query
    select distinct on (r.record_id) r.record_id, r.position, r.scope_id
      from sync.tables t
      join sync.records r on r.table_id = t.table_id and r.record_id = any (p_ids)
     where t.name = p_table and r.organization_id = sync.caller_organization() and r.scope_id = any (sync.caller_scopes())
     order by r.record_id, r.position desc, r.gone nulls first;
end $$;
alter function sync.read_positions(text, uuid[]) owner to wedsync_engine;
grant execute on function sync.read_positions(text, uuid[])
  to app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;

-- ---- receive_batches.sql
-- sync.receive_batches: plain batches of one organization, each as the person of its claims, in one transaction. Answers what
-- sync.receive_batch would of each, in their order; a place without claims is left out.
-- All of them are prepared before the first row is written: they hold the clock once, and are flushed once. What one of them writes
-- another may have looked at before: its rows lie elsewhere then, and the transaction ends (see sync.write_group).
-- Keeps   P7: nobody's role outlasts their batch, and a batch is written by who prepared it
-- Raises  55P03  a record or a device is somebody else's just now: the locks of a batch are not kept while those of another are waited for
--         40001  somebody's role changed meanwhile
--         SY015  two organizations: their clocks would be taken in no order
-- Called  push/write-plain, which sends each alone where all together fail
create or replace function sync.receive_batches(p_claims text[], p_batches text[])
returns jsonb language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare
  v_patience     text := current_setting('lock_timeout');
  v_organization uuid;
  v_whose        text[] := '{}';
  v_all          sync.prepared_batch[];
  v_one          sync.prepared_batch;
  v_answers      jsonb := '[]';
  v_noted        text;
begin
  for v_nth in 1 .. cardinality(p_claims) loop
    continue when p_claims[v_nth] is null;
    v_noted := set_config('role', 'none', true);
    v_one := null;
    if sync.assume_caller(p_claims[v_nth]) = 'nobody' then
      v_one.answer := '{"stranger": true}';
    else
      v_organization := coalesce(v_organization, sync.caller_organization());
      if v_organization <> sync.caller_organization() then
        raise exception 'batches of two organizations' using errcode = 'SY015';
      end if;
      v_one := sync.prepare_batch(p_batches[v_nth]::jsonb);
    end if;
    v_all := v_all || v_one;
    v_whose := v_whose || p_claims[v_nth];
    v_noted := set_config('lock_timeout', '20ms', true);
  end loop;

  v_noted := set_config('lock_timeout', v_patience, true);
  for v_nth in 1 .. cardinality(v_all) loop
    v_one := v_all[v_nth];
    if v_one.answer is null then
      v_noted := set_config('role', 'none', true);
      if sync.assume_caller(v_whose[v_nth]) <> v_one.role then
        raise exception 'their role changed meanwhile' using errcode = '40001';
      end if;
      v_one.answer := sync.write_batch(v_one);
    end if;
    v_answers := v_answers || jsonb_build_array(v_one.answer);
  end loop;
  return v_answers;
end $$;
grant execute on function sync.receive_batches(text[], text[]) to wedsync_server;

-- ---- record_batch.sql
-- sync.record_batch: one row of metrics for a batch. Answers how many milliseconds it took.
-- Called  sync.write_batch, write_sync_decisions
create or replace function sync.record_batch(p_device_id uuid, p_session_id text, p_items integer, p_conflicts integer, p_errors integer, p_started timestamptz)
returns double precision language plpgsql volatile security definer set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan as $$
declare
  v_organization uuid := sync.caller_organization();
  v_user         uuid := sync.caller_user();
  v_took         double precision := extract(epoch from clock_timestamp() - p_started) * 1000;
begin
  insert into public.sync_performance_metrics (organization_id, user_id, device_id, session_id, items, conflicts, errors, duration_ms)
  values (v_organization, v_user, p_device_id, p_session_id, p_items, p_conflicts, p_errors, v_took);
  return v_took;
end $$;
alter function sync.record_batch(uuid, text, integer, integer, integer, timestamptz) owner to wedsync_engine;
grant execute on function sync.record_batch(uuid, text, integer, integer, integer, timestamptz)
  to app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;

-- ---- record_changes.sql
-- sync.record_changes: writes the ledger rows of a group that goes in whole, with where each record stood before: what a change
-- that moved something led to is told by history (see sync.receipt_of), so that nothing has to be written after the clock.
-- Answers how many.
-- Keeps   P1, by offline_sync_queue_pkey: a change that is known already ends the transaction, and is then looked up
-- Called  sync.prepare_batch, before a row is written
create or replace function sync.record_changes(p_group sync.change_group, p_device_id uuid, p_batch_id uuid)
returns integer language plpgsql volatile security definer
  set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan as $$
declare
  v_organization uuid := sync.caller_organization();
  v_user         uuid := sync.caller_user();
  v_recorded     integer;
begin
  insert into public.offline_sync_queue (organization_id, change_id, user_id, device_id, batch_id, table_name, record_id, action, base_version,
                                         data, base, more, payload_hash, status, version, settled_at)
  select v_organization, s.change_id, v_user, p_device_id, p_batch_id, p_group.table_name, s.id, p_group.action, s.base_version,
         s.data, s.base, s.more, s.hash, 'completed', coalesce(s.position, 0), now()
    from rows from (unnest(p_group.changes), unnest(p_group.positions)) s (id, change_id, base_version, hash, data, base, more, position);
  get diagnostics v_recorded = row_count;
  return v_recorded;
end $$;
alter function sync.record_changes(sync.change_group, uuid, uuid) owner to wedsync_engine;
grant execute on function sync.record_changes(sync.change_group, uuid, uuid) to app_owner, app_planner, app_assistant;

-- ---- settle_batch.sql
-- sync.settle_batch: what a plain batch's changes led to, after its rows were written. Nearly always every row moved, in the
-- order in which the changes came, and the capture left a line for each group that says behind which position: {runs: [position
-- before the first of each group]}. Else records are asked: {settled: [[changeId, version, hasMoved]]}.
-- Keeps   P3: every change has its answer, or nothing is committed
-- Keeps   P9: a server that lost this answer, because an older copy was put back, is noticed
-- Called  sync.write_batch
create or replace function sync.settle_batch(p_groups sync.change_group[])
returns jsonb language plpgsql volatile security definer
  set search_path = pg_catalog, pg_temp set enable_seqscan = off set plan_cache_mode = force_generic_plan as $$
declare
  v_lines   text[]  := string_to_array(rtrim(current_setting('sync.led', true), E'\n'), E'\n');
  v_runs    jsonb   := '[]';
  v_group   sync.change_group;
  v_settled jsonb;
  v_count   bigint;
begin
  -- all of it stood there already: no capture took the clock, and the ledger's rows would be behind no mark
  if coalesce(current_setting('sync.led', true), '') = '' then
    perform sync.tick(sync.caller_organization());
  end if;
  -- a line is one statement, which moves a record once: as many lines as groups, each of its table, are all of them
  if cardinality(v_lines) = cardinality(p_groups) then
    foreach v_group in array p_groups loop
      exit when split_part(v_lines[jsonb_array_length(v_runs) + 1], ' ', 1) <> v_group.table_name;
      v_runs := v_runs || to_jsonb(split_part(v_lines[jsonb_array_length(v_runs) + 1], ' ', 2)::bigint);
    end loop;
    if jsonb_array_length(v_runs) = cardinality(p_groups) then
      return jsonb_build_object('runs', v_runs);
    end if;
  end if;

  v_count := (select sum(cardinality(g.changes)) from unnest(p_groups) g);
  select jsonb_agg(jsonb_build_array(s.change_id, r.position, r.xmin = pg_current_xact_id()::xid)) into v_settled
    from unnest(p_groups) g
    join sync.tables t on t.name = g.table_name
   cross join lateral unnest(g.changes) s
    join sync.records r on r.record_id = s.id and r.table_id = t.table_id and r.gone is null;
  if jsonb_array_length(v_settled) is distinct from v_count::integer then
    raise exception 'P3: % changes got % receipts', v_count, coalesce(jsonb_array_length(v_settled), 0);
  end if;
  return jsonb_build_object('settled', v_settled);
end $$;
alter function sync.settle_batch(sync.change_group[]) owner to wedsync_engine;
grant execute on function sync.settle_batch(sync.change_group[]) to app_owner, app_planner, app_assistant;

-- ---- write_batch.sql
-- sync.write_batch: writes the rows of a plain batch that was prepared, and says what its changes led to: {runs or settled, order}, see
-- sync.settle_batch. The first row takes the clock.
-- Keeps   P3, P4
-- Called  process_sync_batch, sync.receive_batches
create or replace function sync.write_batch(p_batch sync.prepared_batch)
returns jsonb language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare
  v_noted   text := concat(set_config('sync.device_id', p_batch.device_id::text, true), set_config('sync.led', '', true));
  v_changes integer := 0;
  v_group   sync.change_group;
  v_settled jsonb;
  v_took    double precision;
begin
  foreach v_group in array p_batch.groups loop
    v_changes := v_changes + sync.write_group(v_group, p_batch.role);
  end loop;
  v_settled := sync.settle_batch(p_batch.groups);
  v_took := sync.record_batch(p_batch.device_id, p_batch.session_id, v_changes, 0, 0, p_batch.started);
  -- where this leaves the organization: who asked for receipts only needs no second question for their cursor
  return v_settled || jsonb_build_object('order', to_jsonb(sync.read_order()));
end $$;
grant execute on function sync.write_batch(sync.prepared_batch) to app_owner, app_planner, app_assistant;

-- ---- write_group.sql
-- sync.write_group: writes the rows of a group that was prepared, as the caller's own role; answers how many.
-- An update finds its rows where they lay when they were looked at: one that was written since, by a trigger or by another batch
-- of the same transaction, is not found.
-- Raises  42501  the policies hid a row of it, or it does not lie there any more
-- Called  sync.write_batch
create or replace function sync.write_group(p_group sync.change_group, p_role text)
returns integer language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare
  v_noted   text := concat(set_config('sync.record_ids', p_group.record_ids, true), set_config('sync.change_ids', p_group.change_ids, true),
                           set_config('sync.places', coalesce(p_group.record_places::text, ''), true));
  v_written integer;
begin
  if p_group.action = 'update' then
    v_written := sync.update_group(p_group, p_role);
  else
    execute format('insert into public.%1$I (id, organization_id, %2$s)
                    select u.id, $1, %3$s from unnest($2) u, jsonb_populate_record(null::public.%1$I, u.data) n', p_group.table_name,
                   (select string_agg(format('%I', f), ', ') from unnest(p_group.fields) f),
                   (select string_agg(format('n.%I', f), ', ') from unnest(p_group.fields) f))
      using sync.caller_organization(), p_group.changes;
    get diagnostics v_written = row_count;
  end if;
  if v_written <> cardinality(p_group.changes) then
    raise exception 'some rows of % are not the caller''s to write', p_group.table_name using errcode = '42501';
  end if;
  return v_written;
end $$;
grant execute on function sync.write_group(sync.change_group, text) to app_owner, app_planner, app_assistant;

-- ---- write_rows.sql
-- sync.write_rows: one statement on one table, as the caller's own role: creates, updates of the named fields, or deletes.
-- Names exactly the fields of the change, so that column rights are asked about those and no others. Answers, per
-- change, the position it got.
-- Raises  42501  the policies hid a row of it
-- Called  write_sync_decisions
create or replace function sync.write_rows(p_table text, p_action text, p_fields text[], p_rows jsonb)
returns table (change_id uuid, version bigint)
language plpgsql volatile set search_path = pg_catalog, pg_temp set enable_seqscan = off as $$
declare
  v_table   text := format('public.%I', p_table);
  v_written integer;
  v_all     integer := jsonb_array_length(p_rows);
  v_ids     uuid[] := array(select (r ->> 'id')::uuid from jsonb_array_elements(p_rows) r);
begin
  perform set_config('sync.record_ids', v_ids::text, true),
          set_config('sync.change_ids', array(select (r ->> 'changeId')::uuid from jsonb_array_elements(p_rows) r)::text, true),
          set_config('sync.places', '', true);

  if p_action = 'delete' then
    execute format('delete from %s where id = any ($1)', v_table) using v_ids;
  elsif p_action = 'create' then
    execute format('insert into %1$s (id, organization_id, %2$s) select id, $2, %2$s from jsonb_populate_recordset(null::%1$s, $1)', v_table,
                   (select string_agg(format('%I', f), ', ') from unnest(p_fields) f))
      using p_rows, sync.caller_organization();
  else
    execute format('update %1$s t set %2$s from jsonb_populate_recordset(null::%1$s, $1) n where t.id = n.id', v_table,
                   (select string_agg(format('%1$I = n.%1$I', f), ', ') from unnest(p_fields) f))
      using p_rows;
  end if;
  get diagnostics v_written = row_count;
  if v_written <> v_all then
    raise exception '% of % rows of % are not the caller''s to write', v_all - v_written, v_all, p_table using errcode = '42501';
  end if;

  return query
    select (r ->> 'changeId')::uuid, p.record_position
      from jsonb_array_elements(p_rows) r join sync.read_positions(p_table, v_ids) p on p.record_id = (r ->> 'id')::uuid;
end $$;
grant execute on function sync.write_rows(text, text, text[], jsonb)
  to app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple;

-- ---- end.sql
select sync.close_functions();
