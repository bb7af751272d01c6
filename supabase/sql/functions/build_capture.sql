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
  -- Three statements: what moved is worked out before the clock is taken, the clock is taken by one small statement (a large
  -- one that had to wait for it would be set up a second time), and what is left is done while the whole organization waits.
  v_sql := replace(v_head, E'begin\n', E'  v_rows sync.moved_row[]; v_organizations uuid[]; v_heads bigint[]; v_all bigint; v_told bigint; v_led text;'
                                        || E' v_keeps boolean; v_moves boolean; v_turns boolean;\nbegin\n') || $sql$
  select array_agg(row(m.organization_id, m.scope_id, m.scope_before, m.id, m.moved, m.before, m.after, m.nth)::sync.moved_row), count(*),
         bool_and(m.keeps), bool_or(m.scope_id <> m.scope_before), bool_or(m.turns)
    into v_rows, v_all, v_keeps, v_moves, v_turns
    from (
      select s.*, row_number() over (partition by s.organization_id order by s.id) as nth
        from (
          select n.organization_id, n.@scope@ as scope_id, o.@scope@ as scope_before, n.id,
                 o.organization_id is not distinct from n.organization_id as keeps,
                 @audience_n@ is distinct from @audience_o@ as turns,
                 @moved@ as moved,
                 ('{' || concat_ws(',',
             @before@) || '}')::jsonb as before,
                 ('{' || concat_ws(',',
             @after@) || '}')::jsonb as after
            from new_rows n left join old_rows o on o.id = n.id
          offset 0) s
       where s.moved <> 0 or not s.keeps) m;
  if v_all = 0 then
    return null;
  end if;
  if not v_keeps then
    raise exception 'id and organization of a record never change' using errcode = 'SY011';
  end if;

  with ticked as (
    update sync.clock c set head = c.head + m.moves
      from (select r.organization_id, count(*) as moves from unnest(v_rows) r group by 1 order by 1) m
     where c.organization_id = m.organization_id and c.closed_at is null
    returning c.organization_id, c.head, c.head - m.moves as head_before
  ), marked as (
    insert into sync.marks (organization_id, position) select t.organization_id, t.head from ticked t
  )
  select array_agg(t.organization_id), array_agg(t.head_before) into v_organizations, v_heads from ticked t;

  with placed as materialized (
    select r.*, h.head_before + r.nth as position
      from unnest(v_rows) r join unnest(v_organizations, v_heads) h (organization_id, head_before) on h.organization_id = r.organization_id
  ), stamped as (
    update sync.records r
       set position = p.position, changed_at = now(),
           field_positions = array[
             @slots@]
      from placed p
     where r.record_id = p.id and r.table_id = @table_id@ and r.scope_id = p.scope_before
  ), told as (@told@)
  select count(*), @led@ into v_told, v_led from told t;

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
