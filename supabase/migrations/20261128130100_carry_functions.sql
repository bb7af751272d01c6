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

-- Written by sync.build_batch_functions. Locks the rows of a batch's updates, in order of id, and says where each record stands and
-- where its row lies, in the order of the arrays; null, unless all of them are clean at a glance: seen by the caller, theirs to
-- write, unmoved since the base version and standing at the base values. A row that had to be waited for is read anew by
-- PostgreSQL, but not the positions that go with it: if somebody who may not have been through when the look began wrote a row,
-- there is a second one, with all of them locked.
create or replace function sync.detect_@name@(p_group sync.change_group, out o_positions bigint[], out o_places tid[])
language plpgsql volatile security definer
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
    select array_agg(r.position order by r.nth) filter (where r.is_clean), array_agg(r.place order by r.nth), bool_and(r.is_old)
      into o_positions, o_places, v_is_old
      from (
        select f.position, s.nth, t.ctid as place, age(t.xmin) > age(v_oldest) as is_old,
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
  if cardinality(o_positions) is distinct from cardinality(p_group.changes) then
    o_positions := null;
    o_places := null;
  end if;
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
-- invoker. Null, and nothing written, where it is not clean; else how many rows. The ledger comes first: from the first row
-- on the clock is held, and everybody else waits.
create or replace function sync.update_%1$s_%2$s(p_group sync.change_group, p_device_id uuid, p_batch_id uuid)
returns integer language plpgsql volatile
  set search_path = pg_catalog, pg_temp set enable_seqscan = off set plan_cache_mode = force_generic_plan as $write$
declare
  %4$s
  v_stands  record := sync.detect_%1$s(p_group);
  v_written integer;
begin
  if v_stands.o_positions is null then
    return null;
  end if;
  v_written := sync.record_changes(p_group, p_device_id, p_batch_id, v_stands.o_positions);
  %5$s
  get diagnostics v_written = row_count;
  return v_written;
end $write$;
grant execute on function sync.update_%1$s_%2$s(sync.change_group, uuid, uuid) to app_%2$s;
$sql$, v_table.name, v_role, p_table, v_named,
      case when v_set is null then format('raise exception ''%s may not write here'' using errcode = ''42501'';', v_role)
           else format(E'update %s t\n     set %s\n    from rows from (unnest(p_group.changes), unnest(v_stands.o_places)) n (id, change_id, base_version, hash, data, base, more, place)\n   where t.ctid = n.place and t.id = n.id;', p_table, v_set) end);
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
  v_pairs   text;
  v_turns   text;
  v_seen_by text[] := sync.fields_of_audience(p_table);
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
  v_placed  text := $sql$
  select count(*), min(t.position) - 1, array_agg(t.change_id order by t.position) into v_told, v_before, v_led from told t;
  if v_told <> v_all then
    raise exception 'an organization takes no changes' using errcode = 'SY010';
  end if;
$sql$;
  -- a line for the batch that is being written: behind which position its changes stand, in their order (see sync.settle_batch)
  v_tail    text := $sql$
  if v_change_ids is not null then
    perform set_config('sync.led', concat(current_setting('sync.led', true), case when v_led = v_change_ids then '@name@ ' || v_before else '' end, E'\n'), true);
  end if;
  return null;
