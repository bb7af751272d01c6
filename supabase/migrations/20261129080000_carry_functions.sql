-- where a moved row's line in the feed lies, if whoever writes it has looked
alter type sync.moved_row add attribute place tid;
-- what a function answers changes only with a new one
drop function sync.read_order();
drop function sync.record_batch(uuid, text, integer, integer, integer, timestamptz);
do $$
declare
  v record;
begin
  for v in select p.oid::regprocedure as old from pg_proc p join sync.tables t on p.proname = 'detect_' || t.name where p.pronamespace = 'sync'::regnamespace loop
    execute format('drop function %s', v.old);
  end loop;
end $$;
-- Carried from supabase/sql/functions, each as its file has it. Bodies are checked when they first run.
set local check_function_bodies = off;

-- ---- assume_caller.sql
-- sync.assume_caller: for the rest of the transaction, be the person of these claims; returns their role.
-- Keeps   P7: the database role follows from the membership, never from the token; a stranger becomes app_nobody
-- Called  the first step of every transaction of the server
-- An invoker function: PostgreSQL refuses to set the role inside a definer function.
create or replace function sync.assume_caller(p_claims text)
returns text language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare
  v_claims text := set_config('request.jwt.claims', p_claims, true);
  v_role   text := coalesce(sync.remember_caller(), 'nobody');
  v_noted  text := set_config('role', 'app_' || v_role, true);
begin
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
-- where its row and its line in the feed lie, in the order of the arrays; null, unless all of them are clean at a glance: seen by the caller, theirs to
-- write, unmoved since the base version and standing at the base values. A row that had to be waited for is read anew by
-- PostgreSQL, but not the positions that go with it: if somebody who may not have been through when the look began wrote a row,
-- there is a second one, with all of them locked.
create or replace function sync.detect_@name@(p_group sync.change_group, out o_positions bigint[], out o_places tid[], out o_records tid[])
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
    select array_agg(r.position order by r.nth) filter (where r.is_clean), array_agg(r.place order by r.nth), array_agg(r.record_place order by r.nth), bool_and(r.is_old)
      into o_positions, o_places, o_records, v_is_old
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
  if cardinality(o_positions) is distinct from cardinality(p_group.changes) then
    o_positions := null;
    o_places := null;
    o_records := null;
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
  v_noted   text;
begin
  if v_stands.o_positions is null then
    return null;
  end if;
  v_written := sync.record_changes(p_group, p_device_id, p_batch_id, v_stands.o_positions);
  v_noted := set_config('sync.places', v_stands.o_records::text, true);
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
  v_places     tid[]  := nullif(current_setting('sync.places', true), '');
  v_noted      text;
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
    insert into sync.marks (organization_id, position, moved)
    select t.organization_id, t.head,
           case when t.head - t.head_before <= 1000 then array(select m.id from moved m where m.organization_id = t.organization_id order by m.nth) end
      from ticked t
  )$sql$;
  v_told    text := $sql$
  insert into sync.history (organization_id, position, scope_id, table_id, record_id, action, before, after, user_id, role, device_id, change_id)
  select p.organization_id, p.position, p.scope_id, @table_id@, p.id, '@action@', p.before, p.after, v_user, v_role, v_device, w.change_id
    from placed p left join unnest(v_record_ids, v_change_ids) w (record_id, change_id) on w.record_id = p.id
  returning change_id, position$sql$;
  v_stamp   text := $sql$update sync.records r
         set position = p.position, changed_at = now(),
             field_positions = array[
             @slots@]
        from (select u.id, u.scope_before, u.moved, u.place, v_before + u.nth as position
                from unnest(v_mine) with ordinality u (organization_id, scope_id, scope_before, id, moved, before, after, change_id, place, nth) offset 0) p$sql$;
  v_placed  text := $sql$
  select count(*), min(t.position) - 1, array_agg(t.change_id order by t.position) into v_told, v_before, v_led from told t;
  if v_told <> v_all then
    raise exception 'an organization takes no changes' using errcode = 'SY010';
  end if;
