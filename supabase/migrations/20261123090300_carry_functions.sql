-- Carried from supabase/sql/functions, each as its file has it. Bodies are checked when they first run.
set local check_function_bodies = off;

-- ---- assign_creator.sql
-- assign_creator: a planner who makes a wedding works on it, and leads it; else it would be in nobody's scope but the owner's.
-- Called  trigger on public.clients
create or replace function public.assign_creator()
returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  insert into public.assignments (id, organization_id, person_id, client_id, is_lead)
  select gen_random_uuid(), c.organization_id, c.person_id, new.id, true from sync.caller() c where c.role = 'planner';
  -- an owner's scopes grow by it as well
  perform sync.remember_caller();
  return null;
end $$;
alter function public.assign_creator() owner to wedsync_engine;

-- ---- assume_caller.sql
-- sync.assume_caller: for the rest of the transaction, be the person of these claims; returns their role.
-- Keeps   P7: the database role follows from the membership, never from the token; a stranger becomes app_nobody
-- Called  the first step of every transaction of the server
-- An invoker function: PostgreSQL refuses to set the role inside a definer function.
create or replace function sync.assume_caller(p_claims text)
returns text language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare
  v_role text;
begin
  perform set_config('request.jwt.claims', p_claims, true);
  v_role := coalesce((select c.role from sync.find_caller() c), 'nobody');
  perform set_config('role', 'app_' || v_role, true);
  if v_role <> 'nobody' then
    perform sync.remember_caller();
  end if;
  return v_role;
end $$;
grant execute on function sync.assume_caller(text) to wedsync_server;

-- ---- audience_expression.sql
-- sync.audience_expression: the SQL that says who sees a row of a table; the same one in its policy and in its capture.
-- Called  sync.track and sync.build_capture
create or replace function sync.audience_expression(p_table regclass, p_row text)
returns text language sql stable set search_path = pg_catalog, pg_temp as $$
  select case when to_regprocedure(format('sync.%I(%s)', 'audience_of_' || c.relname, p_table::text)) is null then 'array[''team'']'
              else format('sync.%I(%s)', 'audience_of_' || c.relname, p_row) end
    from pg_class c where c.oid = p_table
$$;

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
  v_sql    text;
begin
  select t.* into strict v_table from sync.tables t join pg_class c on c.relname = t.name where c.oid = p_table;
  -- by slot: a dropped column leaves its place
  v_fields := array(select f.field from sync.fields f where f.table_id = v_table.table_id order by f.slot);
  select string_agg(format('%L, %s', f.field, sync.wire_expression(format('t.%I', f.field), a.atttypid)), ', ' order by f.slot)
    into v_whole
    from sync.fields f join pg_attribute a on a.attrelid = p_table and a.attname = f.field and not a.attisdropped
   where f.table_id = v_table.table_id;

  -- a field moved with the others of its group
  select format('and not exists (select from (values %s) g (field, slot) where s.data ? g.field and r.field_positions[g.slot] > s.base_version)',
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

-- Written by sync.build_batch_functions. Locks the rows of a batch's updates, in order of id, and says whether all of them
-- are clean at a glance: seen by the caller, theirs to write, unmoved since the base version and standing at the base
-- values. With the rows as they would stand, and where they stood. In the order of the arrays. Two statements on purpose: after the wait for a lock only a new snapshot
-- sees the positions that go with the row.
create or replace function sync.detect_@name@(p_ids uuid[], p_base_versions bigint[], p_data jsonb[], p_bases jsonb[],
  out o_rows @table@[], out o_positions bigint[], out o_is_clean boolean)
language plpgsql volatile security definer
  set search_path = pg_catalog, pg_temp set enable_seqscan = off set plan_cache_mode = force_generic_plan as $detect$
declare
  v_organization uuid   := sync.caller_organization();
  v_scopes       uuid[] := sync.caller_scopes();
  v_audiences    text[] := sync.caller_audiences();
  v_writes       text[] := (select rt.changes from sync.role_tables rt where rt.role = sync.caller_role() and rt.table_name = @literal@);
  v_stored       @table@[];
begin
  v_stored := array(
    select t from @table@ t where t.id = any (p_ids) and t.organization_id = v_organization order by t.id for no key update);

  select array_agg(jsonb_populate_record(t, s.data)), array_agg(r.position),
         coalesce(bool_and(
           -- a version this record has not reached is of another history: only values tell then
           r.position is not null and r.gone is null and s.base_version <= r.position
           and r.scope_id = any (v_scopes) and r.audience && v_audiences
           and not exists (select from jsonb_object_keys(s.data) k where k <> all (v_writes))
           and (r.position <= s.base_version
                or not exists (select from jsonb_object_keys(s.data) k where r.field_positions[array_position(@fields@, k)] > s.base_version)
                   @groups@)
           and (s.base is null or jsonb_populate_record(t, s.base) is not distinct from t)), false)
    into o_rows, o_positions, o_is_clean
    from unnest(p_ids, p_base_versions, p_data, p_bases) as s(id, base_version, data, base)
    left join unnest(v_stored) t on t.id = s.id
    left join sync.records r on r.record_id = t.id and r.table_id = @table_id@ and r.scope_id = t.@scope@;
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
             'table', @literal@, 'id', r.record_id, 'scope', r.scope_id, 'version', r.position, 'isDeleted', t.id is null,
             'isForeign', r.organization_id <> v_organization,
             'isVisible', case when t.id is null then r.lost_audience && v_audiences else r.audience && v_audiences end and r.scope_id = any (v_scopes))
        || case when r.organization_id = v_organization and r.scope_id = any (v_scopes) and (r.audience && v_audiences or t.id is null and r.lost_audience && v_audiences) then
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
      left join @table@ t on t.id = r.record_id and t.organization_id = v_organization and r.gone is null;
end $stored$;

alter function sync.lock_@name@(uuid, uuid[], boolean) owner to wedsync_engine;
alter function sync.detect_@name@(uuid[], bigint[], jsonb[], jsonb[]) owner to wedsync_engine;
alter function sync.stored_@name@(uuid[]) owner to wedsync_engine;
grant execute on function sync.lock_@name@(uuid, uuid[], boolean), sync.stored_@name@(uuid[])
  to app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;
grant execute on function sync.detect_@name@(uuid[], bigint[], jsonb[], jsonb[])
  to app_owner, app_planner, app_assistant;
$sql$;
  execute replace(replace(replace(replace(replace(replace(replace(replace(v_sql, '@name@', v_table.name), '@table@', p_table::text),
    '@literal@', quote_literal(v_table.name)), '@fields@', quote_literal(v_fields) || '::text[]'),
    '@scope@', quote_ident(v_table.scope_column)), '@table_id@', v_table.table_id::text), '@whole@', v_whole), '@groups@', coalesce(v_groups, ''));

  foreach v_role in array array['owner', 'planner', 'assistant'] loop
    select string_agg(format('%1$I = n.%1$I', w), ', ' order by w) into v_set
      from sync.role_tables rt, unnest(rt.changes) w where rt.role = v_role and rt.table_name = v_table.name;
    execute format($sql$
-- Written by sync.build_batch_functions. Stores rows as app_%2$s, whose policies and column rights hold: security invoker.
create or replace function sync.write_%1$s_%2$s(p_rows %3$s[])
returns integer language plpgsql volatile
  set search_path = pg_catalog, pg_temp set enable_seqscan = off set plan_cache_mode = force_generic_plan as $write$
declare
  v_written integer;
begin
  %4$s
  get diagnostics v_written = row_count;
  return v_written;
end $write$;
grant execute on function sync.write_%1$s_%2$s(%3$s[]) to app_%2$s;
$sql$, v_table.name, v_role, p_table,
      case when v_set is null then format('raise exception ''%s may not write here'' using errcode = ''42501'';', v_role)
           else format('update %s t set %s from unnest(p_rows) n where t.id = n.id;', p_table, v_set) end);
  end loop;
end $build$;

-- ---- build_capture.sql
-- sync.build_capture: writes a table's capture functions and attaches them: static SQL, every column by name.
-- Keeps   order: rows first, the clock last; positions rise in commit order, because the clock stays locked until commit
-- Keeps   P4, P9: every row that moves leaves its values in history and a mark beside its position, whoever wrote it
-- Raises  SY010 an organization that takes no changes; SY011 a record that changes its id or organization
-- Called  sync.track
create or replace function sync.build_capture(p_table regclass)
returns void language plpgsql volatile set search_path = pg_catalog, pg_temp as $build$
declare
  v_table   sync.tables;
  v_moved   text;
  v_before  text;
  v_after   text;
  v_slots   text;
  v_whole   text;
  v_count   integer;
  v_sql     text;
  v_head    text := $sql$
-- Written by sync.build_capture.
create or replace function sync.@function@()
returns trigger language plpgsql volatile security definer
  set search_path = pg_catalog, pg_temp set enable_seqscan = off set plan_cache_mode = force_generic_plan as $capture$
declare
  v_user       uuid   := nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub';
  v_role       text   := nullif(current_setting('role', true), 'none');
  v_device     uuid   := nullif(current_setting('sync.device_id', true), '');
  v_record_ids uuid[] := nullif(current_setting('sync.record_ids', true), '');
  v_change_ids uuid[] := nullif(current_setting('sync.change_ids', true), '');
begin
$sql$;
  v_ticked  text := $sql$ticked as (
    update sync.clock c set head = c.head + m.moves
      from (select organization_id, count(*) as moves from moved group by organization_id) m
     where c.organization_id = m.organization_id and c.closed_at is null
    returning c.organization_id, c.head, c.head - m.moves as head_before
  ), placed as materialized (
    select m.*, t.head_before + m.nth as position from moved m join ticked t on t.organization_id = m.organization_id
  ), marked as (
    insert into sync.marks (organization_id, position) select t.organization_id, t.head from ticked t
  )$sql$;
  v_told    text := $sql$
  insert into sync.history (organization_id, position, scope_id, table_id, record_id, action, before, after, user_id, role, device_id, change_id)
  select p.organization_id, p.position, p.scope_id, @table_id@, p.id, '@action@', p.before, p.after, v_user, v_role, v_device, w.change_id
    from placed p left join unnest(v_record_ids, v_change_ids) w (record_id, change_id) on w.record_id = p.id;
  get diagnostics v_told = row_count;
$sql$;
  v_tail    text := $sql$
  if v_told <> v_all then
    raise exception 'an organization takes no changes' using errcode = 'SY010';
  end if;
  return null;