end $capture$;
alter function sync.@function@() owner to wedsync_engine;
$sql$;
begin
  select t.* into strict v_table from sync.tables t join pg_class c on c.relname = t.name where c.oid = p_table;

  -- by slot; a dropped column leaves its place
  select string_agg(case when a.attnum is null then 'false' else format('n.%1$I is distinct from o.%1$I', f.field) end, E',\n               ' order by f.slot),
         sync.moved_values(p_table, 'o_'), sync.moved_values(p_table, 'n_'),
         string_agg(case when a.attnum is null then format('r.field_positions[%s]', f.slot)
                         else format('case when p.moved[%1$s] then p.position else r.field_positions[%1$s] end', f.slot) end, E',\n             ' order by f.slot),
         string_agg(format('%L, %s', f.field, sync.wire_expression(format('@.%I', f.field), a.atttypid)), ', ' order by f.slot) filter (where a.attnum is not null),
         string_agg(format('n.%1$I as %2$I, o.%1$I as %3$I', f.field, 'n_' || f.field, 'o_' || f.field), ', ' order by f.slot) filter (where a.attnum is not null),
         string_agg(format('m.moved[%s]', f.slot), ' or ' order by f.slot) filter (where f.field = any (v_seen_by)),
         max(f.slot)
    into v_moved, v_before, v_after, v_slots, v_whole, v_pairs, v_turns, v_count
    from sync.fields f left join pg_attribute a on a.attrelid = p_table and a.attname = f.field and not a.attisdropped
   where f.table_id = v_table.table_id;

  -- updates: the row's fields that moved get the new position; who sees it, and a move to another scope, only where that changed.
  -- What moved is worked out before the clock is taken, the clock is taken by one small statement (a large one that had to wait
  -- for it would be set up a second time), and what is left is done while the whole organization waits. An organization at a
  -- time: nearly always there is only one.
  v_sql := replace(v_head, E'begin\n', E'  v_rows sync.moved_row[]; v_mine sync.moved_row[]; v_organizations uuid[]; v_organization uuid; v_all bigint; v_before bigint;'
                                        || E' v_led uuid[]; v_keeps boolean; v_moves boolean; v_turns boolean; v_is_one boolean;\nbegin\n') || $sql$
  select array_agg(row(m.organization_id, m.scope_id, m.scope_before, m.id, m.moved,
            @before@,
            @after@,
            w.change_id)::sync.moved_row order by m.id),
         count(*), bool_and(m.keeps), bool_or(m.scope_id <> m.scope_before), bool_or(@turns@), array_agg(w.change_id order by m.id),
         bool_and(m.organization_id = (select f.organization_id from new_rows f limit 1))
    into v_rows, v_all, v_keeps, v_moves, v_turns, v_led, v_is_one
    from (
      select n.organization_id, n.@scope@ as scope_id, o.@scope@ as scope_before, n.id,
             o.organization_id is not distinct from n.organization_id as keeps,
             @pairs@,
             array[
               @moved@] as moved
        from new_rows n left join old_rows o on o.id = n.id
      offset 0) m
    left join unnest(v_record_ids, v_change_ids) w (record_id, change_id) on w.record_id = m.id
   where true = any (m.moved) or not m.keeps;
  if v_all = 0 then
    return null;
  end if;
  if not v_keeps then
    raise exception 'id and organization of a record never change' using errcode = 'SY011';
  end if;

  v_organizations := case when v_is_one then array[(v_rows[1]).organization_id] else array(select distinct r.organization_id from unnest(v_rows) r order by 1) end;
  foreach v_organization in array v_organizations loop
    v_mine := case when v_is_one then v_rows else array(select r from unnest(v_rows) r where r.organization_id = v_organization) end;
    v_all := cardinality(v_mine);
    update sync.clock c set head = c.head + v_all where c.organization_id = v_organization and c.closed_at is null returning c.head - v_all into v_before;
    if not found then
      raise exception 'an organization takes no changes' using errcode = 'SY010';
    end if;
    insert into sync.marks (organization_id, position) values (v_organization, v_before + v_all);

    update sync.records r
       set position = p.position, changed_at = now(),
           field_positions = array[
             @slots@]
      from (select u.id, u.scope_before, u.moved, v_before + u.nth as position
              from unnest(v_mine) with ordinality u (organization_id, scope_id, scope_before, id, moved, before, after, change_id, nth) offset 0) p
     where r.record_id = p.id and r.table_id = @table_id@ and r.scope_id = p.scope_before;

    insert into sync.history (organization_id, position, scope_id, table_id, record_id, action, before, after, user_id, role, device_id, change_id)
    select v_organization, v_before + p.nth, p.scope_id, @table_id@, p.id, 'update', p.before, p.after, v_user, v_role, v_device, p.change_id
      from unnest(v_mine) with ordinality p (organization_id, scope_id, scope_before, id, moved, before, after, change_id, nth);
  end loop;

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
  v_sql := replace(replace(replace(v_sql, '@pairs@', v_pairs), '@turns@', coalesce(v_turns, 'false')), '@function@', 'capture_' || v_table.name || '_update');
  perform sync.build_function(v_sql, p_table, v_table, v_ticked, v_moved, v_before, v_after, v_slots, v_count, v_whole);

  -- inserts: a row that was deleted before takes up its old record
  v_sql := replace(v_head, E'begin\n', E'  v_all bigint; v_told bigint; v_before bigint; v_led uuid[];\nbegin\n') || $sql$
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
$sql$ || v_placed || v_tail;
  v_sql := replace(replace(v_sql, '@told@', replace(v_told, '@action@', 'create')), '@function@', 'capture_' || v_table.name || '_insert');
  perform sync.build_function(v_sql, p_table, v_table, v_ticked, v_moved, v_before, v_after, v_slots, v_count, v_whole);

  -- deletes: a tombstone each, and the last values in history
  v_sql := replace(v_head, E'begin\n', E'  v_all bigint; v_told bigint; v_before bigint; v_led uuid[];\nbegin\n') || $sql$
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
$sql$ || v_placed || v_tail;
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
      ('@scope@', quote_ident(p_tracked.scope_column)), ('@name@', p_tracked.name), ('@table_id@', p_tracked.table_id::text), ('@count@', p_count::text)
    ) parts (place, filling)
  loop
    v_text := replace(v_text, v_part.place, v_part.filling);
  end loop;
  execute v_text;
