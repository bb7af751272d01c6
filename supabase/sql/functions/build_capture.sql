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