end $capture$;
alter function sync.@function@() owner to wedsync_engine;
$sql$;
begin
  select t.* into strict v_table from sync.tables t join pg_class c on c.relname = t.name where c.oid = p_table;

  select string_agg(format('case when n.%1$I is distinct from o.%1$I then %2$s::bigint else 0 end', f.field, 1::bigint << (f.slot - 1)), E'\n             | ' order by f.slot),
         string_agg(format('case when n.%1$I is distinct from o.%1$I then %2$L || coalesce(to_json(%3$s)::text, ''null'') end', f.field, to_json(f.field) || ':',
                           sync.wire_expression(format('o.%I', f.field), a.atttypid)), E',\n             ' order by f.slot),
         string_agg(format('case when n.%1$I is distinct from o.%1$I then %2$L || coalesce(to_json(%3$s)::text, ''null'') end', f.field, to_json(f.field) || ':',
                           sync.wire_expression(format('n.%I', f.field), a.atttypid)), E',\n             ' order by f.slot),
         string_agg(format('%L, %s', f.field, sync.wire_expression(format('@.%I', f.field), a.atttypid)), ', ' order by f.slot),
         max(f.slot)
    into v_moved, v_before, v_after, v_whole, v_count
    from sync.fields f join pg_attribute a on a.attrelid = p_table and a.attname = f.field and not a.attisdropped
   where f.table_id = v_table.table_id;
  -- every slot there ever was: a dropped column leaves its place
  select string_agg(case when a.attnum is null then format('r.field_positions[%s]', f.slot)
                         else format('case when p.moved & %2$s <> 0 then p.position else r.field_positions[%1$s] end', f.slot, 1::bigint << (f.slot - 1)) end,
                    E',\n             ' order by f.slot)
    into v_slots
    from sync.fields f left join pg_attribute a on a.attrelid = p_table and a.attname = f.field and not a.attisdropped
   where f.table_id = v_table.table_id;

  -- updates: the row's fields that moved get the new position; who sees it, and a move to another scope, only where that changed
  v_sql := replace(v_head, E'begin\n', E'  v_all bigint; v_told bigint; v_keeps boolean; v_moves boolean; v_turns boolean;\nbegin\n') || $sql$
  select count(*) filter (where n is distinct from o), bool_and(o.organization_id is not distinct from n.organization_id),
         bool_or(n.@scope@ <> o.@scope@), bool_or(@audience_n@ is distinct from @audience_o@)
    into v_all, v_keeps, v_moves, v_turns
    from new_rows n left join old_rows o on o.id = n.id;
  if not v_keeps then
    raise exception 'id and organization of a record never change' using errcode = 'SY011';
  end if;
  if v_all = 0 or v_all is null then
    return null;
  end if;

  with moved as materialized (
    select n.organization_id, n.@scope@ as scope_id, o.@scope@ as scope_before, n.id,
           row_number() over (partition by n.organization_id order by n.id) as nth,
           @moved@ as moved,
           ('{' || concat_ws(',',
             @before@) || '}')::jsonb as before,
           ('{' || concat_ws(',',
             @after@) || '}')::jsonb as after
      from new_rows n join old_rows o on o.id = n.id
     where n is distinct from o
  ), @ticked@, stamped as (
    update sync.records r
       set position = p.position, changed_at = now(),
           field_positions = array[
             @slots@]
      from placed p
     where r.record_id = p.id and r.table_id = @table_id@ and r.scope_id = p.scope_before
  )
  @told@

  if v_moves then
    insert into sync.records as r (organization_id, scope_id, table_id, record_id, position, field_positions, audience, audience_since)
    select r.organization_id, n.@scope@, r.table_id, r.record_id, r.position, r.field_positions,
           @audience_n@, array_fill(r.position, array[cardinality(@audience_n@)])
      from new_rows n join old_rows o on o.id = n.id
      join sync.records r on r.record_id = n.id and r.table_id = @table_id@ and r.scope_id = o.@scope@
     where n.@scope@ <> o.@scope@
    on conflict on constraint records_pkey do update
       set position = excluded.position, field_positions = excluded.field_positions, gone = null, changed_at = now(),
           (audience, audience_since, lost_audience, lost_since, lost_positions) = (
             select s.* from sync.next_sight(row(r.audience, r.audience_since, r.lost_audience, r.lost_since, r.lost_positions)::sync.sight,
                                             excluded.audience, excluded.position) s);
    update sync.records r
       set gone = 'remove',
           (audience, audience_since, lost_audience, lost_since, lost_positions) = (
             select s.* from sync.next_sight(row(r.audience, r.audience_since, r.lost_audience, r.lost_since, r.lost_positions)::sync.sight,
                                             '{}', r.position) s)
      from new_rows n join old_rows o on o.id = n.id
     where n.@scope@ <> o.@scope@ and r.record_id = n.id and r.table_id = @table_id@ and r.scope_id = o.@scope@;
  end if;

  if v_turns then
    update sync.records r
       set (audience, audience_since, lost_audience, lost_since, lost_positions) = (
             select s.* from sync.next_sight(row(r.audience, r.audience_since, r.lost_audience, r.lost_since, r.lost_positions)::sync.sight,
                                             @audience_n@, r.position) s)
      from new_rows n
     where r.record_id = n.id and r.table_id = @table_id@ and r.scope_id = n.@scope@ and r.audience is distinct from @audience_n@;
  end if;
$sql$ || v_tail;
  v_sql := replace(replace(v_sql, '@told@', replace(v_told, '@action@', 'update')), '@function@', 'capture_' || v_table.name || '_update');
  perform sync.build_function(v_sql, p_table, v_table, v_ticked, v_moved, v_before, v_after, v_slots, v_count, v_whole);

  -- inserts: a row that was deleted before takes up its old record
  v_sql := replace(v_head, E'begin\n', E'  v_all bigint; v_told bigint;\nbegin\n') || $sql$
  select count(*) into v_all from new_rows;

  with moved as materialized (
    select n.organization_id, n.@scope@ as scope_id, n.id, @audience_n@ as audience,
           row_number() over (partition by n.organization_id order by n.id) as nth,
           null::jsonb as before, jsonb_build_object(@whole_n@) as after
      from new_rows n
  ), @ticked@, stamped as (
    insert into sync.records as r (organization_id, scope_id, table_id, record_id, position, field_positions, audience, audience_since)
    select p.organization_id, p.scope_id, @table_id@, p.id, p.position, array_fill(p.position, array[@count@]),
           p.audience, array_fill(p.position, array[cardinality(p.audience)])
      from placed p
    on conflict on constraint records_pkey do update
       set position = excluded.position, field_positions = excluded.field_positions, gone = null, changed_at = now(),
           (audience, audience_since, lost_audience, lost_since, lost_positions) = (
             select s.* from sync.next_sight(row(r.audience, r.audience_since, r.lost_audience, r.lost_since, r.lost_positions)::sync.sight,
                                             excluded.audience, excluded.position) s)
  )
  @told@
$sql$ || v_tail;
  v_sql := replace(replace(v_sql, '@told@', replace(v_told, '@action@', 'create')), '@function@', 'capture_' || v_table.name || '_insert');
  perform sync.build_function(v_sql, p_table, v_table, v_ticked, v_moved, v_before, v_after, v_slots, v_count, v_whole);

  -- deletes: a tombstone each, and the last values in history
  v_sql := replace(v_head, E'begin\n', E'  v_all bigint; v_told bigint;\nbegin\n') || $sql$
  select count(*) into v_all from old_rows;

  with moved as materialized (
    select o.organization_id, o.@scope@ as scope_id, o.id,
           row_number() over (partition by o.organization_id order by o.id) as nth,
           jsonb_build_object(@whole_o@) as before, null::jsonb as after
      from old_rows o
  ), @ticked@, stamped as (
    update sync.records r
       set position = p.position, gone = 'delete', changed_at = now(),
           (audience, audience_since, lost_audience, lost_since, lost_positions) = (
             select s.* from sync.next_sight(row(r.audience, r.audience_since, r.lost_audience, r.lost_since, r.lost_positions)::sync.sight,
                                             '{}', p.position) s)
      from placed p
     where r.record_id = p.id and r.table_id = @table_id@ and r.scope_id = p.scope_id
  )
  @told@
$sql$ || v_tail;
  v_sql := replace(replace(v_sql, '@told@', replace(v_told, '@action@', 'delete')), '@function@', 'capture_' || v_table.name || '_delete');
  perform sync.build_function(v_sql, p_table, v_table, v_ticked, v_moved, v_before, v_after, v_slots, v_count, v_whole);

  execute format('create or replace trigger sync_insert after insert on %s referencing new table as new_rows for each statement execute function sync.%I()', p_table, 'capture_' || v_table.name || '_insert');
  execute format('create or replace trigger sync_update after update on %s referencing old table as old_rows new table as new_rows for each statement execute function sync.%I()', p_table, 'capture_' || v_table.name || '_update');
  execute format('create or replace trigger sync_delete after delete on %s referencing old table as old_rows for each statement execute function sync.%I()', p_table, 'capture_' || v_table.name || '_delete');
  execute format('create or replace trigger sync_truncate before truncate on %s for each statement execute function sync.refuse_truncate()', p_table);
end $build$;

-- ---- build_function.sql
-- sync.build_function: fills the places of a capture function's text and creates it.
-- Called  sync.build_capture
create or replace function sync.build_function(p_text text, p_table regclass, p_tracked sync.tables, p_ticked text, p_moved text,
  p_before text, p_after text, p_slots text, p_count integer, p_whole text)
returns void language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare
  v_text text := p_text;
  v_part record;
begin
  for v_part in
    select * from (values
      ('@ticked@', p_ticked), ('@moved@', p_moved), ('@before@', p_before), ('@after@', p_after), ('@slots@', p_slots),
      ('@whole_n@', replace(p_whole, '@.', 'n.')), ('@whole_o@', replace(p_whole, '@.', 'o.')),
      ('@audience_n@', sync.audience_expression(p_table, format('row(n.*)::%s', p_table))),
      ('@audience_o@', sync.audience_expression(p_table, format('row(o.*)::%s', p_table))),
      ('@scope@', quote_ident(p_tracked.scope_column)), ('@table_id@', p_tracked.table_id::text), ('@count@', p_count::text)
    ) parts (place, filling)
  loop
    v_text := replace(v_text, v_part.place, v_part.filling);
  end loop;
  execute v_text;
end $$;

-- ---- caller.sql
-- sync.caller: the caller with everything that follows from who they are, but only while the database role is the one their
-- membership gives them; no row for a stranger.
-- Keeps   P7: claims of one person under the role of another see nothing
-- Called  sync.remember_caller, and every sync.caller_… where nothing is remembered
create or replace function sync.caller()
returns table (organization_id uuid, user_id uuid, person_id uuid, role text, scopes uuid[], audiences text[], self text[])
language plpgsql stable security definer set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan as $$
#variable_conflict use_column
declare
  v_me     record;
  v_scopes uuid[];
  v_self   text[] := '{}';
begin
  select * into v_me from sync.find_caller() c where current_setting('role') = 'app_' || c.role;
  if not found then
    return;
  end if;
  if v_me.role = 'owner' then
    v_scopes := array(select w.id from public.clients w where w.organization_id = v_me.organization_id);
  elsif v_me.role = 'vendor' then
    select coalesce(array_agg(distinct v.client_id), '{}'), coalesce(array_agg('vendor:' || v.id::text), '{}') into v_scopes, v_self
      from public.vendor_contacts v where v.organization_id = v_me.organization_id and v.person_id = v_me.person_id;
  else
    v_scopes := array(select a.client_id from public.assignments a
                       where a.organization_id = v_me.organization_id and a.person_id = v_me.person_id);
  end if;
  return query
    select v_me.organization_id, v_me.user_id, v_me.person_id, v_me.role, v_me.organization_id || v_scopes,
           array[v_me.role, 'person:' || v_me.person_id::text]
             || case when v_me.role in ('owner', 'planner', 'assistant') then array['team'] end || v_self,
           v_self;
end $$;
alter function sync.caller() owner to wedsync_engine;
grant execute on function sync.caller()
  to app_nobody, app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;

-- ---- caller_audiences.sql
-- sync.caller_audiences: every name under which a row may let the caller see it.
-- Called  policies, once per statement; the steps of a batch and of a pull
create or replace function sync.caller_audiences()
returns text[] language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
  if current_setting('sync.caller_is', true) = concat(current_setting('role'), current_setting('request.jwt.claims', true)) then
    return current_setting('sync.caller_audiences', true);
  end if;
  return (select c.audiences from sync.caller() c);
end $$;
grant execute on function sync.caller_audiences()
  to wedsync_engine, app_nobody, app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;