end $$;

-- ---- caller.sql
-- sync.caller: the caller with everything that follows from who they are, but only while the database role is the one their
-- membership gives them; null for a stranger.
-- Keeps   P7: claims of one person under the role of another see nothing
-- Called  every sync.caller_… where nothing is remembered
create or replace function sync.caller()
returns sync.caller_facts language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_me sync.caller_facts := sync.describe_caller();
begin
  return case when current_setting('role') = 'app_' || v_me.role then v_me end;
end $$;
alter function sync.caller() owner to wedsync_engine;
grant execute on function sync.caller()
  to app_nobody, app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;

-- ---- caller_audiences.sql
-- sync.caller_audiences: every name under which a row may let the caller see it.
-- Called  policies, once per statement; the steps of a batch and of a pull, where it is laid open: nothing is called
create or replace function sync.caller_audiences()
returns text[] language sql stable
return case when current_setting('sync.caller_is', true) = concat(current_setting('role'), current_setting('request.jwt.claims', true))
            then current_setting('sync.caller_audiences', true)::text[]
            else (sync.caller()).audiences end;
grant execute on function sync.caller_audiences()
  to wedsync_engine, app_nobody, app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;

-- ---- caller_organization.sql
-- sync.caller_organization: the caller's organization.
-- Called  policies, once per statement; the steps of a batch and of a pull, where it is laid open: nothing is called
create or replace function sync.caller_organization()
returns uuid language sql stable
return case when current_setting('sync.caller_is', true) = concat(current_setting('role'), current_setting('request.jwt.claims', true))
            then current_setting('sync.caller_organization', true)::uuid
            else (sync.caller()).organization_id end;
grant execute on function sync.caller_organization()
  to wedsync_engine, app_nobody, app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;

-- ---- caller_person.sql
-- sync.caller_person: the caller as one of the organization's people.
-- Called  policies, once per statement; the steps of a batch and of a pull, where it is laid open: nothing is called
create or replace function sync.caller_person()
returns uuid language sql stable
return case when current_setting('sync.caller_is', true) = concat(current_setting('role'), current_setting('request.jwt.claims', true))
            then current_setting('sync.caller_person', true)::uuid
            else (sync.caller()).person_id end;
grant execute on function sync.caller_person()
  to wedsync_engine, app_nobody, app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;

-- ---- caller_role.sql
-- sync.caller_role: the caller's role in their organization.
-- Called  policies, once per statement; the steps of a batch and of a pull, where it is laid open: nothing is called
create or replace function sync.caller_role()
returns text language sql stable
return case when current_setting('sync.caller_is', true) = concat(current_setting('role'), current_setting('request.jwt.claims', true))
            then current_setting('sync.caller_role', true)
            else (sync.caller()).role end;
