-- Carried from supabase/sql/functions, each as its file has it. Bodies are checked when they first run.
set local check_function_bodies = off;

-- ---- api_roles.sql
-- sync.api_roles: the roles of Supabase's API, as a list for `revoke`; the one that only Supabase has is named only there.
-- Called  sync.close_functions and sync.close_tables
create or replace function sync.api_roles()
returns text language sql stable set search_path = pg_catalog, pg_temp as $$
  select string_agg(quote_ident(r.rolname), ', ' order by r.rolname) from pg_roles r where r.rolname in ('anon', 'authenticated', 'service_role')
$$;

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
  v_role := coalesce(sync.remember_caller(), 'nobody');
  perform set_config('role', 'app_' || v_role, true);
  return v_role;
end $$;
grant execute on function sync.assume_caller(text) to wedsync_server;

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
    from placed p left join unnest(v_record_ids, v_change_ids) w (record_id, change_id) on w.record_id = p.id
  returning change_id, position$sql$;
  v_led     text := $sql$string_agg('["' || t.change_id || '",' || t.position || ',true]', ',')$sql$;
  -- a line for the batch that is being written: which change led where (see sync.settle_batch)
  v_tail    text := $sql$
  if v_told <> v_all then
    raise exception 'an organization takes no changes' using errcode = 'SY010';
  end if;
  if v_change_ids is not null then
    perform set_config('sync.led', concat(current_setting('sync.led', true), v_led, E'\n'), true);
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
  v_sql := replace(v_head, E'begin\n', E'  v_all bigint; v_told bigint; v_led text; v_keeps boolean; v_moves boolean; v_turns boolean;\nbegin\n') || $sql$
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
  ), told as (@told@)
  select (select count(*) from told), (select @led@ from told t), count(*), bool_and(m.keeps), bool_or(m.scope_id <> m.scope_before), bool_or(m.turns)
    into v_told, v_led, v_all, v_keeps, v_moves, v_turns
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
  v_sql := replace(replace(replace(v_sql, '@led@', v_led), '@told@', replace(v_told, '@action@', 'update')), '@function@', 'capture_' || v_table.name || '_update');
  perform sync.build_function(v_sql, p_table, v_table, v_ticked, v_moved, v_before, v_after, v_slots, v_count, v_whole);

  -- inserts: a row that was deleted before takes up its old record
  v_sql := replace(v_head, E'begin\n', E'  v_all bigint; v_told bigint; v_led text;\nbegin\n') || $sql$
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
  ), told as (@told@)
  select count(*), @led@ into v_told, v_led from told t;
$sql$ || v_tail;
  v_sql := replace(replace(replace(v_sql, '@led@', v_led), '@told@', replace(v_told, '@action@', 'create')), '@function@', 'capture_' || v_table.name || '_insert');
  perform sync.build_function(v_sql, p_table, v_table, v_ticked, v_moved, v_before, v_after, v_slots, v_count, v_whole);

  -- deletes: a tombstone each, and the last values in history
  v_sql := replace(v_head, E'begin\n', E'  v_all bigint; v_told bigint; v_led text;\nbegin\n') || $sql$
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
  ), told as (@told@)
  select count(*), @led@ into v_told, v_led from told t;
$sql$ || v_tail;
  v_sql := replace(replace(replace(v_sql, '@led@', v_led), '@told@', replace(v_told, '@action@', 'delete')), '@function@', 'capture_' || v_table.name || '_delete');
  perform sync.build_function(v_sql, p_table, v_table, v_ticked, v_moved, v_before, v_after, v_slots, v_count, v_whole);

  execute format('create or replace trigger sync_insert after insert on %s referencing new table as new_rows for each statement execute function sync.%I()', p_table, 'capture_' || v_table.name || '_insert');
  execute format('create or replace trigger sync_update after update on %s referencing old table as old_rows new table as new_rows for each statement execute function sync.%I()', p_table, 'capture_' || v_table.name || '_update');
  execute format('create or replace trigger sync_delete after delete on %s referencing old table as old_rows for each statement execute function sync.%I()', p_table, 'capture_' || v_table.name || '_delete');
  execute format('create or replace trigger sync_truncate before truncate on %s for each statement execute function sync.refuse_truncate()', p_table);
end $build$;