-- ---- caller_leads.sql
-- sync.caller_leads: the weddings the caller leads.
-- Called  sync.open_batch
create or replace function sync.caller_leads()
returns uuid[] language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  return (
    select array(select a.client_id from public.assignments a join sync.caller() c
                     on c.organization_id = a.organization_id and c.person_id = a.person_id where a.is_lead)
  );
end $$;
alter function sync.caller_leads() owner to wedsync_engine;
grant execute on function sync.caller_leads()
  to app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;

-- ---- caller_organization.sql
-- sync.caller_organization: the caller's organization.
-- Called  policies, once per statement; the steps of a batch and of a pull
create or replace function sync.caller_organization()
returns uuid language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
  if current_setting('sync.caller_is', true) = concat(current_setting('role'), current_setting('request.jwt.claims', true)) then
    return current_setting('sync.caller_organization', true);
  end if;
  return (select c.organization_id from sync.caller() c);
end $$;
grant execute on function sync.caller_organization()
  to wedsync_engine, app_nobody, app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;

-- ---- caller_person.sql
-- sync.caller_person: the caller as one of the organization's people.
-- Called  policies, once per statement; the steps of a batch and of a pull
create or replace function sync.caller_person()
returns uuid language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
  if current_setting('sync.caller_is', true) = concat(current_setting('role'), current_setting('request.jwt.claims', true)) then
    return current_setting('sync.caller_person', true);
  end if;
  return (select c.person_id from sync.caller() c);
end $$;
grant execute on function sync.caller_person()
  to wedsync_engine, app_nobody, app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;

-- ---- caller_rights.sql
-- sync.caller_rights: per scope, a digest of everything that decides what the caller reads there.
-- Called  sync.read_page: a scope whose digest is not the cursor's is loaded anew, one that is missing is revoked
create or replace function sync.caller_rights()
returns table (scope_id uuid, rights text)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
begin
  return query
    with own as (
      -- an item may name a vendor of another wedding, so all of them count in every scope
      select string_agg(v.id::text, ',' order by v.id) as ids
        from sync.caller() c
        join public.vendor_contacts v on v.organization_id = c.organization_id and v.person_id = c.person_id
       where c.role = 'vendor'
    )
    select s.id, left(encode(sha256(convert_to(concat_ws('|', c.role, c.person_id, own.ids, r.digest), 'UTF8')), 'hex'), 16)
      from sync.caller() c
     cross join unnest(sync.caller_scopes()) s (id)
      cross join own
      left join sync.role_digests r on r.role = c.role;
end $$;
alter function sync.caller_rights() owner to wedsync_engine;
grant execute on function sync.caller_rights()
  to app_nobody, app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;

-- ---- caller_role.sql
-- sync.caller_role: the caller's role in their organization.
-- Called  policies, once per statement; the steps of a batch and of a pull
create or replace function sync.caller_role()
returns text language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
  if current_setting('sync.caller_is', true) = concat(current_setting('role'), current_setting('request.jwt.claims', true)) then
    return current_setting('sync.caller_role', true);
  end if;
  return (select c.role from sync.caller() c);
end $$;
grant execute on function sync.caller_role()
  to wedsync_engine, app_nobody, app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;

-- ---- caller_scopes.sql
-- sync.caller_scopes: what the caller may hold: the organization's own rows and their weddings. Null for a stranger.
-- Called  policies, once per statement; the steps of a batch and of a pull
create or replace function sync.caller_scopes()
returns uuid[] language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
  if current_setting('sync.caller_is', true) = concat(current_setting('role'), current_setting('request.jwt.claims', true)) then
    return current_setting('sync.caller_scopes', true);
  end if;
  return (select c.scopes from sync.caller() c);
end $$;
grant execute on function sync.caller_scopes()
  to wedsync_engine, app_nobody, app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;

-- ---- caller_self.sql
-- sync.caller_self: the names under which a vendor's own rows know them.
-- Called  policies, once per statement; the steps of a batch and of a pull
create or replace function sync.caller_self()
returns text[] language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
  if current_setting('sync.caller_is', true) = concat(current_setting('role'), current_setting('request.jwt.claims', true)) then
    return current_setting('sync.caller_self', true);
  end if;
  return (select c.self from sync.caller() c);
end $$;
grant execute on function sync.caller_self()
  to wedsync_engine, app_nobody, app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;

-- ---- caller_user.sql
-- sync.caller_user: the caller's account.
-- Called  policies, once per statement; the steps of a batch and of a pull
create or replace function sync.caller_user()
returns uuid language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
  if current_setting('sync.caller_is', true) = concat(current_setting('role'), current_setting('request.jwt.claims', true)) then
    return current_setting('sync.caller_user', true);
  end if;
  return (select c.user_id from sync.caller() c);
end $$;
grant execute on function sync.caller_user()
  to wedsync_engine, app_nobody, app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;

-- ---- claim_batch.sql
-- sync.claim_batch: takes the device's row, which holds back the device's other requests until commit.
-- Keeps   lock order: the device first
-- Raises  SY001  the claims name nobody who belongs here, or not in this role
-- Called  process_sync_batch
create or replace function sync.claim_batch(p_device_id uuid, p_session_id text, p_device jsonb)
returns void language plpgsql volatile security definer set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan as $$
declare
  v_organization uuid := sync.caller_organization();