grant execute on function sync.caller_role()
  to wedsync_engine, app_nobody, app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;

-- ---- caller_scopes.sql
-- sync.caller_scopes: what the caller may hold: the organization's own rows and their weddings. Null for a stranger.
-- Called  policies, once per statement; the steps of a batch and of a pull, where it is laid open: nothing is called
create or replace function sync.caller_scopes()
returns uuid[] language sql stable
return case when current_setting('sync.caller_is', true) = concat(current_setting('role'), current_setting('request.jwt.claims', true))
            then current_setting('sync.caller_scopes', true)::uuid[]
            else (sync.caller()).scopes end;
grant execute on function sync.caller_scopes()
  to wedsync_engine, app_nobody, app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;

-- ---- caller_self.sql
-- sync.caller_self: the names under which a vendor's own rows know them.
-- Called  policies, once per statement; the steps of a batch and of a pull, where it is laid open: nothing is called
create or replace function sync.caller_self()
returns text[] language sql stable
return case when current_setting('sync.caller_is', true) = concat(current_setting('role'), current_setting('request.jwt.claims', true))
            then current_setting('sync.caller_self', true)::text[]
            else (sync.caller()).self end;
grant execute on function sync.caller_self()
  to wedsync_engine, app_nobody, app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;

-- ---- caller_user.sql
-- sync.caller_user: the caller's account.
-- Called  policies, once per statement; the steps of a batch and of a pull, where it is laid open: nothing is called
create or replace function sync.caller_user()
returns uuid language sql stable
return case when current_setting('sync.caller_is', true) = concat(current_setting('role'), current_setting('request.jwt.claims', true))
            then current_setting('sync.caller_user', true)::uuid
            else (sync.caller()).user_id end;
grant execute on function sync.caller_user()
  to wedsync_engine, app_nobody, app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;