-- ---- caller.sql
-- sync.caller: the caller with everything that follows from who they are, but only while the database role is the one their
-- membership gives them; no row for a stranger.
-- Keeps   P7: claims of one person under the role of another see nothing
-- Called  every sync.caller_… where nothing is remembered
create or replace function sync.caller()
returns table (organization_id uuid, user_id uuid, person_id uuid, role text, scopes uuid[], audiences text[], self text[])
language plpgsql stable security definer set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan as $$
#variable_conflict use_column
begin
  return query select c.* from sync.describe_caller() c where current_setting('role') = 'app_' || c.role;
end $$;
alter function sync.caller() owner to wedsync_engine;
grant execute on function sync.caller()
  to app_nobody, app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;

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

-- ---- conflicts_met.sql
-- sync.conflicts_met: the conflicts an entry of a record's history met: those its own change opened, and those in which the
-- value it wrote stood on the server's side. Fields beyond the given ones are left out; so is a conflict with none left.
-- Called  sync.read_history
create or replace function sync.conflicts_met(p_entry sync.history, p_table text, p_fields text[])
returns jsonb language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  return (
    select coalesce(jsonb_agg(jsonb_build_object(
             'conflictId', c.conflict_id, 'changeId', c.change_id, 'side', case when c.change_id = p_entry.change_id then 'client' else 'server' end,
             'status', c.status, 'fields', f.fields, 'strategy', c.resolution ->> 'strategy',
             'by', sync.known_person(c.user_id, null), 'note', case when sync.caller_role() in ('owner', 'planner', 'assistant') then c.note end,
             'decidedBy', case when c.decided_by is not null then sync.known_person(c.decided_by, null) end,
             'decidedAt', to_char(c.decided_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')) order by c.detected_at, c.conflict_id), '[]')
      from public.sync_conflict_log c
     cross join lateral (
       select jsonb_agg(e) as fields,
              bool_or(p_entry.after -> (e ->> 'field') = e -> 'server'
                      -- the newest entry that wrote this value
                      and not exists (select from sync.history n
                                       where n.record_id = p_entry.record_id and n.table_id = p_entry.table_id and n.position > p_entry.position
                                         and n.after -> (e ->> 'field') = e -> 'server')) as is_met
         from jsonb_array_elements(c.fields) e where e ->> 'field' = any (p_fields)) f
     where c.organization_id = p_entry.organization_id and c.record_id = p_entry.record_id and c.table_name = p_table
       and coalesce(c.scope_id, p_entry.scope_id) = p_entry.scope_id and f.fields is not null
       and (c.change_id = p_entry.change_id or f.is_met)
  );
end $$;
alter function sync.conflicts_met(sync.history, text, text[]) owner to wedsync_engine;

-- ---- describe_caller.sql
-- sync.describe_caller: who the claims name, in the organization the claims name, with everything that follows from who they
-- are, whatever the database role is just now; no row for a stranger.
-- Called  sync.remember_caller, and sync.caller, which asks for the role as well
create or replace function sync.describe_caller()
returns table (organization_id uuid, user_id uuid, person_id uuid, role text, scopes uuid[], audiences text[], self text[])
language plpgsql stable security definer set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan as $$
#variable_conflict use_column
declare
  -- read once, not once a row
  v_claims       jsonb := nullif(current_setting('request.jwt.claims', true), '');
  v_user         uuid  := v_claims ->> 'sub';
  v_organization uuid  := v_claims #>> '{app_metadata,organization_id}';
  v_me           record;
  v_scopes       uuid[];
  v_self         text[] := '{}';
begin
  select m.organization_id, m.user_id, m.person_id, m.role into v_me
    from public.memberships m where m.user_id = v_user and m.organization_id = v_organization;
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
  organization_id := v_me.organization_id;
  user_id := v_me.user_id;
  person_id := v_me.person_id;
  role := v_me.role;
  scopes := v_me.organization_id || v_scopes;
  audiences := array[v_me.role, 'person:' || v_me.person_id::text]
               || case when v_me.role in ('owner', 'planner', 'assistant') then array['team'] end || v_self;
  self := v_self;
  return next;
end $$;
alter function sync.describe_caller() owner to wedsync_engine;

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
            -- no field is called what the row is called here: a name of one letter would be the field's
            format('(select row_to_json("the row") from (select %s from %s t where t.id = n.record_id) "the row")', v.read_list, v.tracked));
  end loop;

  delete from sync.role_digests;
  insert into sync.role_digests (role, digest)
  select t.role, encode(sha256(convert_to(string_agg(t.table_name || ':' || t.row_query, ';' order by t.table_name), 'UTF8')), 'hex')
    from sync.role_tables t group by 1;

  for v in select format('public.%I', t.name)::regclass as tracked from sync.tables t order by t.rank loop
    perform sync.build_batch_functions(v.tracked);
  end loop;
end $$;

-- ---- history_for.sql
-- sync.history_for: be the person of these claims for this one statement, and read what happened to one record.
-- Called  ops/read-history
create or replace function sync.history_for(p_claims text, p_table text, p_record_id uuid, p_before bigint, p_limit integer)
returns jsonb language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
begin
  if sync.assume_caller(p_claims) = 'nobody' then
    return null;
  end if;
  return sync.read_history(p_table, p_record_id, p_before, p_limit);
end $$;
grant execute on function sync.history_for(text, text, uuid, bigint, integer) to wedsync_server;

-- ---- known_person.sql
-- sync.known_person: who an account is, as far as the caller may know: a name only of people they see, else the role alone.
-- Called  sync.read_history, sync.conflicts_met
create or replace function sync.known_person(p_user_id uuid, p_role text)
returns jsonb language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_person record;
begin
  select p.id, p.name, m.role into v_person
    from public.memberships m join public.people p on p.organization_id = m.organization_id and p.id = m.person_id
   where m.organization_id = sync.caller_organization() and m.user_id = p_user_id
     and sync.audience_of_people(p) && sync.caller_audiences();
  return jsonb_build_object('personId', v_person.id, 'name', v_person.name,
                            'role', coalesce(substring(p_role from '^app_(.+)$'), v_person.role));
end $$;
alter function sync.known_person(uuid, text) owner to wedsync_engine;

-- ---- last_moved.sql
-- sync.last_moved: the position at which anything in one of the caller's scopes moved last; 0 where nothing ever did.
-- Called  sync.read_scope
create or replace function sync.last_moved(p_scope uuid)
returns bigint language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  return (
    select coalesce(max(r.position), 0) from sync.records r
     where r.organization_id = sync.caller_organization() and r.scope_id = p_scope and p_scope = any (sync.caller_scopes())
  );
end $$;
alter function sync.last_moved(uuid) owner to wedsync_engine;
grant execute on function sync.last_moved(uuid)
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
  if jsonb_array_length(p_records) = 0 then
    return 0;
  end if;
  execute format('insert into public.%1$I (%2$s) select %2$s from jsonb_populate_recordset(null::public.%1$I, $1) on conflict (id) do nothing',
                 p_table, v_columns) using p_records;
  get diagnostics v_loaded = row_count;
  return v_loaded;
end $$;

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
  v_settled jsonb;
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

  v_settled := sync.settle_batch(v_groups);
  perform sync.record_batch(v_device, p_batch ->> 'sessionId', jsonb_array_length(v_settled), 0, 0, v_started);
  -- where this leaves the organization: who asked for receipts only needs no second question for their cursor
  return jsonb_build_object('settled', v_settled, 'order', (select to_jsonb(o) from sync.read_order() o));
end $$;
grant execute on function public.process_sync_batch(jsonb)
  to app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;

-- ---- read_history.sql
-- sync.read_history: what happened to one record, newest first, as the caller may know it; null for a record they may not see.
-- Takes   a table, a record, the position to go on below (null: from the newest) and how many entries at most
-- Answers {entries, nextPage}: entries with who, when, device, change, fields from and to, and the conflicts met
-- Keeps   P7: only records they see now or saw until they were deleted; only what happened while they saw it (past sights as the
--         feed keeps them, the joined oldest ones left out); key by key what their role reads; names only of people they see
-- Called  sync.history_for
create or replace function sync.read_history(p_table text, p_record_id uuid, p_before bigint, p_limit integer)
returns jsonb language plpgsql stable security definer set search_path = pg_catalog, pg_temp set enable_seqscan = off as $$
declare
  v_organization uuid   := sync.caller_organization();
  v_role         text   := sync.caller_role();
  v_scopes       uuid[] := sync.caller_scopes();
  v_audiences    text[] := sync.caller_audiences();
  v_table_id     smallint;
  v_fields       text[];
  v_entries      jsonb;
begin
  select t.table_id, array(select f.field from sync.fields f where f.table_id = t.table_id and f.slot = any (rt.slots))
    into v_table_id, v_fields
    from sync.role_tables rt join sync.tables t on t.name = rt.table_name
   where rt.role = v_role and rt.table_name = p_table and cardinality(rt.slots) > 0;
  if v_table_id is null or not exists (
    select from sync.records r
     where r.record_id = p_record_id and r.table_id = v_table_id and r.organization_id = v_organization and r.scope_id = any (v_scopes)
       and case when r.gone is null then r.audience && v_audiences
                else r.gone = 'delete' and exists (select from unnest(r.lost_audience, r.lost_positions) l (name, lost)
                                                    where l.lost = r.position and l.name = any (v_audiences)) end) then
    return null;
  end if;

  with mine as materialized (
    select r.* from sync.records r
     where r.record_id = p_record_id and r.table_id = v_table_id and r.organization_id = v_organization and r.scope_id = any (v_scopes)
  ), sights as materialized (
    select m.scope_id, a.since, null::bigint as lost
      from mine m cross join unnest(m.audience, m.audience_since) a (name, since) where m.gone is null and a.name = any (v_audiences)
    union all
    select l.scope_id, l.since, l.lost
      from (select m.scope_id, l.name, l.since, l.lost, row_number() over (partition by m.scope_id, l.name order by l.lost desc) as nth
              from mine m cross join unnest(m.lost_audience, m.lost_since, m.lost_positions) l (name, since, lost)) l
     where l.name = any (v_audiences) and l.nth < 8
  ), lived as (
    select h as entry,
           exists (select from sights s where s.since < h.position and (s.lost is null or s.lost >= h.position)) as saw_before
      from sync.history h
     where h.record_id = p_record_id and h.table_id = v_table_id and h.organization_id = v_organization
       and (p_before is null or h.position < p_before)
       and exists (select from sights s where s.scope_id = h.scope_id and h.position >= s.since
                      and (s.lost is null or h.position < s.lost or h.position = s.lost and h.action = 'delete'))
       and (h.action <> 'update' or exists (select from jsonb_object_keys(h.after) k where k = any (v_fields)))
     order by h.position desc
     limit p_limit + 1
  )
  select coalesce(jsonb_agg(jsonb_build_object(
           'version', (l.entry).position, 'action', (l.entry).action,
           'at', to_char((l.entry).at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
           'by', case when (l.entry).user_id is not null then sync.known_person((l.entry).user_id, (l.entry).role) end,
           'deviceId', (l.entry).device_id, 'changeId', (l.entry).change_id,
           'fields', (select coalesce(jsonb_agg(jsonb_build_object('field', k.field)
                                  || case when l.saw_before and (l.entry).before ? k.field then jsonb_build_object('from', (l.entry).before -> k.field) else '{}' end
                                  || case when (l.entry).after ? k.field then jsonb_build_object('to', (l.entry).after -> k.field) else '{}' end order by k.field), '[]')
                        from (select jsonb_object_keys(coalesce((l.entry).after, (l.entry).before)) as field) k
                       where k.field = any (v_fields)
                         -- what was empty from the start, or to the end, says nothing
                         and ((l.entry).action = 'update' or coalesce((l.entry).after, (l.entry).before) -> k.field <> 'null')),
           'conflicts', sync.conflicts_met(l.entry, p_table, v_fields)) order by (l.entry).position desc), '[]')
    into v_entries from lived l;

  -- one more than asked for tells that there is another page
  if jsonb_array_length(v_entries) > p_limit then
    return jsonb_build_object('entries', v_entries - p_limit, 'nextPage', v_entries -> (p_limit - 1) ->> 'version');
  end if;
  return jsonb_build_object('entries', v_entries, 'nextPage', null);
end $$;
alter function sync.read_history(text, uuid, bigint, integer) owner to wedsync_engine;
grant execute on function sync.read_history(text, uuid, bigint, integer)
  to app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;

-- ---- read_scope.sql
-- sync.read_scope: every record of one scope as the caller's own select gives it, and where that stands in the order; null
-- for a scope that is not theirs. It asks the tables, not the feed's own record of them: what the feed sent is held
-- against it.
-- Answers {position, since, tables: {name: [{id, data}]}}
-- Keeps   P5, P7: rows as the caller's role, under its policies and column rights
-- Called  ops/verify-scope, in a transaction that reads one snapshot
create or replace function sync.read_scope(p_scope uuid)
returns text language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare
  v_table  record;
  v_rows   json;
  v_tables text[] := '{}';
begin
  if (p_scope = any (sync.caller_scopes())) is not true then
    return null;
  end if;
  for v_table in select t.* from sync.readable_tables() t loop
    execute format('select json_agg(json_build_object(''id'', n.record_id, ''data'', %s)) from (select id as record_id from public.%I where %I = $1) n',
                   v_table.row_query, v_table.table_name, v_table.scope_column) into v_rows using p_scope;
    if v_rows is not null then
      v_tables := v_tables || format('%s:%s', to_json(v_table.table_name), v_rows);
    end if;
  end loop;
  return format('{"position":%s,"since":%s,"tables":{%s}}', (select o.head from sync.read_order() o), sync.last_moved(p_scope), array_to_string(v_tables, ','));
end $$;
grant execute on function sync.read_scope(uuid)
  to app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;

-- ---- readable_tables.sql
-- sync.readable_tables: the tables the caller's role reads, with the column that names a row's scope and the query of one row.
-- Called  sync.read_scope
create or replace function sync.readable_tables()
returns table (table_name text, scope_column text, row_query text)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
begin
  return query
    select t.name, t.scope_column, rt.row_query
      from sync.role_tables rt join sync.tables t on t.name = rt.table_name
     where rt.role = sync.caller_role() and cardinality(rt.slots) > 0
     order by t.name;
end $$;
alter function sync.readable_tables() owner to wedsync_engine;
grant execute on function sync.readable_tables()
  to app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;

-- ---- remember_caller.sql
-- sync.remember_caller: keeps, for the rest of the transaction, what follows from who the caller is: policies ask many times.
-- Answers their role, null for a stranger.
-- Bound to the claims and to the role their membership gives them; under any others it counts for nothing. Whoever could set
-- it could set the claims themselves, so it opens no door that was closed.
-- Called  sync.assume_caller; assign_creator, when the answer changed
create or replace function sync.remember_caller()
returns text language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_me record;
begin
  select * into v_me from sync.describe_caller();
  if not found then
    return null;
  end if;
  perform set_config('sync.caller_is', concat('app_', v_me.role, current_setting('request.jwt.claims', true)), true),
          set_config('sync.caller_organization', v_me.organization_id::text, true), set_config('sync.caller_user', v_me.user_id::text, true),
          set_config('sync.caller_person', v_me.person_id::text, true), set_config('sync.caller_role', v_me.role, true),
          set_config('sync.caller_scopes', v_me.scopes::text, true), set_config('sync.caller_audiences', v_me.audiences::text, true),
          set_config('sync.caller_self', v_me.self::text, true);
  return v_me.role;
end $$;
alter function sync.remember_caller() owner to wedsync_engine;
grant execute on function sync.remember_caller() to wedsync_server, app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;

-- ---- settle_batch.sql
-- sync.settle_batch: what a plain batch's changes led to: [[changeId, version, hasMoved]], after its rows were written.
-- Nearly always every row moved, and the capture left a line for each group that says where to; else records are asked.
-- Keeps   P3: every change has its answer, or nothing is committed
-- Called  process_sync_batch
create or replace function sync.settle_batch(p_groups sync.change_group[])
returns jsonb language plpgsql volatile security definer
  set search_path = pg_catalog, pg_temp set enable_seqscan = off set plan_cache_mode = force_generic_plan as $$
declare
  v_lines   text[]  := string_to_array(rtrim(current_setting('sync.led', true), E'\n'), E'\n');
  v_settled jsonb;
  v_count   bigint  := (select sum(cardinality(g.ids)) from unnest(p_groups) g);
  v_me      xid     := pg_current_xact_id()::xid;
begin
  -- a line is one statement, which moves a record once: as many lines as groups, and as many rows as changes, are all of them
  if cardinality(v_lines) = cardinality(p_groups) and '' <> all (v_lines) then
    v_settled := ('[' || array_to_string(v_lines, ',') || ']')::jsonb;
    if jsonb_array_length(v_settled) = v_count then
      return v_settled;
    end if;
  end if;

  select jsonb_agg(jsonb_build_array(s.change_id, r.position, r.xmin = v_me)) into v_settled
    from unnest(p_groups) g
    join sync.tables t on t.name = g.table_name
   cross join lateral unnest(g.change_ids, g.ids) as s (change_id, id)
    join sync.records r on r.record_id = s.id and r.table_id = t.table_id and r.gone is null;
  if jsonb_array_length(v_settled) is distinct from v_count::integer then
    raise exception 'P3: % changes got % receipts', v_count, coalesce(jsonb_array_length(v_settled), 0);
  end if;
  return v_settled;
end $$;
alter function sync.settle_batch(sync.change_group[]) owner to wedsync_engine;
grant execute on function sync.settle_batch(sync.change_group[]) to app_owner, app_planner, app_assistant;

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