$sql$;
  -- a line for the batch that is being written: behind which position its changes stand, in their order (see sync.settle_batch)
  v_tail    text := $sql$
  if v_change_ids is not null then
    v_noted := set_config('sync.led', concat(current_setting('sync.led', true), case when v_led = v_change_ids then '@name@ ' || v_before else '' end, E'\n'), true);
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
  v_sql := replace(v_head, E'begin\n', E'  v_rows sync.moved_row[]; v_mine sync.moved_row[]; v_ids uuid[]; v_organizations uuid[]; v_organization uuid; v_all bigint; v_before bigint;'
                                        || E' v_led uuid[]; v_keeps boolean; v_moves boolean; v_turns boolean; v_is_one boolean; v_have_places boolean; v_placed bigint;\nbegin\n') || $sql$
  select array_agg(q.line order by q.id), array_agg(q.id order by q.id), count(*), bool_and(q.keeps), bool_or(q.moves), bool_or(q.turns),
         array_agg(q.change_id order by q.id), bool_and(q.organization_id = (select f.organization_id from new_rows f limit 1)), bool_and(q.has_place)
    into v_rows, v_ids, v_all, v_keeps, v_moves, v_turns, v_led, v_is_one, v_have_places
    from (
      -- made before they are put in order: what is sorted is one value, not twice as many as the table has columns
      select m.organization_id, m.id, m.keeps, m.scope_id <> m.scope_before as moves, @turns@ as turns, w.change_id, w.place is not null as has_place,
             row(m.organization_id, m.scope_id, m.scope_before, m.id, m.moved,
            @before@,
            @after@,
            w.change_id, w.place)::sync.moved_row as line
        from (
          select n.organization_id, n.@scope@ as scope_id, o.@scope@ as scope_before, n.id,
                 o.organization_id is not distinct from n.organization_id as keeps,
                 @pairs@,
                 array[
               @moved@] as moved
            from new_rows n left join old_rows o on o.id = n.id
          offset 0) m
        left join unnest(v_record_ids, v_change_ids, v_places) w (record_id, change_id, place) on w.record_id = m.id
       where true = any (m.moved) or not m.keeps
      offset 0) q;
  if v_all = 0 then
    return null;
  end if;
  if not v_keeps then
    raise exception 'id and organization of a record never change' using errcode = 'SY011';
  end if;

  if v_is_one then
    v_organizations := array[(v_rows[1]).organization_id];
    v_mine := v_rows;
  else
    v_organizations := array(select distinct r.organization_id from unnest(v_rows) r order by 1);
  end if;
  foreach v_organization in array v_organizations loop
    if not v_is_one then
      v_mine := array(select r from unnest(v_rows) r where r.organization_id = v_organization);
    end if;
    v_all := cardinality(v_mine);
    update sync.clock c set head = c.head + v_all where c.organization_id = v_organization and c.closed_at is null returning c.head - v_all into v_before;
    if not found then
      raise exception 'an organization takes no changes' using errcode = 'SY010';
    end if;
    -- of very many nobody wants a list: whoever was not there looks through the scopes
    insert into sync.marks (organization_id, position, moved)
    values (v_organization, v_before + v_all, case when v_all <= 1000 and v_is_one then v_ids when v_all <= 1000 then array(select r.id from unnest(v_mine) r) end);

    -- where a batch has looked at the records, their places are known and need not be looked up while everybody waits; a record that
    -- does not stand there any more is found by its key, as are those of everybody else
    v_placed := 0;
    if v_have_places then
      @stamp@
       where r.ctid = p.place and r.record_id = p.id and r.table_id = @table_id@ and r.scope_id = p.scope_before;
      get diagnostics v_placed = row_count;
    end if;
    if v_placed < v_all then
      @stamp@
       where r.record_id = p.id and r.table_id = @table_id@ and r.scope_id = p.scope_before and r.position <= v_before;
    end if;

    insert into sync.history (organization_id, position, scope_id, table_id, record_id, action, before, after, user_id, role, device_id, change_id)
    select v_organization, v_before + p.nth, p.scope_id, @table_id@, p.id, 'update', p.before, p.after, v_user, v_role, v_device, p.change_id
      from unnest(v_mine) with ordinality p (organization_id, scope_id, scope_before, id, moved, before, after, change_id, place, nth);
  end loop;

  if v_moves then
    insert into sync.records as r (organization_id, scope_id, table_id, record_id, position, entered, field_positions, audience, audience_since)
    select r.organization_id, n.@scope@, r.table_id, r.record_id, r.position, r.position, r.field_positions,
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
  v_sql := replace(replace(replace(replace(v_sql, '@stamp@', v_stamp), '@pairs@', v_pairs), '@turns@', coalesce(v_turns, 'false')), '@function@', 'capture_' || v_table.name || '_update');
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
    insert into sync.records as r (organization_id, scope_id, table_id, record_id, position, entered, field_positions, audience, audience_since)
    select p.organization_id, p.scope_id, @table_id@, p.id, p.position, p.position, array_fill(p.position, array[@count@]),
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

