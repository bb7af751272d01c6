-- Carried from supabase/sql/functions, each as its file has it. Bodies are checked when they first run.
set local check_function_bodies = off;

-- ---- api_roles.sql
-- sync.api_roles: the roles of Supabase's API, as a list for `revoke`; the one that only Supabase has is named only there.
-- Called  sync.close_functions and sync.close_tables
create or replace function sync.api_roles()
returns text language sql stable set search_path = pg_catalog, pg_temp as $$
  select string_agg(quote_ident(r.rolname), ', ' order by r.rolname) from pg_roles r where r.rolname in ('anon', 'authenticated', 'service_role')
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
  v_writes       text[] := coalesce((select rt.changes from sync.role_tables rt where rt.role = sync.caller_role() and rt.table_name = @literal@), '{}');
  v_stored       @table@[];
begin
  v_stored := array(
    select t from @table@ t where t.id = any (p_ids) and t.organization_id = v_organization order by t.id for no key update);

  select array_agg(jsonb_populate_record(t, s.data)), array_agg(r.position),
         coalesce(bool_and(
           -- a version this record has not reached is of another history: only values tell then
           r.position is not null and r.gone is null and s.base_version <= r.position
           and r.scope_id = any (v_scopes) and r.audience && v_audiences
           and s.data - v_writes = '{}'
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
-- Written by sync.build_batch_functions. A group's updates as app_%2$s, whose policies and column rights hold: security
-- invoker. Null, and nothing written, where it is not clean; else how many rows. The ledger comes first: from the first row
-- on the clock is held, and everybody else waits.
create or replace function sync.update_%1$s_%2$s(p_group sync.change_group, p_device_id uuid, p_batch_id uuid)
returns integer language plpgsql volatile
  set search_path = pg_catalog, pg_temp set enable_seqscan = off set plan_cache_mode = force_generic_plan as $write$
declare
  v_rows      %3$s[];
  v_positions bigint[];
  v_is_clean  boolean;
  v_written   integer;
begin
  select d.o_rows, d.o_positions, d.o_is_clean into v_rows, v_positions, v_is_clean
    from sync.detect_%1$s(p_group.ids, p_group.base_versions, p_group.data, p_group.bases) d;
  if not v_is_clean then
    return null;
  end if;
  perform sync.record_changes(p_group, p_device_id, p_batch_id, v_positions);
  %4$s
  get diagnostics v_written = row_count;
  return v_written;
end $write$;
grant execute on function sync.update_%1$s_%2$s(sync.change_group, uuid, uuid) to app_%2$s;
$sql$, v_table.name, v_role, p_table,
      case when v_set is null then format('raise exception ''%s may not write here'' using errcode = ''42501'';', v_role)
           else format('update %s t set %s from unnest(v_rows) n where t.id = n.id;', p_table, v_set) end);
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
  set search_path = pg_catalog, pg_temp set enable_seqscan = off set enable_mergejoin = off set plan_cache_mode = force_generic_plan as $capture$
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
    from placed p left join unnest(v_record_ids, v_change_ids) w (record_id, change_id) on w.record_id = p.id$sql$;
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

  -- updates: the row's fields that moved get the new position; who sees it, and a move to another scope, only where that changed.
  -- One statement: everything after the clock is taken is done while the whole organization waits.
  v_sql := replace(v_head, E'begin\n', E'  v_all bigint; v_told bigint; v_keeps boolean; v_moves boolean; v_turns boolean;\nbegin\n') || $sql$
  with seen as (
    select n.organization_id, n.@scope@ as scope_id, o.@scope@ as scope_before, n.id,
           o.organization_id is not distinct from n.organization_id as keeps,
           @audience_n@ is distinct from @audience_o@ as turns,
           @moved@ as moved,
           ('{' || concat_ws(',',
             @before@) || '}')::jsonb as before,
           ('{' || concat_ws(',',
             @after@) || '}')::jsonb as after
      from new_rows n left join old_rows o on o.id = n.id
    offset 0
  ), moved as materialized (
    select s.*, row_number() over (partition by s.organization_id order by s.id) as nth
      from seen s where s.moved <> 0 or not s.keeps
  ), @ticked@, stamped as (
    update sync.records r
       set position = p.position, changed_at = now(),
           field_positions = array[
             @slots@]
      from placed p
     where r.record_id = p.id and r.table_id = @table_id@ and r.scope_id = p.scope_before
  ), told as (
    @told@
    returning 1
  )
  select (select count(*) from told), count(*), bool_and(m.keeps), bool_or(m.scope_id <> m.scope_before), bool_or(m.turns)
    into v_told, v_all, v_keeps, v_moves, v_turns
    from moved m;
  if not v_keeps then
    raise exception 'id and organization of a record never change' using errcode = 'SY011';
  end if;

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
  @told@;
  get diagnostics v_told = row_count;
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
  @told@;
  get diagnostics v_told = row_count;
$sql$ || v_tail;
  v_sql := replace(replace(v_sql, '@told@', replace(v_told, '@action@', 'delete')), '@function@', 'capture_' || v_table.name || '_delete');
  perform sync.build_function(v_sql, p_table, v_table, v_ticked, v_moved, v_before, v_after, v_slots, v_count, v_whole);

  execute format('create or replace trigger sync_insert after insert on %s referencing new table as new_rows for each statement execute function sync.%I()', p_table, 'capture_' || v_table.name || '_insert');
  execute format('create or replace trigger sync_update after update on %s referencing old table as old_rows new table as new_rows for each statement execute function sync.%I()', p_table, 'capture_' || v_table.name || '_update');
  execute format('create or replace trigger sync_delete after delete on %s referencing old table as old_rows for each statement execute function sync.%I()', p_table, 'capture_' || v_table.name || '_delete');
  execute format('create or replace trigger sync_truncate before truncate on %s for each statement execute function sync.refuse_truncate()', p_table);
end $build$;

-- ---- close_functions.sql
-- sync.close_functions: takes the right to execute our functions from everybody; who may, has been granted it by name.
-- What Supabase hands to the roles of its API by default goes with it, on tables too.
-- Called  every migration that makes functions, at its end
create or replace function sync.close_functions()
returns void language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare
  v_function regprocedure;
  v_nobody   text := sync.api_roles();
begin
  for v_function in
    select p.oid::regprocedure from pg_proc p
     where p.pronamespace = 'sync'::regnamespace
        or p.pronamespace = 'public'::regnamespace and p.proname in ('process_sync_batch', 'write_sync_decisions', 'detect_sync_conflicts', 'get_user_sync_status', 'assign_creator')
  loop
    execute format('revoke execute on function %s from public, %s', v_function, v_nobody);
  end loop;
  perform sync.close_tables();
end $$;

-- ---- close_tables.sql
-- sync.close_tables: takes every right to our tables, and to their sequences, from the roles of Supabase's API: there, what is
-- made in `public` is handed to them by default. Other tables in `public` are none of our business.
-- Called  sync.close_functions
create or replace function sync.close_tables()
returns void language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare
  v_table  regclass;
  v_nobody text := sync.api_roles();
begin
  for v_table in
    select c.oid::regclass from pg_class c
      left join pg_depend d on d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'i'
      left join pg_class t on t.oid = d.refobjid
     where c.relkind in ('r', 'p', 'S')
       and (c.relnamespace = 'sync'::regnamespace
            or c.relnamespace = 'public'::regnamespace
               and (coalesce(t.relname, c.relname) in (select s.name from sync.tables s)
                    or coalesce(t.relname, c.relname) in ('organizations', 'offline_sync_queue', 'offline_sync_status', 'sync_conflict_log', 'sync_performance_metrics')))
  loop
    execute format('revoke all on %s from public, %s', v_table, v_nobody);
  end loop;
end $$;

-- ---- end_session.sql
-- sync.end_session: from now on this session is nobody's; says whether it was somebody's.
-- Called  auth/sessions
create or replace function sync.end_session(p_session_hash bytea)
returns boolean language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  update sync.sessions s set ended_at = now()
   where s.session_hash = p_session_hash and s.ended_at is null and s.expires_at > now();
  return found;
end $$;
alter function sync.end_session(bytea) owner to wedsync_engine;
grant execute on function sync.end_session(bytea) to wedsync_server;

-- ---- find_caller.sql
-- sync.find_caller: who the claims name, in the organization the claims name; no row for a stranger.
-- Called  sync.assume_caller and sync.caller
create or replace function sync.find_caller()
returns table (organization_id uuid, user_id uuid, person_id uuid, role text)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare
  -- read once, not once a row
  v_claims       jsonb := nullif(current_setting('request.jwt.claims', true), '');
  v_user         uuid  := v_claims ->> 'sub';
  v_organization uuid  := v_claims #>> '{app_metadata,organization_id}';
begin
  return query
    select m.organization_id, m.user_id, m.person_id, m.role
      from public.memberships m where m.user_id = v_user and m.organization_id = v_organization;
end $$;
alter function sync.find_caller() owner to wedsync_engine;
grant execute on function sync.find_caller() to wedsync_server;

-- ---- find_session.sql
-- sync.find_session: whose session this is, now; null for one that is unknown, ended or over.
-- `role` and `name` are for showing, and null for who is no member any more: rights are looked up by each transaction itself.
-- Called  auth/sessions, by every request with a cookie, and sync.open_session
create or replace function sync.find_session(p_session_hash bytea)
returns jsonb language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  return (
    select jsonb_build_object('userId', s.user_id, 'organizationId', s.organization_id, 'csrfHash', encode(s.csrf_hash, 'hex'),
                              'expiresAt', s.expires_at, 'role', m.role, 'name', p.name)
      from sync.sessions s
      left join public.memberships m on m.organization_id = s.organization_id and m.user_id = s.user_id
      left join public.people p on p.organization_id = m.organization_id and p.id = m.person_id
     where s.session_hash = p_session_hash and s.ended_at is null and s.expires_at > now()
  );
end $$;
alter function sync.find_session(bytea) owner to wedsync_engine;
grant execute on function sync.find_session(bytea) to wedsync_server;

-- ---- forget_declarations.sql
-- sync.forget_declarations: takes back what the declarations gave: rights, and the policies for writing. The same migration
-- gives them anew, in the same transaction.
-- Called  the first line of a migration that carries the declarations
create or replace function sync.forget_declarations()
returns void language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare
  v record;
begin
  for v in select p.polname, p.polrelid::regclass as tracked from pg_policy p join pg_class c on c.oid = p.polrelid join sync.tables t on t.name = c.relname
            where c.relnamespace = 'public'::regnamespace and p.polname like 'write\_%' loop
    execute format('drop policy %I on %s', v.polname, v.tracked);
  end loop;
  delete from sync.field_rights;
  delete from sync.table_rights;
  update sync.fields set together = null where together is not null;
end $$;

-- ---- get_user_sync_status.sql
-- get_user_sync_status: how it stands with one person's devices, changes and conflicts over the last hours.
-- Answers null for anybody who is neither that person nor an owner of their organization.
-- An owner's look at somebody else is entered in the security log by the same statement: no look without its entry.
-- Keeps   P10: what is not known is null, never zero
-- Called  ops/read-status
create or replace function public.get_user_sync_status(p_user_id uuid, p_hours integer)
returns jsonb language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_org   uuid;
  v_user  uuid;
  v_head  bigint;
  v_since timestamptz := now() - make_interval(hours => p_hours);
  v_queue jsonb;
  v_conflicts jsonb;
  v_performance jsonb;
  v_devices jsonb;
  v_last  record;
begin
  select c.organization_id, c.user_id into v_org, v_user from sync.caller() c
   where c.user_id = p_user_id
      or c.role = 'owner' and exists (select from public.memberships m where m.organization_id = c.organization_id and m.user_id = p_user_id);
  if v_org is null then
    return null;
  end if;
  if v_user <> p_user_id then
    insert into sync.security_log (organization_id, user_id, event, subject_id) values (v_org, v_user, 'status_read', p_user_id);
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

-- ---- open_session.sql
-- sync.open_session: a session for the person of these claims; null for somebody who is no member.
-- Cleans up what nobody can use any more, a little at a time, and ends the person's oldest beyond twenty.
-- Called  auth/sessions
create or replace function sync.open_session(p_claims text, p_session_hash bytea, p_csrf_hash bytea, p_expires_at timestamptz)
returns jsonb language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_caller record;
begin
  perform set_config('request.jwt.claims', p_claims, true);
  select * into v_caller from sync.find_caller();
  if not found then
    return null;
  end if;

  delete from sync.sessions s where s.session_hash in (
    select o.session_hash from sync.sessions o where o.expires_at < now() - interval '1 day' order by o.expires_at limit 100 for update skip locked);
  insert into sync.sessions (session_hash, organization_id, user_id, csrf_hash, expires_at)
  values (p_session_hash, v_caller.organization_id, v_caller.user_id, p_csrf_hash, p_expires_at);
  update sync.sessions s set ended_at = now() where s.session_hash in (
    select o.session_hash from sync.sessions o
     where o.organization_id = v_caller.organization_id and o.user_id = v_caller.user_id and o.ended_at is null and o.expires_at > now()
     order by o.created_at desc offset 20);
  return sync.find_session(p_session_hash);
end $$;
alter function sync.open_session(text, bytea, bytea, timestamptz) owner to wedsync_engine;
grant execute on function sync.open_session(text, bytea, bytea, timestamptz) to wedsync_server;

-- ---- record_security.sql
-- sync.record_security: appends what the server saw happen; there is no function that reads, alters or removes an entry.
-- Called  ops/security-log, a few times a minute, with a bounded number of entries
create or replace function sync.record_security(p_entries jsonb)
returns void language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  insert into sync.security_log (at, organization_id, user_id, event, code, times, request_id)
  select e.at, e."organizationId", e."userId", e.event, e.code, e.times, e."requestId"
    from jsonb_to_recordset(p_entries) as e (at timestamptz, "organizationId" uuid, "userId" uuid, event text, code text, times integer, "requestId" text);
end $$;
alter function sync.record_security(jsonb) owner to wedsync_engine;
grant execute on function sync.record_security(jsonb) to wedsync_server;

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
  v_count    bigint;
  v_settled  jsonb;
begin
  -- put together as text: half the price of jsonb_agg over jsonb_build_array
  select count(*), ('[' || string_agg('["' || s.change_id || '",' || r.position || case when r.xmin = v_me then ',true]' else ',false]' end, ',') || ']')::jsonb
    into v_count, v_settled
    from unnest(p_group.change_ids, p_group.ids) as s (change_id, id)
    join sync.records r on r.record_id = s.id and r.table_id = v_table_id and r.gone is null;

  if v_count <> cardinality(p_group.ids) then
    raise exception 'P3: % changes got % receipts', cardinality(p_group.ids), v_count;
  end if;
  return v_settled;
end $$;
alter function sync.settle_group(sync.change_group) owner to wedsync_engine;
grant execute on function sync.settle_group(sync.change_group) to app_owner, app_planner, app_assistant;

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

  -- room on a page for a row's next version: an edit then touches no index of the table
  if not exists (select from pg_class c where c.oid = p_table and c.reloptions::text like '%fillfactor=%') then
    execute format('alter table %s set (fillfactor = 80)', p_table);
  end if;

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

-- ---- write_group.sql
-- sync.write_group: writes a group's ledger rows and then its rows, as the caller's own role; false, and nothing written,
-- where it is not clean. The ledger comes first: from the first row on the clock is held, and everybody else waits.
-- Raises  42501  the policies hid a row of it
-- Called  process_sync_batch
create or replace function sync.write_group(p_group sync.change_group, p_role text, p_device_id uuid, p_batch_id uuid)
returns boolean language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare
  v_written integer;
begin
  perform set_config('sync.record_ids', p_group.ids::text, true), set_config('sync.change_ids', p_group.change_ids::text, true);
  if p_group.action = 'update' then
    execute format('select sync.%I($1, $2, $3)', 'update_' || p_group.table_name || '_' || p_role) into v_written
      using p_group, p_device_id, p_batch_id;
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

-- ---- end.sql
select sync.close_functions();