-- ---- claim_batch.sql
-- sync.claim_batch: takes the device's row, which holds back the device's other requests until commit. Answers whether changes of
-- this device are kept for another try: then nothing of it is plain, because later changes wait behind earlier ones.
-- Keeps   lock order: the device first
-- Raises  SY001  the claims name nobody who belongs here, or not in this role
-- Called  process_sync_batch
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
-- Called  process_sync_batch and sync.read_page, first of all
create or replace function sync.cursor_fault(p_cursor jsonb)
returns text language plpgsql stable security definer set search_path = pg_catalog, pg_temp set enable_seqscan = off as $$
declare
  v_organization uuid := coalesce(sync.caller_organization(), (current_setting('request.jwt.claims', true)::jsonb #>> '{app_metadata,organization_id}')::uuid);
  v_horizon      bigint;
begin
  if p_cursor is null or p_cursor = 'null' then
    return null;
  end if;
  if (p_cursor ->> 'epoch')::uuid <> (select e.id from sync.epoch e where e.is_only) then
    return 'another epoch';
  end if;
  if (p_cursor ->> 'markAt')::bigint > 0 and not exists (
       select from sync.marks m
        where m.organization_id = v_organization and m.position = (p_cursor ->> 'markAt')::bigint and m.mark = (p_cursor ->> 'mark')::uuid) then
    return 'the newest commit it heard of is not here';
  end if;
  v_horizon := (select c.horizon from sync.clock c where c.organization_id = v_organization);
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

-- ---- describe_caller.sql
-- sync.describe_caller: who the claims name, in the organization the claims name, with everything that follows from who they
-- are, whatever the database role is just now; null for a stranger.
-- Called  sync.remember_caller, and sync.caller, which asks for the role as well
create or replace function sync.describe_caller()
returns sync.caller_facts language plpgsql stable security definer set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan as $$
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
    return null;
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
  return (v_me.organization_id, v_me.user_id, v_me.person_id, v_me.role, v_me.organization_id || v_scopes,
          array[v_me.role, 'person:' || v_me.person_id::text]
            || case when v_me.role in ('owner', 'planner', 'assistant') then array['team'] end || v_self, v_self)::sync.caller_facts;
end $$;
alter function sync.describe_caller() owner to wedsync_engine;

-- ---- fields_of_audience.sql
-- sync.fields_of_audience: the fields on which it hangs who sees a row of a table: where none of them moved, nobody gains or
-- loses sight of the row. All fields, where the function hands the row on as a whole.
-- Called  sync.build_capture
create or replace function sync.fields_of_audience(p_table regclass)
returns text[] language sql stable set search_path = pg_catalog, pg_temp as $$
  select coalesce(array_agg(f.field), '{}')
    from pg_class c
    join sync.tables t on t.name = c.relname
    join sync.fields f on f.table_id = t.table_id
    join pg_proc p on p.oid = to_regprocedure(format('sync.%I(%s)', 'audience_of_' || c.relname, p_table::text))
   cross join lateral (select format('(\(%1$s\)|\m%1$s)\.', p.proargnames[1]) as of_row) a
   where c.oid = p_table
     and (p.prosrc ~ (a.of_row || quote_ident(f.field) || '\M')
          or regexp_replace(p.prosrc, a.of_row, '', 'g') ~ format('\m%s\M|\$1', p.proargnames[1]))
$$;

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
    execute format('select (sync.%I($1)).o_positions is not null', 'detect_' || p_group.table_name) into v_clean using p_group;
    return v_clean;
  end if;
  return exists (select from sync.role_tables rt
                  where rt.role = p_role and rt.table_name = p_group.table_name and rt.can_create and p_group.fields <@ rt.writes)
     -- a new record belongs to a wedding the caller holds
     and not exists (select from unnest(p_group.changes) c where c.data ? 'client_id' and (c.data ->> 'client_id')::uuid = any (sync.caller_scopes()) is not true)
     and not exists (select from sync.known_ids(p_group.table_name, array(select c.id from unnest(p_group.changes) c)));
end $$;
grant execute on function sync.is_group_clean(sync.change_group, text) to app_owner, app_planner, app_assistant;

-- ---- kept_changes.sql
-- sync.kept_changes: the caller's changes of one device that the server keeps for another try, in the order they came, but for those
-- that are tried under this lease: what comes later to the same record waits behind them.
-- Called  sync.open_batch
create or replace function sync.kept_changes(p_device_id uuid, p_lease uuid)
returns jsonb language plpgsql stable security definer set search_path = pg_catalog, pg_temp set enable_seqscan = off as $$
begin
  return (
    select coalesce(jsonb_agg(jsonb_build_object('changeId', q.change_id, 'table', q.table_name, 'id', q.record_id) order by q.arrival), '[]')
      from public.offline_sync_queue q
     where q.organization_id = sync.caller_organization() and q.user_id = sync.caller_user() and q.device_id = p_device_id
       and q.status in ('pending', 'processing') and (p_lease is null or q.lease is distinct from p_lease)
  );
end $$;
alter function sync.kept_changes(uuid, uuid) owner to wedsync_engine;
grant execute on function sync.kept_changes(uuid, uuid)
  to app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;

-- ---- late_receipts.sql
-- sync.late_receipts: the caller's receipts of one device that came late, within a window of positions.
-- A cursor that comes back is the only proof that the device kept them: nothing is ever marked as delivered.
-- Called  sync.read_page
create or replace function sync.late_receipts(p_device_id uuid, p_from bigint, p_to bigint)
returns jsonb language plpgsql stable security definer set search_path = pg_catalog, pg_temp set enable_seqscan = off as $$
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

-- ---- moved_values.sql
-- sync.moved_values: the SQL for the values of those fields of a row that moved, as JSON as it travels; their columns are named with
-- the prefix. Texts are made one object in one go, which costs half as much as an object for each; everything else is laid on top.
-- Called  sync.build_capture
create or replace function sync.moved_values(p_table regclass, p_prefix text)
returns text language sql stable set search_path = pg_catalog, pg_temp as $$
  select concat_ws(E'\n         || ',
           'jsonb_object(' || string_agg(format('case when m.moved[%s] then array[%L, (%s)::text] else ''{}'' end', f.slot, f.field, w.value),
                                         E'\n         || ' order by f.slot) filter (where w.is_text) || ')',
           string_agg(format('case when m.moved[%s] then jsonb_build_object(%L, %s) else ''{}'' end', f.slot, f.field, w.value),
                      E'\n         || ' order by f.slot) filter (where not w.is_text))
    from pg_class c
    join sync.tables t on t.name = c.relname
    join sync.fields f on f.table_id = t.table_id
    join pg_attribute a on a.attrelid = c.oid and a.attname = f.field and not a.attisdropped
   cross join lateral (
     -- a date is no text here: how it is spelled as one is the session's choice
     select sync.wire_expression(format('m.%I', p_prefix || f.field), a.atttypid) as value,
            a.atttypid in ('text'::regtype, 'uuid'::regtype, 'time'::regtype, 'timestamp'::regtype, 'timestamptz'::regtype) as is_text) w
   where c.oid = p_table
$$;

-- ---- open_session.sql
-- sync.open_session: a session for the person of these claims; null for somebody who is no member.
-- Cleans up what nobody can use any more, a little at a time, and ends the person's oldest beyond twenty.
-- Called  auth/sessions
create or replace function sync.open_session(p_claims text, p_session_hash bytea, p_csrf_hash bytea, p_expires_at timestamptz)
returns jsonb language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_caller sync.caller_facts;
begin
  perform set_config('request.jwt.claims', p_claims, true);
  v_caller := sync.describe_caller();
  if v_caller.role is null then
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

-- ---- process_sync_batch.sql
-- process_sync_batch: one batch of one device, in one call.
-- A plain batch (creates and updates, each of another record) of which nothing is contested is written whole:
-- {runs or settled, order}, see sync.settle_batch. Otherwise nothing is written: {open: true} at a first glance, and, where the
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
  v_changes integer := 0;
  v_settled jsonb;
  v_keeps   boolean;
begin
  if v_fault is not null then
    return jsonb_build_object('reset', v_fault);
  end if;
  v_keeps := sync.claim_batch(v_device, p_batch ->> 'sessionId', p_batch -> 'device');
  if not (p_batch ->> 'isPlain')::boolean then
    return sync.open_batch(p_batch, v_role);
  end if;
  if v_keeps or v_role not in ('owner', 'planner', 'assistant') then
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
    v_changes := v_changes + cardinality(v_group.changes);
  end loop;

  v_settled := sync.settle_batch(v_groups);
  perform sync.record_batch(v_device, p_batch ->> 'sessionId', v_changes, 0, 0, v_started);
  -- where this leaves the organization: who asked for receipts only needs no second question for their cursor
  return v_settled || jsonb_build_object('order', (select to_jsonb(o) from sync.read_order() o));
end $$;
grant execute on function public.process_sync_batch(jsonb)
  to app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;

-- ---- read_expression.sql
-- sync.read_expression: the SQL that reads one field out of JSON as its column's type, as jsonb_populate_record would; it does so
-- itself where a type is more than one cast away.
-- Called  sync.build_batch_functions
create or replace function sync.read_expression(p_table regclass, p_json text, p_field name, p_type regtype)
returns text language sql stable set search_path = pg_catalog, pg_temp as $$
  select case
    when p_type = 'text'::regtype then format('%s ->> %L', p_json, p_field)
    when p_type = 'jsonb'::regtype then format('nullif(%s -> %L, ''null'')', p_json, p_field)
    when p_type in ('uuid'::regtype, 'boolean'::regtype, 'smallint'::regtype, 'integer'::regtype, 'bigint'::regtype, 'double precision'::regtype,
                    'date'::regtype, 'time'::regtype, 'timestamp'::regtype, 'timestamptz'::regtype) then format('(%s ->> %L)::%s', p_json, p_field, p_type)
    else format('(jsonb_populate_record(null::%s, %s)).%I', p_table, p_json, p_field) end
$$;

-- ---- read_groups.sql
-- sync.read_groups: a batch's groups, in the order they came: the order in which records are locked and written.
-- Of the changes of a group the ids come as two texts, as the captures are told of them, and the rest as lists, so that nothing
-- is named fifty times: [baseVersion, hash, data, base, more].
-- Called  process_sync_batch
create or replace function sync.read_groups(p_groups jsonb)
returns sync.change_group[] language plpgsql stable set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan as $$
begin
  return array(
    select row(g."table", g.action, g.fields, g.ids, g."changeIds", array(
             select row(i.ids[c.nth], i.change_ids[c.nth], (c.change ->> 0)::bigint, (c.change ->> 1)::bytea, c.change -> 2,
                        nullif(c.change -> 3, 'null'), nullif(c.change -> 4, 'null'))::sync.batch_change
               from jsonb_array_elements(g.changes) with ordinality c (change, nth)))::sync.change_group
      from jsonb_to_recordset(p_groups) as g ("table" text, action text, fields text[], ids text, "changeIds" text, changes jsonb)
     cross join lateral (select g.ids::uuid[] as ids, g."changeIds"::uuid[] as change_ids offset 0) i);
end $$;
grant execute on function sync.read_groups(jsonb) to app_owner, app_planner, app_assistant;

-- ---- read_order.sql
-- sync.read_order: where the caller's organization stands: epoch, head, and the newest mark.
-- Called  sync.read_page, process_sync_batch
create or replace function sync.read_order()
returns table (epoch uuid, head bigint, mark_at bigint, mark uuid)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp set enable_seqscan = off as $$
#variable_conflict use_column
begin
  return query
    select e.id, coalesce(c.head, 0), coalesce(m.position, 0), m.mark
      from sync.epoch e
      left join sync.clock c on c.organization_id = sync.caller_organization()
      left join lateral (select k.position, k.mark from sync.marks k
                          where k.organization_id = c.organization_id order by k.position desc limit 1) m on true
     where e.is_only;
end $$;
alter function sync.read_order() owner to wedsync_engine;
grant execute on function sync.read_order()
  to app_nobody, app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;

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
         s.data, s.base, s.more, s.hash, 'completed', coalesce(s.position, 0), now()
    from rows from (unnest(p_group.changes), unnest(p_positions)) s (id, change_id, base_version, hash, data, base, more, position);
  get diagnostics v_recorded = row_count;
  return v_recorded;
end $$;
alter function sync.record_changes(sync.change_group, uuid, uuid, bigint[]) owner to wedsync_engine;
grant execute on function sync.record_changes(sync.change_group, uuid, uuid, bigint[]) to app_owner, app_planner, app_assistant;

-- ---- remember_caller.sql
-- sync.remember_caller: keeps, for the rest of the transaction, what follows from who the caller is: policies ask many times.
-- Answers their role, null for a stranger.
-- Bound to the claims and to the role their membership gives them; under any others it counts for nothing. Whoever could set
-- it could set the claims themselves, so it opens no door that was closed.
-- Called  sync.assume_caller; assign_creator, when the answer changed
create or replace function sync.remember_caller()
returns text language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_me sync.caller_facts := sync.describe_caller();
begin
  if v_me.role is null then
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
-- sync.settle_batch: what a plain batch's changes led to, after its rows were written. Nearly always every row moved, in the
-- order in which the changes came, and the capture left a line for each group that says behind which position: {runs: [position
-- before the first of each group]}. Else records are asked: {settled: [[changeId, version, hasMoved]]}.
-- Keeps   P3: every change has its answer, or nothing is committed
-- Called  process_sync_batch
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
  perform set_config('sync.record_ids', p_group.record_ids, true), set_config('sync.change_ids', p_group.change_ids, true);
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
                    select u.id, $1, %3$s from unnest($2) u, jsonb_populate_record(null::public.%1$I, u.data) n', p_group.table_name,
                   (select string_agg(format('%I', f), ', ') from unnest(p_group.fields) f),
                   (select string_agg(format('n.%I', f), ', ') from unnest(p_group.fields) f))
      using sync.caller_organization(), p_group.changes;
    get diagnostics v_written = row_count;
  end if;
  if v_written <> cardinality(p_group.changes) then
    raise exception 'some rows of % are not the caller''s to write', p_group.table_name using errcode = '42501';
  end if;
  return true;
end $$;
grant execute on function sync.write_group(sync.change_group, text, uuid, uuid) to app_owner, app_planner, app_assistant;

-- ---- end.sql
select sync.close_functions();