-- ---- build_update_group.sql
-- sync.build_update_group: writes sync.update_group, which hands a group of updates to the writer of its table and of the
-- caller's role. Written out, because a statement put together while a batch waits is read and planned anew for each.
-- Called  sync.grant_rights
create or replace function sync.build_update_group()
returns void language plpgsql volatile set search_path = pg_catalog, pg_temp as $build$
declare
  v_roles  text[] := array['owner', 'planner', 'assistant'];
  v_writes text;
begin
  select string_agg(format(E'when %L then\n    case p_group.table_name\n%s\n    end case;', r.role, r.tables), E'\n  ') into v_writes
    from (select role, string_agg(format('    when %L then return sync.%I(p_group, p_device_id, p_batch_id);', t.name, concat_ws('_', 'update', t.name, role)),
                                  E'\n' order by t.rank, t.name) as tables
            from sync.tables t cross join unnest(v_roles) role
           where t.name <> 'conflicts'
           group by role) r;
  execute format($sql$
-- Written by sync.build_update_group. Null, and nothing written, where the group is not clean; else how many rows.
create or replace function sync.update_group(p_group sync.change_group, p_role text, p_device_id uuid, p_batch_id uuid)
returns integer language plpgsql volatile set search_path = pg_catalog, pg_temp as $write$
begin
  case p_role
  %s
  end case;
end $write$;
grant execute on function sync.update_group(sync.change_group, text, uuid, uuid) to app_owner, app_planner, app_assistant;
$sql$, v_writes);
end $build$;

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
  perform sync.build_update_group();
end $$;

-- ---- moved_since.sql
-- sync.moved_since: the caller's organization's records that moved above where each scope was read to, each as it stands now.
-- Marks name what moved with their commit, so what is new is found without an index that every edit would have to move in; where
-- they do not go back so far, or it is far, the scopes themselves are looked through.
-- Called  sync.find_news
create or replace function sync.moved_since(p_scopes uuid[], p_positions bigint[])
returns setof sync.records language plpgsql stable security definer
  set search_path = pg_catalog, pg_temp set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
declare
  v_organization uuid   := sync.caller_organization();
  v_from         bigint := (select min(s.read_to) from unnest(p_scopes, p_positions) s (scope_id, read_to) where s.scope_id is not null);
  v_head         bigint := (select c.head from sync.clock c where c.organization_id = v_organization);
begin
  if v_from is null or v_head is null or v_from >= v_head then
    return;
  end if;
  if v_head - v_from <= 5000 and (
       -- every position from there to the head is in a mark that names its record
       select count(m.moved) = count(*) and max(m.position) = v_head and min(m.position - cardinality(m.moved)) <= v_from
              and sum(cardinality(m.moved)) = max(m.position) - min(m.position - cardinality(m.moved))
         from sync.marks m where m.organization_id = v_organization and m.position > v_from) then
    -- from the marks to the records, each by its key, and never the other way round, which tables without statistics invite: there
    -- every record would ask every mark
    return query
      select r.*
        from sync.marks m
       cross join lateral unnest(m.moved) with ordinality u (id, nth)
       cross join lateral (select k.* from sync.records k
                            where k.record_id = u.id and k.position = m.position - cardinality(m.moved) + u.nth offset 0) r
       where m.organization_id = v_organization and m.position > v_from
         and r.organization_id = v_organization and r.scope_id = any (p_scopes);
  else
    return query
      select r.*
        from unnest(p_scopes, p_positions) s (scope_id, read_to)
        join sync.records r on r.organization_id = v_organization and r.scope_id = s.scope_id and r.position > s.read_to;
  end if;