begin
  if v_organization is null then
    raise exception 'the caller has no such role here' using errcode = 'SY001';
  end if;

  insert into public.offline_sync_status as d (organization_id, user_id, device_id, session_id, app_version, platform, connection_quality,
                                               waiting, oldest_waiting, storage_persisted, clock_offset_ms, last_success_at)
  values (v_organization, sync.caller_user(), p_device_id, p_session_id, p_device ->> 'appVersion', p_device ->> 'platform',
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
end $$;
alter function sync.claim_batch(uuid, text, jsonb) owner to wedsync_engine;
grant execute on function sync.claim_batch(uuid, text, jsonb)
  to app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;

-- ---- close_functions.sql
-- sync.close_functions: takes the right to execute our functions from everybody; who may, has been granted it by name.
-- Called  every migration that makes functions, at its end
create or replace function sync.close_functions()
returns void language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare
  v_function regprocedure;
begin
  for v_function in
    select p.oid::regprocedure from pg_proc p
     where p.pronamespace = 'sync'::regnamespace
        or p.pronamespace = 'public'::regnamespace and p.proname in ('process_sync_batch', 'write_sync_decisions', 'detect_sync_conflicts', 'get_user_sync_status', 'assign_creator')
  loop
    execute format('revoke execute on function %s from public, anon, authenticated', v_function);
  end loop;
end $$;

-- ---- count_news.sql
-- sync.count_news: how many records a device has still to hear of, counted as far as a thousand.
-- Called  sync.read_page
create or replace function sync.count_news(p_scopes uuid[], p_positions bigint[], p_begun bigint[], p_loading boolean[], p_next bigint)
returns integer language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  return (
    select count(*)::integer
      from sync.find_news(p_scopes, array(select greatest(p, p_next) from unnest(p_positions) with ordinality u (p, n) order by n), p_begun, p_loading, 1000)
  );
end $$;
alter function sync.count_news(uuid[], bigint[], bigint[], boolean[], bigint) owner to wedsync_engine;
grant execute on function sync.count_news(uuid[], bigint[], bigint[], boolean[], bigint)
  to app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;

-- ---- cursor_fault.sql
-- sync.cursor_fault: why this database's history does not continue the cursor's; null when it does.
-- Keeps   P9: a server restored from a backup lost the mark of the newest commit the device heard of
-- Called  process_sync_batch and sync.read_page, first of all
create or replace function sync.cursor_fault(p_cursor jsonb)
returns text language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  return (
    select case
      when p_cursor is null or p_cursor = 'null' then null
      when (p_cursor ->> 'epoch')::uuid <> (select e.id from sync.epoch e) then 'another epoch'
      when (p_cursor ->> 'markAt')::bigint > 0 and sync.caller_organization() is not null and not exists (
        select from sync.marks m
         where m.organization_id = sync.caller_organization() and m.position = (p_cursor ->> 'markAt')::bigint
           and m.mark = (p_cursor ->> 'mark')::uuid) then 'the newest commit it heard of is not here' end
  );
end $$;
alter function sync.cursor_fault(jsonb) owner to wedsync_engine;
grant execute on function sync.cursor_fault(jsonb)
  to app_nobody, app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;

-- ---- detect_sync_conflicts.sql
-- detect_sync_conflicts: for each change, the fields that somebody else moved meanwhile to another value, with both values.
-- Takes [{changeId, table, id, baseVersion, data, base}] of updates; of records the caller may not see, nothing.
-- The rule of the conflict design in SQL, for people at a console and for the test that holds it equal to the merge's own:
-- field by field, fields of one group together, labels one by one, every field of a record that is gone.
create or replace function public.detect_sync_conflicts(p_changes jsonb)
returns table (change_id uuid, field text, base jsonb, client jsonb, server jsonb)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_change record;
begin
  for v_change in
    select c.*, t.table_id from jsonb_to_recordset(p_changes) as c ("changeId" uuid, "table" text, id uuid, "baseVersion" bigint, data jsonb, base jsonb)
      join sync.role_tables rt on rt.table_name = c."table" and rt.role = sync.caller_role()
      join sync.tables t on t.name = c."table"
  loop
    return query execute format($q$
      with stored as materialized (
        select s -> 'fields' as fields, s -> 'fieldVersions' as moved_at, (s ->> 'version')::bigint as version, (s ->> 'isDeleted')::boolean as is_gone
          from sync.%I(array[$2]) s where s ? 'fields'
      ), seen as materialized (
        select f.field, f.together, s.is_gone, s.fields -> f.field as server, $4 -> f.field as base, $3 -> f.field as client, $3 ? f.field as is_wanted,
               case when $5 is null or $5 > s.version
                    -- no version to go by: what was seen tells; a field nobody named tells nothing, unless nobody named any
                    then case when $4 ? f.field then $4 -> f.field is distinct from s.fields -> f.field
                              else $3 ? f.field or $5 is null and $4 = '{}' end
                    else (s.moved_at ->> f.field)::bigint > $5 or $4 ? f.field and $4 -> f.field is distinct from s.fields -> f.field end as has_moved
          from stored s join sync.fields f on f.table_id = $6 and s.fields ? f.field
      ), judged as materialized (
        select s.*, s.is_wanted and s.client is not distinct from s.server as is_agreed,
               s.is_wanted and s.client is distinct from s.server and s.has_moved
               and (jsonb_typeof(s.client) <> 'object' or s.base is null or exists (
                 select from (select jsonb_object_keys(s.client) union select jsonb_object_keys(s.base)) k (label)
                  where s.client -> k.label is distinct from s.base -> k.label
                    and s.server -> k.label is distinct from s.base -> k.label and s.server -> k.label is distinct from s.client -> k.label)) as is_contested
          from seen s
      )
      select $1, j.field, j.base, j.client, j.server
        from judged j
       where j.is_wanted and (j.is_gone or j.is_contested or j.together is not null
             and exists (select from judged o where o.together = j.together and (o.is_contested or not o.is_wanted and o.has_moved))
             and exists (select from judged o where o.together = j.together and o.is_wanted and not o.is_agreed))
       order by j.field
      $q$, 'stored_' || v_change."table")
      using v_change."changeId", v_change.id, v_change.data, coalesce(v_change.base, '{}'), v_change."baseVersion", v_change.table_id;
  end loop;
end $$;
alter function public.detect_sync_conflicts(jsonb) owner to wedsync_engine;
grant execute on function public.detect_sync_conflicts(jsonb)
  to app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;

-- ---- find_caller.sql
-- sync.find_caller: who the claims name, in the organization the claims name; no row for a stranger.
-- Called  sync.assume_caller and sync.caller
create or replace function sync.find_caller()
returns table (organization_id uuid, user_id uuid, person_id uuid, role text)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
begin
  return query
    select m.organization_id, m.user_id, m.person_id, m.role
      from (select nullif(current_setting('request.jwt.claims', true), '')::jsonb as claims) c
      join public.memberships m
        on m.user_id = (c.claims ->> 'sub')::uuid
       and m.organization_id = (c.claims #>> '{app_metadata,organization_id}')::uuid;
end $$;
alter function sync.find_caller() owner to wedsync_engine;
grant execute on function sync.find_caller() to wedsync_server;

-- ---- find_known.sql
-- sync.find_known: what the ledger says of some changes and of those they build on, by change id; null for none.
-- Keeps   P1: replays are found before anything is refused or decided
-- Called  sync.open_batch
create or replace function sync.find_known(p_change_ids uuid[])
returns jsonb language plpgsql stable security definer set search_path = pg_catalog, pg_temp set enable_seqscan = off as $$
declare
  v_organization uuid := sync.caller_organization();
  v_user         uuid := sync.caller_user();
  v_known        jsonb;
begin
  with recursive known as (
    select q.* from public.offline_sync_queue q where q.organization_id = v_organization and q.change_id = any (p_change_ids)
    union
    select q.* from public.offline_sync_queue q join known k on q.change_id = case when k.more ->> 'after' ~* '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then (k.more ->> 'after')::uuid end
     where q.organization_id = v_organization
  )
  select jsonb_object_agg(k.change_id, case when k.user_id = v_user
           then jsonb_build_object('hash', encode(k.payload_hash, 'hex'), 'status', k.status, 'isOwn', true, 'receipt', sync.receipt_of(k),
                                   'data', k.data, 'after', lower(k.more ->> 'after'), 'table', k.table_name, 'id', k.record_id, 'action', k.action)
           -- of another person's change, only that the id is taken
           else '{"isOwn": false}' end)
    into v_known from known k;
  return v_known;
end $$;
alter function sync.find_known(uuid[]) owner to wedsync_engine;
grant execute on function sync.find_known(uuid[])
  to app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;

-- ---- find_news.sql
-- sync.find_news: what the caller hears of each record above their cursor, in order, without the rows themselves.
-- A run of pages has a beginning: whether a field moved is asked since then, because a record that moved while earlier
-- pages were read was in none of them. A scope that is loading holds nothing yet.
-- Keeps   P7: nothing of a record they never saw; an edit of fields they may not read is not sent
-- Called  sync.read_page
create or replace function sync.find_news(p_scopes uuid[], p_positions bigint[], p_begun bigint[], p_loading boolean[], p_limit integer)
returns setof sync.news language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_organization_id uuid := sync.caller_organization();
  v_role text := sync.caller_role();
  v_scopes uuid[] := sync.caller_scopes();
  v_audiences text[] := sync.caller_audiences();
begin
  return query
  with readable as materialized (
    select rt.table_name, t.table_id, rt.slots
      from sync.role_tables rt
      join sync.tables t on t.name = rt.table_name
     where rt.role = v_role and cardinality(rt.slots) > 0
  )
  select s.scope_id, h.position, h.table_name, h.record_id,
         case when not h.sees then coalesce(h.gone, 'remove') when h.held and not s.loading then 'update' else 'create' end,
         h.held, h.changed_at
    from unnest(p_scopes, p_positions, p_begun, p_loading) s (scope_id, read_to, begun, loading)
   cross join lateral (
     select r.position, t.table_name, r.record_id, r.gone, r.changed_at, see.sees, seen.held
       from sync.records r
       join readable t on t.table_id = r.table_id
      cross join lateral (
        select r.gone is null and r.audience && v_audiences as sees offset 0) see
      cross join lateral (
        select not s.loading and see.sees and exists (
                 select from unnest(r.audience, r.audience_since) a (name, since) where a.since <= s.begun and a.name = any (v_audiences)) as still,
               s.read_to > 0 and see.sees and exists (
                 select from unnest(r.audience, r.audience_since) a (name, since) where a.since <= s.read_to and a.name = any (v_audiences))
               or s.read_to > 0 and r.lost_audience && v_audiences and exists (
                 select from unnest(r.lost_audience, r.lost_since, r.lost_positions) l (name, since, lost)
                  where l.since <= s.read_to and l.lost > s.begun and l.name = any (v_audiences)) as held offset 0) seen
      where r.organization_id = v_organization_id and r.scope_id = s.scope_id and r.position > s.read_to
        and case when not see.sees then seen.held
                 when not seen.still then true
                 else exists (select from unnest(t.slots) slot
                               where r.field_positions[slot] > s.begun) end
      order by r.position
      limit p_limit
   ) h
   where s.scope_id = any (v_scopes)
   order by h.position
   limit p_limit;
end $$;
alter function sync.find_news(uuid[], bigint[], bigint[], boolean[], integer) owner to wedsync_engine;
grant execute on function sync.find_news(uuid[], bigint[], bigint[], boolean[], integer)
  to app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;

-- ---- get_user_sync_status.sql
-- get_user_sync_status: how it stands with one person's devices, changes and conflicts over the last hours.
-- Answers null for anybody who is neither that person nor an owner of their organization.
-- Keeps   P10: what is not known is null, never zero
-- Called  ops/read-status
create or replace function public.get_user_sync_status(p_user_id uuid, p_hours integer)
returns jsonb language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_org   uuid;
  v_head  bigint;
  v_since timestamptz := now() - make_interval(hours => p_hours);
  v_queue jsonb;
  v_conflicts jsonb;
  v_performance jsonb;
  v_devices jsonb;
  v_last  record;
begin
  select c.organization_id into v_org from sync.caller() c
   where c.user_id = p_user_id
      or c.role = 'owner' and exists (select from public.memberships m where m.organization_id = c.organization_id and m.user_id = p_user_id);
  if v_org is null then
    return null;
  end if;
  select c.head into v_head from sync.clock c where c.organization_id = v_org;

  select jsonb_build_object(
           'totalItems', count(*), 'pendingItems', count(*) filter (where q.status = 'pending'),
           'processingItems', count(*) filter (where q.status = 'processing'), 'failedItems', count(*) filter (where q.status = 'failed'),
           'conflictItems', count(*) filter (where q.status = 'conflict'), 'completedItems', count(*) filter (where q.status = 'completed'),
           'oldestPendingItem', min(q.received_at) filter (where q.status in ('pending', 'processing')),
           'averageProcessingTime', round((avg(extract(epoch from q.settled_at - q.received_at)) * 1000)::numeric, 3)::double precision)
    into v_queue
    from public.offline_sync_queue q
   where q.organization_id = v_org and q.user_id = p_user_id and (q.received_at >= v_since or q.status <> 'completed');

  with mine as (
    select l.* from public.sync_conflict_log l
     where l.organization_id = v_org and l.user_id = p_user_id and (l.detected_at >= v_since or l.status = 'pending')
  )
  select jsonb_build_object(
           'active', count(*) filter (where m.status = 'pending'), 'resolved', count(*) filter (where m.status = 'resolved'),
           'awaitingManualResolution', count(*) filter (where m.status = 'pending'),
           'conflictsByTable', (select coalesce(jsonb_object_agg(t.table_name, t.n), '{}') from (select table_name, count(*) as n from mine group by 1) t),
           'conflictsBySeverity', (select coalesce(jsonb_object_agg(t.severity, t.n), '{}') from (select severity, count(*) as n from mine group by 1) t),
           'resolutionStrategies', (select coalesce(jsonb_object_agg(t.strategy, t.n), '{}')
                                      from (select resolution ->> 'strategy' as strategy, count(*) as n from mine
                                             where status = 'resolved' and resolution ? 'strategy' group by 1) t))
    into v_conflicts from mine m;

  select jsonb_build_object(
           'averageSyncTime', round(avg(m.duration_ms)::numeric, 3)::double precision,
           'p95SyncTime', round(percentile_cont(0.95) within group (order by m.duration_ms)::numeric, 3)::double precision,
           'throughputPerSecond', case when sum(m.duration_ms) > 0 then round((sum(m.items) / sum(m.duration_ms) * 1000)::numeric, 3)::double precision end,
           'successRate', case when sum(m.items) > 0 then round((1 - sum(m.errors)::numeric / sum(m.items)), 6)::double precision end,
           'errorRate', case when sum(m.items) > 0 then round((sum(m.errors)::numeric / sum(m.items)), 6)::double precision end,
           'recentSyncs', count(*))
    into v_performance
    from public.sync_performance_metrics m
   where m.organization_id = v_org and m.user_id = p_user_id and m.at >= v_since;

  select coalesce(jsonb_agg(jsonb_build_object(
           'deviceId', d.device_id, 'platform', d.platform, 'appVersion', d.app_version, 'lastSeen', d.last_sync_at,
           'behindBy', greatest(v_head - d.position, 0), 'waiting', d.waiting, 'oldestWaiting', d.oldest_waiting,
           'storagePersisted', d.storage_persisted, 'connectionQuality', d.connection_quality) order by d.last_sync_at desc), '[]')
    into v_devices
    from public.offline_sync_status d where d.organization_id = v_org and d.user_id = p_user_id;

  select max(d.last_sync_at) as last_sync_at, max(d.last_success_at) as last_success_at into v_last
    from public.offline_sync_status d where d.organization_id = v_org and d.user_id = p_user_id;

  return jsonb_build_object('head', v_head, 'queue', v_queue, 'conflicts', v_conflicts, 'performance', v_performance, 'devices', v_devices,
                            'lastSyncTime', v_last.last_sync_at, 'lastSuccessfulSync', v_last.last_success_at);
end $$;
alter function public.get_user_sync_status(uuid, integer) owner to wedsync_engine;
grant execute on function public.get_user_sync_status(uuid, integer)
  to app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;

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
    select t.name, t.table_id, t.rank, r.role, format('public.%I', t.name)::regclass as tracked,
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
      join pg_attribute a on a.attrelid = format('public.%I', t.name)::regclass and a.attname = f.field and not a.attisdropped
     group by t.name, t.table_id, t.rank, r.role
  loop
    execute format('revoke all on %s from app_%I', v.tracked, v.role);
    if v.readable is not null then
      execute format('grant select (id, organization_id, %s) on %s to app_%I', v.readable, v.tracked, v.role);
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
            format('(select row_to_json(x) from (select %s from %s t where t.id = n.record_id) x)', v.read_list, v.tracked));
  end loop;

  delete from sync.role_digests;
  insert into sync.role_digests (role, digest)
  select t.role, encode(sha256(convert_to(string_agg(t.table_name || ':' || t.row_query, ';' order by t.table_name), 'UTF8')), 'hex')
    from sync.role_tables t group by 1;

  for v in select format('public.%I', t.name)::regclass as tracked from sync.tables t order by t.rank loop
    perform sync.build_batch_functions(v.tracked);
  end loop;
end $$;

-- ---- is_group_clean.sql
-- sync.is_group_clean: locks a group's records and says whether all of it can go in as it is.
-- Called  process_sync_batch
create or replace function sync.is_group_clean(p_group sync.change_group, p_role text)
returns boolean language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare
  v_clean boolean;
begin
  if p_group.action = 'update' then
    execute format('select d.o_is_clean from sync.%I($1, $2, $3, $4) d', 'detect_' || p_group.table_name) into v_clean
      using p_group.ids, p_group.base_versions, p_group.data, p_group.bases;
    return v_clean;
  end if;
  return exists (select from sync.role_tables rt
                  where rt.role = p_role and rt.table_name = p_group.table_name and rt.can_create and p_group.fields <@ rt.writes)
     and not exists (select from sync.known_ids(p_group.table_name, p_group.ids));
end $$;
grant execute on function sync.is_group_clean(sync.change_group, text) to app_owner, app_planner, app_assistant;

-- ---- known_ids.sql
-- sync.known_ids: which of these ids a record of this table has or had, in whatever organization.
-- Called  process_sync_batch: a create of a known id is no plain create; a parent of another organization is not missing
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

-- ---- last_migration.sql
-- sync.last_migration: the newest migration this database has seen; null where nobody keeps count.
-- Called  ops/read-readiness
create or replace function sync.last_migration()
returns text language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  if to_regclass('supabase_migrations.schema_migrations') is null then
    return null;
  end if;
  return (select max(m.version) from supabase_migrations.schema_migrations m);
end $$;
grant execute on function sync.last_migration() to wedsync_server;

-- ---- late_receipts.sql
-- sync.late_receipts: the caller's receipts of one device that came late, within a window of positions.
-- A cursor that comes back is the only proof that the device kept them: nothing is ever marked as delivered.
-- Called  sync.read_page
create or replace function sync.late_receipts(p_device_id uuid, p_from bigint, p_to bigint)
returns jsonb language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  return (
    select coalesce(jsonb_agg(sync.receipt_of(q) order by q.settled_position), '[]')
      from public.offline_sync_queue q
     where q.organization_id = sync.caller_organization() and q.user_id = sync.caller_user() and q.device_id = p_device_id and q.settled_position > p_from and q.settled_position <= p_to
  );
end $$;
alter function sync.late_receipts(uuid, bigint, bigint) owner to wedsync_engine;
grant execute on function sync.late_receipts(uuid, bigint, bigint)
  to app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;

-- ---- load_records.sql
-- sync.load_records: puts whole records into a table, as whoever calls it; those that are there already stay as they are.
-- Called  apps/api/demo/load-demo, as the admin; nobody else may
create or replace function sync.load_records(p_table text, p_records jsonb)
returns integer language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare
  v_columns text := (
    select string_agg(format('%I', k), ', ')
      from jsonb_object_keys(p_records -> 0) k
      join pg_attribute a on a.attrelid = format('public.%I', p_table)::regclass and a.attname = k and a.attgenerated = '');
  v_loaded  integer;
begin
  execute format('insert into public.%1$I (%2$s) select %2$s from jsonb_populate_recordset(null::public.%1$I, $1) on conflict do nothing',
                 p_table, v_columns) using p_records;
  get diagnostics v_loaded = row_count;
  return v_loaded;
end $$;

-- ---- next_sight.sql
-- sync.next_sight: who sees a record after its audience changed at a position, and who has seen it until then.
-- Past sights are kept apart, so that nobody hears of a record from a time when they did not see it; past the eighth of
-- one name the oldest are joined, which at worst repeats a `remove`.
-- Called  the capture functions that sync.track writes, once per record whose audience changed
create or replace function sync.next_sight(p_before sync.sight, p_audience text[], p_position bigint)
returns sync.sight language plpgsql immutable set search_path = pg_catalog, pg_temp as $$
declare
  v_after sync.sight;
begin
  if p_before.audience = p_audience then
    return p_before;
  end if;

  v_after.audience := p_audience;
  if p_before.audience is null then
    return row(p_audience, array_fill(p_position, array[cardinality(p_audience)]), '{}', '{}', '{}')::sync.sight;
  end if;

  select coalesce(array_agg(coalesce(b.since, p_position) order by a.n), '{}') into v_after.audience_since
    from unnest(p_audience) with ordinality a (name, n)
    left join (select u.name, min(u.since) as since
                 from unnest(p_before.audience, p_before.audience_since) u (name, since) group by 1) b using (name);

  select coalesce(array_agg(k.name order by k.lost, k.name), '{}'), coalesce(array_agg(k.since order by k.lost, k.name), '{}'),
         coalesce(array_agg(k.lost order by k.lost, k.name), '{}')
    into v_after.lost_audience, v_after.lost_since, v_after.lost_positions
    from (
      select name, min(since) as since, max(lost) as lost
        from (
          select name, since, lost, least(row_number() over (partition by name order by lost desc), 8) as nth
            from (
              select name, since, lost
                from unnest(p_before.lost_audience, p_before.lost_since, p_before.lost_positions) l (name, since, lost)
              union all
              select name, since, p_position
                from unnest(p_before.audience, p_before.audience_since) b (name, since) where name <> all (p_audience)
            ) sights
        ) numbered
       group by name, nth
    ) k;

  return v_after;
end $$;
alter function sync.next_sight(sync.sight, text[], bigint) owner to wedsync_engine;

-- ---- note_device.sql
-- sync.note_device: notes in the caller's row of one device how far it has read, when that is news.
-- Called  sync.pull_page
create or replace function sync.note_device(p_device_id uuid, p_position bigint, p_device jsonb)
returns void language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  insert into public.offline_sync_status as d (organization_id, user_id, device_id, last_success_at, position, waiting, oldest_waiting, app_version, platform)
  select sync.caller_organization(), sync.caller_user(), p_device_id, now(), p_position, (p_device ->> 'waiting')::integer,
         (p_device ->> 'oldestWaiting')::timestamptz, p_device ->> 'appVersion', p_device ->> 'platform'
  on conflict on constraint offline_sync_status_pkey do update
     set last_sync_at = now(), last_success_at = now(), position = excluded.position, waiting = coalesce(excluded.waiting, d.waiting),
         app_version = coalesce(excluded.app_version, d.app_version), platform = coalesce(excluded.platform, d.platform)
   where d.position <> excluded.position or d.waiting is distinct from coalesce(excluded.waiting, d.waiting)
      or d.last_success_at is null or d.last_success_at < now() - interval '10 seconds';
end $$;
alter function sync.note_device(uuid, bigint, jsonb) owner to wedsync_engine;
grant execute on function sync.note_device(uuid, bigint, jsonb)
  to app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;

-- ---- open_batch.sql
-- sync.open_batch: locks every record of a batch and hands over what deciding about it needs. Writes nothing.
-- Answers {known, role, scopes, leads, stored, parents, openConflicts, rights}: the ledger's rows, who is asking, what
-- stands, which of the records the changes refer to are there, and what the caller may write.
-- Called  process_sync_batch
create or replace function sync.open_batch(p_batch jsonb, p_role text)
returns jsonb language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare
  v_lock    record;
  v_stored  jsonb := '[]';
  v_found   jsonb;
  v_parents jsonb;
begin
  for v_lock in
    select l."table" as table_name, array_agg(i.id::uuid order by i.id::uuid) as ids, l."toDelete" as to_delete
      from jsonb_to_recordset(p_batch -> 'locks') as l ("table" text, ids jsonb, "toDelete" boolean)
     cross join jsonb_array_elements_text(l.ids) i (id)
      join sync.role_tables rt on rt.role = p_role and rt.table_name = l."table"
     group by l."table", l."toDelete", rt.rank
     order by rt.rank
  loop
    execute format('select sync.%I($1, $2, $3)', 'lock_' || v_lock.table_name) using sync.caller_organization(), v_lock.ids, v_lock.to_delete;
  end loop;

  -- a new statement, after the waits: only now the positions that go with the rows are seen
  for v_lock in
    select l."table" as table_name, array_agg(i.id::uuid) as ids
      from jsonb_to_recordset(p_batch -> 'locks') as l ("table" text, ids jsonb)
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

  return jsonb_build_object('open', true, 'known', coalesce(sync.find_known(array(select jsonb_array_elements_text(p_batch -> 'changeIds'))::uuid[]), '{}'), 'role', p_role, 'scopes', to_jsonb(sync.caller_scopes()), 'leads', to_jsonb(sync.caller_leads()),
                            'stored', v_stored, 'parents', v_parents, 'openConflicts', sync.open_conflicts(p_batch -> 'locks'),
                            'rights', (select jsonb_object_agg(rt.table_name, jsonb_build_object(
                                                'writes', to_jsonb(rt.writes), 'canCreate', rt.can_create, 'canDelete', rt.can_delete))
                                         from sync.role_tables rt where rt.role = p_role));
end $$;
grant execute on function sync.open_batch(jsonb, text)
  to app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;

-- ---- open_clock.sql
-- sync.open_clock: a new organization starts its order at zero.
-- Called  trigger on public.organizations
create or replace function sync.open_clock()
returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  insert into sync.clock (organization_id) values (new.id) on conflict on constraint clock_pkey do nothing;
  return null;
end $$;
alter function sync.open_clock() owner to wedsync_engine;

-- ---- open_conflicts.sql
-- sync.open_conflicts: the caller's own open conflicts on some records, locked, so that a later edit can take their place.
-- Called  sync.open_batch
create or replace function sync.open_conflicts(p_locks jsonb)
returns jsonb language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_found jsonb;
begin
  with found as materialized (
    select l.* from public.sync_conflict_log l
     where l.organization_id = sync.caller_organization() and l.user_id = sync.caller_user() and l.status = 'pending'
       and l.record_id in (select i.id::uuid from jsonb_to_recordset(p_locks) as k (ids jsonb) cross join jsonb_array_elements_text(k.ids) i (id))
     order by l.conflict_id
       for no key update of l
  )
  select coalesce(jsonb_agg(jsonb_build_object('conflictId', f.conflict_id, 'changeId', f.change_id, 'table', f.table_name, 'id', f.record_id,
                                               'kind', f.kind, 'version', f.version, 'fields', f.fields)), '[]')
    into v_found from found f;
  return v_found;
end $$;
alter function sync.open_conflicts(jsonb) owner to wedsync_engine;
grant execute on function sync.open_conflicts(jsonb)
  to app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;

-- ---- page_query.sql
-- sync.page_query: the query that reads the rows of a page as the caller: one index lookup per record, under the caller's policies.
-- Called  sync.read_rows
create or replace function sync.page_query(p_news sync.news[])
returns text language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
  return (
    select 'select n, case n.table_name ' || string_agg(format('when %L then %s', t.table_name, t.row_query), ' ' order by t.table_name)
        || ' end from unnest($1) n where n.action in (''create'', ''update'')'
      from sync.role_tables t
     where t.role = sync.caller_role()
       and t.table_name in (select n.table_name from unnest(p_news) n where n.action in ('create', 'update'))
  );
end $$;
grant execute on function sync.page_query(sync.news[])
  to app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;

-- ---- process_sync_batch.sql
-- process_sync_batch: one batch of one device, in one call.
-- A plain batch (creates and updates, each of another record) of which nothing is contested is written whole:
-- {settled: [[changeId, version, hasMoved]], order}. Otherwise nothing is written: {open: true} at a first glance, and, where the
-- caller holds a transaction open, the records of the batch locked and everything a decision needs.
-- A plain batch does not ask the ledger: one that was sent before is no longer clean, or ends at the ledger's key, and is
-- then looked up.
-- Keeps   P1, P4, P9; lock order: device, records by table and id, then the first write, which takes the clock
-- Called  push/receive-batch
create or replace function public.process_sync_batch(p_batch jsonb)
returns jsonb language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare
  v_started timestamptz := clock_timestamp();
  v_device  uuid := p_batch ->> 'deviceId';
  v_role    text := sync.caller_role();
  v_fault   text := sync.cursor_fault(p_batch -> 'cursor');
  v_groups  sync.change_group[];
  v_group   sync.change_group;
  v_settled jsonb := '[]';
begin
  if v_fault is not null then
    return jsonb_build_object('reset', v_fault);
  end if;
  perform sync.claim_batch(v_device, p_batch ->> 'sessionId', p_batch -> 'device');
  if not (p_batch ->> 'isPlain')::boolean then
    return sync.open_batch(p_batch, v_role);
  end if;
  if v_role not in ('owner', 'planner', 'assistant') then
    return '{"open": true}';
  end if;

  v_groups := sync.read_groups(p_batch -> 'groups');
  -- everything is locked and looked at before anything is written; one group is looked at as it is written
  if cardinality(v_groups) > 1 then
    foreach v_group in array v_groups loop
      if not sync.is_group_clean(v_group, v_role) then
        return '{"open": true}';
      end if;
    end loop;
  end if;

  perform set_config('sync.device_id', v_device::text, true);
  foreach v_group in array v_groups loop
    if not sync.write_group(v_group, v_role, v_device, (p_batch ->> 'batchId')::uuid) then
      -- nothing of a batch may stay behind without its receipts
      if cardinality(v_groups) > 1 then
        raise exception 'a record was made meanwhile' using errcode = '40001';
      end if;
      return '{"open": true}';
    end if;
  end loop;

  foreach v_group in array v_groups loop
    v_settled := v_settled || sync.settle_group(v_group);
  end loop;
  perform sync.record_batch(v_device, p_batch ->> 'sessionId', jsonb_array_length(v_settled), 0, 0, v_started);
  -- where this leaves the organization: who asked for receipts only needs no second question for their cursor
  return jsonb_build_object('settled', v_settled, 'order', (select to_jsonb(o) from sync.read_order() o));
end $$;
grant execute on function public.process_sync_batch(jsonb)
  to app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;

-- ---- pull_page.sql
-- sync.pull_page: be the person of these claims for this one statement, read their next page, and note how far the device is.
-- Called  pull/read-page
create or replace function sync.pull_page(p_claims text, p_asked jsonb)
returns text language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare
  v_role     text := sync.assume_caller(p_claims);
  v_page     text;
  v_position bigint;
begin
  select r.page, r.page_position into v_page, v_position from sync.read_page(p_asked) r;
  if v_role <> 'nobody' and v_position is not null and p_asked ->> 'deviceId' is not null then
    perform sync.note_device((p_asked ->> 'deviceId')::uuid, v_position, p_asked -> 'device');
  end if;
  return v_page;
end $$;
grant execute on function sync.pull_page(text, jsonb) to wedsync_server;

-- ---- read_cursor_key.sql
-- sync.read_cursor_key: the key that signs cursors, for the server alone.
-- Called  pull/cursor, once at start
create or replace function sync.read_cursor_key()
returns text language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  return (
    select encode(e.cursor_key, 'hex') from sync.epoch e
  );
end $$;
alter function sync.read_cursor_key() owner to wedsync_engine;
grant execute on function sync.read_cursor_key() to wedsync_server;

-- ---- read_groups.sql
-- sync.read_groups: a batch's groups as arrays, in the order they came: the order in which records are locked and written.
-- Called  process_sync_batch
create or replace function sync.read_groups(p_groups jsonb)
returns sync.change_group[] language plpgsql stable set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan as $$
begin
  return array(
    select row(g."table", g.action, array(select jsonb_array_elements_text(g.fields)), c.change_ids, c.ids, c.base_versions, c.data, c.bases, c.hashes, c.more)::sync.change_group
      from jsonb_to_recordset(p_groups) as g ("table" text, action text, fields jsonb, changes jsonb)
     cross join lateral (
       select array_agg(x."changeId") as change_ids, array_agg(x.id) as ids, array_agg(x."baseVersion") as base_versions,
              array_agg(x.data) as data, array_agg(x.base) as bases, array_agg(x.hash) as hashes, array_agg(x.more) as more
         from jsonb_to_recordset(g.changes) as x ("changeId" uuid, id uuid, "baseVersion" bigint, data jsonb, base jsonb, hash text, more jsonb)) c);
end $$;
grant execute on function sync.read_groups(jsonb) to app_owner, app_planner, app_assistant;

-- ---- read_order.sql
-- sync.read_order: where the caller's organization stands: epoch, head, and the newest mark.
-- Called  sync.read_page, process_sync_batch
create or replace function sync.read_order()
returns table (epoch uuid, head bigint, mark_at bigint, mark uuid)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
begin
  return query
    select e.id, coalesce(c.head, 0), coalesce(m.position, 0), m.mark
      from sync.epoch e
      left join sync.clock c on c.organization_id = sync.caller_organization()
      left join lateral (select k.position, k.mark from sync.marks k
                          where k.organization_id = c.organization_id order by k.position desc limit 1) m on true;
end $$;
alter function sync.read_order() owner to wedsync_engine;
grant execute on function sync.read_order()
  to app_nobody, app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;

-- ---- read_page.sql
-- sync.read_page: the next page of news for the caller, with where it leaves their cursor.
-- Takes   {deviceId, scopes or null, limit, cursor: {epoch, markAt, mark, read, scopes: {id: [position, rights, begun, loading]}} or null}
-- Answers {reset} or {epoch, markAt, mark, read, scopes, revoked, changes, settled, hasMore, remaining}
-- Keeps   P5, P8, P9: head, rows, rights and mark are of one snapshot, the statement's
-- Called  pull/read-page
-- A scope whose rights changed is told as revoked and read again from its start; that run begins at today's head, so that
-- nobody hears of a record that left before they came. The page is one stretch of the
-- organization's order: every scope below its end moves up to it.
create or replace function sync.read_page(p_asked jsonb, out page text, out page_position bigint)
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare
  v_cursor    jsonb := nullif(p_asked -> 'cursor', 'null');
  v_held      jsonb := coalesce(v_cursor -> 'scopes', '{}');
  v_limit     integer := (p_asked ->> 'limit')::integer;
  v_fault     text := sync.cursor_fault(v_cursor);
  v_order     record;
  v_scopes    uuid[];
  v_positions bigint[];
  v_begun     bigint[];
  v_loading   boolean[];
  v_rights    text[];
  v_revoked   jsonb;
  v_news      sync.news[] := '{}';
  v_more      boolean := false;
  v_next      bigint;
  v_read      bigint;
  v_from      bigint;
  v_changes   json := '[]';
  v_settled   jsonb := '[]';
  v_remaining integer := 0;
begin
  if v_fault is not null then
    page := json_build_object('reset', v_fault);
    return;
  end if;
  select * into strict v_order from sync.read_order();

  -- a device in the middle of sending asks for receipts only: it stays where it is, but hears of the newest commit
  if v_limit = 0 then
    v_read := coalesce((v_cursor ->> 'read')::bigint, 0);
    page := json_build_object('epoch', v_order.epoch, 'markAt', v_order.mark_at, 'mark', v_order.mark, 'read', v_read, 'position', v_read,
                              'scopes', v_held, 'revoked', '[]'::json, 'hasMore', true, 'changes', '[]'::json, 'settled', '[]'::json, 'remaining', 0);
    return;
  end if;

  select coalesce(array_agg(c.scope_id order by c.scope_id), '{}'), coalesce(array_agg(c.rights order by c.scope_id), '{}'),
         coalesce(array_agg(coalesce((h.held ->> 0)::bigint, 0) order by c.scope_id), '{}'),
         coalesce(array_agg(coalesce((h.held ->> 2)::bigint, v_order.head) order by c.scope_id), '{}'),
         coalesce(array_agg(coalesce((h.held ->> 3)::boolean, true) order by c.scope_id), '{}')
    into v_scopes, v_rights, v_positions, v_begun, v_loading
    from sync.caller_rights() c
   cross join lateral (
     select case when v_held -> c.scope_id::text ->> 1 = c.rights then v_held -> c.scope_id::text end as held) h
   where p_asked -> 'scopes' = 'null' or p_asked -> 'scopes' ? c.scope_id::text or c.scope_id = sync.caller_organization();

  select coalesce(jsonb_agg(h.key), '[]') into v_revoked
    from jsonb_each(v_held) h
   where not exists (select from unnest(v_scopes, v_rights) s (id, rights) where s.id::text = h.key and s.rights = h.value ->> 1);

  v_next := v_order.head;
  if cardinality(v_scopes) > 0 then
    v_news := array(select n from sync.find_news(v_scopes, v_positions, v_begun, v_loading, v_limit + 2) n);
    -- a record that moves between two weddings is two lines at one position: no page ends between them
    if (v_news[v_limit + 1]).position = (v_news[v_limit]).position then
      v_limit := v_limit + 1;
    end if;
    v_more := cardinality(v_news) > v_limit;
    if v_more then
      v_news := v_news[:v_limit];
      v_next := (v_news[v_limit]).position;
    end if;
  end if;
  v_from := coalesce((v_cursor ->> 'read')::bigint, v_order.head);
  v_read := greatest(v_next, case when v_cursor is null then 0 else v_from end);

  -- not in one expression: a stranger may not run these functions, and is told that everything is revoked
  if cardinality(v_news) > 0 then
    v_changes := sync.read_rows(v_news);
  end if;
  if cardinality(v_scopes) > 0 and v_read > v_from then
    v_settled := sync.late_receipts((p_asked ->> 'deviceId')::uuid, v_from, v_read);
  end if;
  if v_more then
    v_remaining := sync.count_news(v_scopes, v_positions, v_begun, v_loading, v_next);
  end if;

  page_position := v_next;
  page := json_build_object(
    'epoch', v_order.epoch, 'markAt', v_order.mark_at, 'mark', v_order.mark, 'read', v_read, 'position', v_next,
    'scopes', (select coalesce(json_object_agg(s.id, json_build_array(greatest(s.read_to, v_next), s.rights,
                                            case when v_more then s.begun else v_next end, v_more and s.loading)), '{}')
                 from unnest(v_scopes, v_positions, v_rights, v_begun, v_loading) s (id, read_to, rights, begun, loading)),
    'revoked', v_revoked, 'hasMore', v_more,
    'changes', v_changes, 'settled', v_settled, 'remaining', v_remaining);
end $$;
grant execute on function sync.read_page(jsonb)
  to app_nobody, app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;

-- ---- read_positions.sql
-- sync.read_positions: where records of the caller's organization stand now, after this transaction wrote them.
-- Called  process_sync_batch, sync.write_rows
create or replace function sync.read_positions(p_table text, p_ids uuid[])
returns table (record_id uuid, record_position bigint, scope_id uuid)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp set enable_seqscan = off as $$
#variable_conflict use_column
begin
  return query
    select distinct on (r.record_id) r.record_id, r.position, r.scope_id
      from sync.tables t
      join sync.records r on r.table_id = t.table_id and r.record_id = any (p_ids)
     where t.name = p_table and r.organization_id = sync.caller_organization()
     order by r.record_id, r.position desc, r.gone nulls first;
end $$;
alter function sync.read_positions(text, uuid[]) owner to wedsync_engine;
grant execute on function sync.read_positions(text, uuid[])
  to app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;

-- ---- read_rows.sql
-- sync.read_rows: the news of a page as JSON, in order, every row read as the caller's own role.
-- Keeps   P5, P7, P8: a row that the policies hide is not there, whatever sync.records says
-- Called  sync.read_page
create or replace function sync.read_rows(p_news sync.news[])
returns json language plpgsql stable set search_path = pg_catalog, pg_temp set enable_seqscan = off as $$
declare
  v_rows  json;
  v_query text := concat_ws(' union all ',
    sync.page_query(p_news),
    -- not read: what is gone, or out of sight
    $q$select n, null::json from unnest($1) n where n.action in ('delete', 'remove')$q$);
begin
  execute format($q$
    select json_agg(json_build_object(
             'table', (p.news).table_name, 'id', (p.news).record_id, 'scope', (p.news).scope_id,
             'action', case when p.data is null and (p.news).action <> 'delete' then 'remove' else (p.news).action end,
             'version', (p.news).position, 'data', p.data,
             'timestamp', to_char((p.news).changed_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')) 
             -- a record that moves between weddings leaves one before it enters the other
             order by (p.news).position, (p.news).action in ('create', 'update'))
      from (%s) p (news, data)
     where p.data is not null or (p.news).held $q$, v_query)
    into v_rows using p_news;
  return coalesce(v_rows, '[]');
end $$;
grant execute on function sync.read_rows(sync.news[])
  to app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;

-- ---- receipt_of.sql
-- sync.receipt_of: the receipt of a ledger row as it was answered. Of a plain change only where the record stood before is
-- kept; whether it moved, and to where, is in history.
-- Called  sync.find_known, sync.late_receipts
create or replace function sync.receipt_of(p_row public.offline_sync_queue)
returns jsonb language plpgsql stable set search_path = pg_catalog, pg_temp set enable_seqscan = off as $$
declare
  v_moved_to bigint;
begin
  if p_row.receipt is not null then
    return p_row.receipt;
  end if;
  select max(h.position) into v_moved_to
    from sync.history h join sync.tables t on t.table_id = h.table_id
   where t.name = p_row.table_name and h.record_id = p_row.record_id and h.change_id = p_row.change_id;
  return jsonb_build_object('kind', 'processed', 'processed', jsonb_build_object(
    'changeId', p_row.change_id, 'serverId', p_row.record_id, 'action', p_row.action, 'version', coalesce(v_moved_to, p_row.version),
    'outcome', case when v_moved_to is null then 'already_applied' else 'applied' end));
end $$;
alter function sync.receipt_of(public.offline_sync_queue) owner to wedsync_engine;

-- ---- receive_batch.sql
-- sync.receive_batch: be the person of these claims for this one statement, and process their batch.
-- Sent outside a transaction block the statement is the transaction, and nothing of the claims outlives it.
-- Called  push/process-batch
create or replace function sync.receive_batch(p_claims text, p_batch jsonb)
returns text language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
begin
  if sync.assume_caller(p_claims) = 'nobody' then
    return '{"stranger": true}';
  end if;
  return public.process_sync_batch(p_batch);
end $$;
grant execute on function sync.receive_batch(text, jsonb) to wedsync_server;

-- ---- record_batch.sql
-- sync.record_batch: one row of metrics for a batch.
-- Called  process_sync_batch, write_sync_decisions
create or replace function sync.record_batch(p_device_id uuid, p_session_id text, p_items integer, p_conflicts integer, p_errors integer, p_started timestamptz)
returns void language plpgsql volatile security definer set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan as $$
declare
  v_organization uuid := sync.caller_organization();
  v_user         uuid := sync.caller_user();
begin
  insert into public.sync_performance_metrics (organization_id, user_id, device_id, session_id, items, conflicts, errors, duration_ms)
  values (v_organization, v_user, p_device_id, p_session_id, p_items, p_conflicts, p_errors, extract(epoch from clock_timestamp() - p_started) * 1000);
end $$;
alter function sync.record_batch(uuid, text, integer, integer, integer, timestamptz) owner to wedsync_engine;
grant execute on function sync.record_batch(uuid, text, integer, integer, integer, timestamptz)
  to app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;

-- ---- record_changes.sql
-- sync.record_changes: writes the ledger rows of a group that goes in whole, with where each record stood before: what a change
-- that moved something led to is told by history (see sync.receipt_of), so that nothing has to be written after the clock.
-- Answers how many.
-- Keeps   P1, by offline_sync_queue_pkey: a change that is known already ends the transaction, and is then looked up
-- Called  sync.write_group, before the rows are written
create or replace function sync.record_changes(p_group sync.change_group, p_device_id uuid, p_batch_id uuid, p_positions bigint[])
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
         s.data, s.base, s.more, decode(s.hash, 'hex'), 'completed', coalesce(s.position, 0), now()
    from unnest(p_group.change_ids, p_group.ids, p_group.base_versions, p_group.data, p_group.bases, p_group.hashes, p_group.more, p_positions)
           as s (change_id, id, base_version, data, base, hash, more, position);
  get diagnostics v_recorded = row_count;
  return v_recorded;
end $$;
alter function sync.record_changes(sync.change_group, uuid, uuid, bigint[]) owner to wedsync_engine;
grant execute on function sync.record_changes(sync.change_group, uuid, uuid, bigint[]) to app_owner, app_planner, app_assistant;

-- ---- refuse_truncate.sql
-- sync.refuse_truncate: truncate would pass by the triggers, and no device would hear of it.
-- Raises  SY012
create or replace function sync.refuse_truncate()
returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  raise exception 'table % is synchronized; delete its rows instead', tg_table_name using errcode = 'SY012';
end $$;
alter function sync.refuse_truncate() owner to wedsync_engine;

-- ---- remember_caller.sql
-- sync.remember_caller: keeps, for the rest of the transaction, what follows from who the caller is: policies ask many times.
-- Bound to the claims and the role it was worked out for; under any others it counts for nothing. Whoever could set it
-- could set the claims themselves, so it opens no door that was closed.
-- Called  sync.assume_caller; assign_creator, when the answer changed
create or replace function sync.remember_caller()
returns void language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform set_config('sync.caller_is', concat(current_setting('role'), current_setting('request.jwt.claims', true)), true),
          set_config('sync.caller_organization', c.organization_id::text, true), set_config('sync.caller_user', c.user_id::text, true),
          set_config('sync.caller_person', c.person_id::text, true), set_config('sync.caller_role', c.role, true),
          set_config('sync.caller_scopes', c.scopes::text, true), set_config('sync.caller_audiences', c.audiences::text, true),
          set_config('sync.caller_self', c.self::text, true)
     from sync.caller() c;
end $$;
alter function sync.remember_caller() owner to wedsync_engine;
grant execute on function sync.remember_caller() to wedsync_server, app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;

-- ---- settle_decisions.sql
-- sync.settle_decisions: conflict rows, ledger rows with their receipts, metrics of a decided batch.
-- A receipt's version is the position its write got; where its unit could not be written, the receipt that was prepared
-- for that case is used, and its conflict row is not written.
-- Answers the receipts by change id.
-- Keeps   P1, by offline_sync_queue_pkey; P4: the conflict row is written in the merge's transaction
-- Called  write_sync_decisions
create or replace function sync.settle_decisions(p_decided jsonb, p_written jsonb, p_faults jsonb, p_started timestamptz)
returns jsonb language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_org      uuid := sync.caller_organization();
  v_user     uuid := sync.caller_user();
  v_device   uuid := p_decided ->> 'deviceId';
  v_receipts jsonb;
  v_items    integer;
  v_conflicts integer;
  v_errors   integer;
begin
  perform sync.tick(v_org);

  insert into public.sync_conflict_log (conflict_id, organization_id, scope_id, change_id, user_id, device_id, table_name, record_id,
                                        kind, severity, score, because, status, version, fields, resolution, decided_at)
  select c."conflictId", v_org, c.scope, c."changeId", v_user, v_device, c."table", c.id,
         c.kind, c.severity, c.score, c.because, c.status, 1, c.fields, c.resolution, case when c.status = 'resolved' then now() end
    from jsonb_to_recordset(p_decided -> 'conflicts')
           as c ("conflictId" uuid, unit text, scope uuid, "changeId" uuid, "table" text, id uuid, kind text, severity text,
                 score double precision, because text, status text, fields jsonb, resolution jsonb)
   where not p_faults ? c.unit;

  -- the author's later edit takes the place of their side in an open conflict; of several, the last one stands
  update public.sync_conflict_log l
     set fields = u.fields, version = u.version
    from (select distinct on (c."conflictId") c.*
            from rows from (jsonb_to_recordset(p_decided -> 'conflictUpdates') as ("conflictId" uuid, unit text, version integer, fields jsonb))
                 with ordinality as c ("conflictId", unit, version, fields, nth)
           where not p_faults ? c.unit
           order by c."conflictId", c.nth desc) u
   where l.conflict_id = u."conflictId" and l.organization_id = v_org and l.user_id = v_user and l.status = 'pending';

  with prepared as materialized (
    select e.*,
           case when p_faults ? e.unit then e."ifFault" -> (p_faults -> e.unit ->> 'sqlstate')
                -- the fields nobody contests are in, the others wait
                when e.receipt ->> 'kind' = 'waiting' and p_written ? e."changeId"::text
                  then jsonb_set(e.receipt, '{conflict,recordVersion}', p_written -> e."changeId"::text)
                when e.receipt #> '{processed,version}' = '0' or p_written ? e."changeId"::text
                  then jsonb_set(e.receipt, '{processed,version}', coalesce(p_written -> e."changeId"::text,
                         -- it found its value in place, put there by an earlier change of this batch
                         (select to_jsonb(r.position) from sync.tables t join sync.records r on r.table_id = t.table_id and r.record_id = e.id
                           where t.name = e."table" and r.organization_id = v_org order by r.position desc limit 1), '0'))
                else e.receipt end as answer
      from jsonb_to_recordset(p_decided -> 'entries')
             as e ("changeId" uuid, unit text, hash text, "table" text, id uuid, action text, "baseVersion" bigint, data jsonb, base jsonb, more jsonb, receipt jsonb, "ifFault" jsonb)
  ), answered as materialized (
    select p.*, coalesce(p.answer, p."ifFault" -> 'other') as told from prepared p
  ), ledger as (
    insert into public.offline_sync_queue (organization_id, change_id, user_id, device_id, batch_id, table_name, record_id, action,
                                           base_version, data, base, more, payload_hash, status, error_code, receipt, settled_at)
    select v_org, a."changeId", v_user, v_device, (p_decided ->> 'batchId')::uuid, a."table", a.id, a.action,
           a."baseVersion", a.data, a.base, a.more, decode(a.hash, 'hex'),
           case a.told ->> 'kind' when 'processed' then 'completed' when 'waiting' then 'conflict' else 'failed' end,
           a.told #>> '{failure,code}', a.told, now()
      from answered a
     -- what may pass later is answered, not stored: the device keeps it and sends it again
     where not coalesce((a.told #>> '{failure,retryable}')::boolean, false)
     order by a."changeId"
  )
  select coalesce(jsonb_object_agg(a."changeId", a.told), '{}'), count(*), count(*) filter (where a.told ? 'conflict'),
         count(*) filter (where a.told ->> 'kind' = 'failed')
    into v_receipts, v_items, v_conflicts, v_errors
    from answered a;
  perform sync.record_batch(v_device, p_decided ->> 'sessionId', v_items, v_conflicts, v_errors, p_started);
  return v_receipts;
end $$;
alter function sync.settle_decisions(jsonb, jsonb, jsonb, timestamptz) owner to wedsync_engine;
grant execute on function sync.settle_decisions(jsonb, jsonb, jsonb, timestamptz)
  to app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;

-- ---- settle_group.sql
-- sync.settle_group: what a group's changes led to: [[changeId, version, hasMoved]], after its rows were written.
-- Keeps   P3: every change has its answer, or nothing is committed
-- Called  process_sync_batch
create or replace function sync.settle_group(p_group sync.change_group)
returns jsonb language plpgsql volatile security definer
  set search_path = pg_catalog, pg_temp set enable_seqscan = off set plan_cache_mode = force_generic_plan as $$
declare
  v_table_id smallint := (select t.table_id from sync.tables t where t.name = p_group.table_name);
  v_me       xid := pg_current_xact_id()::xid;
  v_settled  jsonb;
begin
  select jsonb_agg(jsonb_build_array(s.change_id, r.position, r.xmin = v_me)) into v_settled
    from unnest(p_group.change_ids, p_group.ids) as s (change_id, id)
    join sync.records r on r.record_id = s.id and r.table_id = v_table_id and r.gone is null;

  if jsonb_array_length(v_settled) is distinct from cardinality(p_group.ids) then
    raise exception 'P3: % changes got % receipts', cardinality(p_group.ids), coalesce(jsonb_array_length(v_settled), 0);
  end if;
  return v_settled;
end $$;
alter function sync.settle_group(sync.change_group) owner to wedsync_engine;
grant execute on function sync.settle_group(sync.change_group) to app_owner, app_planner, app_assistant;

-- ---- status_for.sql
-- sync.status_for: be the person of these claims for this one statement, and read somebody's status.
-- Called  ops/read-status
create or replace function sync.status_for(p_claims text, p_user_id uuid, p_hours integer)
returns jsonb language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
begin
  if sync.assume_caller(p_claims) = 'nobody' then
    return null;
  end if;
  return public.get_user_sync_status(p_user_id, p_hours);
end $$;
grant execute on function sync.status_for(text, uuid, integer) to wedsync_server;

-- ---- tick.sql
-- sync.tick: takes the clock for a commit that writes a ledger row but no record, and leaves a mark.
-- Keeps   P9: what was refused or held is part of the history a cursor can prove
-- Called  sync.settle_decisions
create or replace function sync.tick(p_organization uuid)
returns bigint language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_head bigint;
begin
  update sync.clock c set head = c.head + 1 where c.organization_id = p_organization returning c.head into strict v_head;
  insert into sync.marks (organization_id, position) values (p_organization, v_head);
  return v_head;
end $$;
alter function sync.tick(uuid) owner to wedsync_engine;

-- ---- track.sql
-- sync.track: attaches a table to the feed: slots for its fields, capture triggers, row level security, reading policies.
-- The scope is the name of a column: client_id (a wedding) or organization_id (the organization's own).
-- Rank    parents before children, for locks and writes
-- Needs   columns id, organization_id and the scope; sync.audience_of_<table>(row), else the team alone sees its rows
-- Called  a migration, once per table and again after its columns changed; then sync.grant_rights
create or replace function sync.track(p_table regclass, p_scope name, p_rank integer)
returns void language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare
  v_name     text := (select relname from pg_class where oid = p_table);
  v_table_id smallint;
  v_mine     text := format('organization_id = (select sync.caller_organization()) and %s && (select sync.caller_audiences())::text[]',
                            sync.audience_expression(p_table, quote_ident(v_name)));
  -- `is true` keeps the planner from walking a whole wedding by this condition where the rows are known by id
  v_in_scope text := case when p_scope <> 'organization_id'
                          then format(' and (%I = any ((select sync.caller_scopes())::uuid[])) is true', p_scope) else '' end;
begin
  insert into sync.tables (name, scope_column, rank) values (v_name, p_scope, p_rank)
  on conflict on constraint tables_name_key do update set scope_column = excluded.scope_column, rank = excluded.rank
  returning table_id into v_table_id;

  -- a field keeps its slot for ever: known ones first, new ones behind them
  insert into sync.fields (table_id, field, slot)
  select v_table_id, a.attname,
         coalesce((select max(slot) from sync.fields where table_id = v_table_id), 0) + row_number() over (order by a.attnum)
    from pg_attribute a
   where a.attrelid = p_table and a.attnum > 0 and not a.attisdropped and a.attname not in ('id', 'organization_id')
     and not exists (select from sync.fields f where f.table_id = v_table_id and f.field = a.attname);

  perform sync.build_capture(p_table);

  execute format('alter table %s enable row level security', p_table);
  execute format('alter table %s force row level security', p_table);
  execute format('revoke all on %s from public, anon, authenticated', p_table);
  execute format('drop policy if exists read_owner on %s', p_table);
  execute format('drop policy if exists read_scope on %s', p_table);
  -- an owner holds every wedding: no need to look one up in a long list for every row
  execute format('create policy read_owner on %s for select to app_owner using (%s)', p_table, v_mine);
  execute format('create policy read_scope on %s for select to app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer using (%s)',
                 p_table, v_mine || v_in_scope);

  -- the engine locks rows and reads stored values, for detection only
  execute format('drop policy if exists engine on %s', p_table);
  -- the engine writes one thing only: who works on a wedding its planner just made
  execute format('create policy engine on %s for all to wedsync_engine using (true) with check (%s)', p_table, case when v_name = 'assignments' then 'true' else 'false' end);
  execute format('grant select, update (id) on %s to wedsync_engine', p_table);
end $$;

-- ---- wire_expression.sql
-- sync.wire_expression: the SQL that spells one column as it stands on the wire: wall times to the minute, times of day
-- as 15:30, instants in UTC to the millisecond. Everything else is spelled by PostgreSQL itself.
-- Called  sync.track and sync.grant_rights, which write it into functions and queries
create or replace function sync.wire_expression(p_column text, p_type regtype)
returns text language sql immutable set search_path = pg_catalog, pg_temp as $$
  select case p_type
    when 'timestamp'::regtype   then format('to_char(%1$s, ''YYYY-MM-DD"T"HH24:MI'') || case when extract(second from %1$s) <> 0 then to_char(%1$s, '':SS'') else '''' end', p_column)
    when 'time'::regtype        then format('left(%s::text, 5)', p_column)
    when 'timestamptz'::regtype then format('to_char(%s at time zone ''UTC'', ''YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'')', p_column)
    else p_column end
$$;

-- ---- write_group.sql
-- sync.write_group: writes a group's ledger rows and then its rows, as the caller's own role; false, and nothing written,
-- where it is not clean. The ledger comes first: from the first row on the clock is held, and everybody else waits. No
-- ledger row without its row: only a clean group is recorded, and only a recorded one is written, whatever the plan.
-- Raises  42501  the policies hid a row of it
-- Called  process_sync_batch
create or replace function sync.write_group(p_group sync.change_group, p_role text, p_device_id uuid, p_batch_id uuid)
returns boolean language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare
  v_written integer;
begin
  perform set_config('sync.record_ids', p_group.ids::text, true), set_config('sync.change_ids', p_group.change_ids::text, true);
  if p_group.action = 'update' then
    execute format('select sync.%I(d.o_rows)
                      from sync.%I($1, $2, $3, $4) d
                     cross join lateral (
                       select case when d.o_is_clean then sync.record_changes($5, $6, $7, d.o_positions) end as recorded offset 0) ledger
                     where ledger.recorded = cardinality($1)',
                   'write_' || p_group.table_name || '_' || p_role, 'detect_' || p_group.table_name) into v_written
      using p_group.ids, p_group.base_versions, p_group.data, p_group.bases, p_group, p_device_id, p_batch_id;
    if v_written is null then
      return false;
    end if;
  else
    if not sync.is_group_clean(p_group, p_role) then
      return false;
    end if;
    perform sync.record_changes(p_group, p_device_id, p_batch_id, null);
    execute format('insert into public.%1$I (id, organization_id, %2$s)
                    select u.id, $1, %3$s from unnest($2, $3) u (id, data), jsonb_populate_record(null::public.%1$I, u.data) n', p_group.table_name,
                   (select string_agg(format('%I', f), ', ') from unnest(p_group.fields) f),
                   (select string_agg(format('n.%I', f), ', ') from unnest(p_group.fields) f))
      using sync.caller_organization(), p_group.ids, p_group.data;
    get diagnostics v_written = row_count;
  end if;
  if v_written <> cardinality(p_group.ids) then
    raise exception 'some rows of % are not the caller''s to write', p_group.table_name using errcode = '42501';
  end if;
  return true;
end $$;
grant execute on function sync.write_group(sync.change_group, text, uuid, uuid) to app_owner, app_planner, app_assistant;

-- ---- write_rows.sql
-- sync.write_rows: one statement on one table, as the caller's own role: creates, updates of the named fields, or deletes.
-- Names exactly the fields of the change, so that column rights are asked about those and no others. Answers, per
-- change, the position it got.
-- Raises  42501  the policies hid a row of it
-- Called  process_sync_batch, write_sync_decisions
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
          set_config('sync.change_ids', array(select (r ->> 'changeId')::uuid from jsonb_array_elements(p_rows) r)::text, true);

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

-- ---- write_sync_decisions.sql
-- write_sync_decisions: the second call of a batch that had to be decided: writes clean and decided changes together,
-- conflict rows, ledger and metrics. The records are locked since the first call.
-- Units are what goes in together: the whole batch in one, or, carefully, group by group, each in its own savepoint, so
-- that one that cannot be written harms no other.
-- Answers {receipts: {changeId: receipt}}, versions filled in.
-- Keeps   P1, P3, P4, P11
-- Called  push/write-decisions
create or replace function public.write_sync_decisions(p_decided jsonb)
returns jsonb language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare
  v_started  timestamptz := clock_timestamp();
  v_unit     jsonb;
  v_written  jsonb := '{}';
  v_faults   jsonb := '{}';
  v_detail   text;
  v_code     text;
  v_needed   text;
begin
  perform set_config('sync.device_id', p_decided ->> 'deviceId', true);
  for v_unit in select jsonb_array_elements(p_decided -> 'units') loop
    if not (p_decided ->> 'isCareful')::boolean then
      v_written := v_written || sync.write_unit(v_unit);
      continue;
    end if;
    -- what builds on something that could not be written is not tried
    select v_faults -> n ->> 'sqlstate' into v_needed from jsonb_array_elements_text(v_unit -> 'needs') n where v_faults ? n limit 1;
    if v_needed is not null then
      v_faults := v_faults || jsonb_build_object(v_unit ->> 'unit', jsonb_build_object('sqlstate',
        case when v_needed in ('23503', 'behind') then 'behind' else 'failed' end));
      continue;
    end if;
    begin
      v_written := v_written || sync.write_unit(v_unit);
    exception
      when integrity_constraint_violation or insufficient_privilege or data_exception or sqlstate 'SY010' then
        get stacked diagnostics v_code = returned_sqlstate, v_detail = constraint_name;
        v_faults := v_faults || jsonb_build_object(v_unit ->> 'unit', jsonb_build_object('sqlstate', v_code, 'constraint', v_detail));
    end;
  end loop;

  return jsonb_build_object('receipts', sync.settle_decisions(p_decided, v_written, v_faults, v_started), 'faults', v_faults);
end $$;
grant execute on function public.write_sync_decisions(jsonb)
  to app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;

-- ---- write_unit.sql
-- sync.write_unit: the statements of one unit, in their order; answers the position each change got, by change id.
-- Called  write_sync_decisions
create or replace function sync.write_unit(p_unit jsonb)
returns jsonb language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare
  v_written   jsonb := '{}';
  v_statement record;
  v_versions  jsonb;
begin
  for v_statement in
    select s."table" as table_name, s.action, array(select jsonb_array_elements_text(s.fields)) as fields, s.rows
      from jsonb_to_recordset(p_unit -> 'statements') as s ("table" text, action text, fields jsonb, rows jsonb)
  loop
    select coalesce(jsonb_object_agg(w.change_id, w.version), '{}') into v_versions
      from sync.write_rows(v_statement.table_name, v_statement.action, v_statement.fields, v_statement.rows) w;
    v_written := v_written || v_versions;
  end loop;
  return v_written;
end $$;
grant execute on function sync.write_unit(jsonb)
  to app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;

-- ---- end.sql
select sync.close_functions();