end $$;
alter function sync.moved_since(uuid[], bigint[]) owner to wedsync_engine;

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
  v_noted   text;
  v_took    double precision;
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

  v_noted := set_config('sync.device_id', v_device::text, true);
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
  v_took := sync.record_batch(v_device, p_batch ->> 'sessionId', v_changes, 0, 0, v_started);
  -- where this leaves the organization: who asked for receipts only needs no second question for their cursor
  return v_settled || jsonb_build_object('order', to_jsonb(sync.read_order()));
end $$;
grant execute on function public.process_sync_batch(jsonb)
  to app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;

-- ---- read_order.sql
-- sync.read_order: where the caller's organization stands: epoch, head, and the newest mark.
-- Called  sync.read_page, process_sync_batch
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

-- ---- record_batch.sql
-- sync.record_batch: one row of metrics for a batch. Answers how many milliseconds it took.
-- Called  process_sync_batch, write_sync_decisions
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

-- ---- remember_caller.sql
-- sync.remember_caller: keeps, for the rest of the transaction, what follows from who the caller is: policies ask many times.
-- Answers their role, null for a stranger.
-- Bound to the claims and to the role their membership gives them; under any others it counts for nothing. Whoever could set
-- it could set the claims themselves, so it opens no door that was closed.
-- Called  sync.assume_caller; assign_creator, when the answer changed
create or replace function sync.remember_caller()
returns text language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_me    sync.caller_facts := sync.describe_caller();
  v_noted text;
begin
  if v_me.role is null then
    return null;
  end if;
  v_noted := concat(
    set_config('sync.caller_is', concat('app_', v_me.role, current_setting('request.jwt.claims', true)), true),
    set_config('sync.caller_organization', v_me.organization_id::text, true), set_config('sync.caller_user', v_me.user_id::text, true),
    set_config('sync.caller_person', v_me.person_id::text, true), set_config('sync.caller_role', v_me.role, true),
    set_config('sync.caller_scopes', v_me.scopes::text, true), set_config('sync.caller_audiences', v_me.audiences::text, true),
    set_config('sync.caller_self', v_me.self::text, true));
  return v_me.role;
end $$;
alter function sync.remember_caller() owner to wedsync_engine;
grant execute on function sync.remember_caller() to wedsync_server, app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;

-- ---- settle_batch.sql
-- sync.settle_batch: what a plain batch's changes led to, after its rows were written. Nearly always every row moved, in the
-- order in which the changes came, and the capture left a line for each group that says behind which position: {runs: [position
-- before the first of each group]}. Else records are asked: {settled: [[changeId, version, hasMoved]]}.
-- Keeps   P3: every change has its answer, or nothing is committed
-- Keeps   P9: a server that lost this answer, because an older copy was put back, is noticed
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

-- ---- tick.sql
-- sync.tick: takes the clock for a commit that writes a ledger row but no record, and leaves a mark.
-- Keeps   P9: what was refused, held, or there already is part of the history a cursor can prove
-- Called  sync.settle_batch, settle_decisions, take_into_escrow, close_retries, discard_failed
create or replace function sync.tick(p_organization uuid)
returns bigint language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_head bigint;
begin
  update sync.clock c set head = c.head + 1 where c.organization_id = p_organization returning c.head into strict v_head;
  insert into sync.marks (organization_id, position, moved) values (p_organization, v_head, array[null::uuid]);
  return v_head;
end $$;
alter function sync.tick(uuid) owner to wedsync_engine;

-- ---- write_group.sql
-- sync.write_group: writes a group's ledger rows and then its rows, as the caller's own role; false, and nothing written,
-- where it is not clean. The ledger comes first: from the first row on the clock is held, and everybody else waits.
-- Raises  42501  the policies hid a row of it
-- Called  process_sync_batch
create or replace function sync.write_group(p_group sync.change_group, p_role text, p_device_id uuid, p_batch_id uuid)
returns boolean language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare
  v_noted   text := concat(set_config('sync.record_ids', p_group.record_ids, true), set_config('sync.change_ids', p_group.change_ids, true),
                           set_config('sync.places', '', true));
  v_written integer;
begin
  if p_group.action = 'update' then
    v_written := sync.update_group(p_group, p_role, p_device_id, p_batch_id);
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
