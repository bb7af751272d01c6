-- Carried from supabase/sql/functions, each as its file has it. Bodies are checked when they first run.
set local check_function_bodies = off;

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
  v_sql := replace(v_head, E'begin\n', E'  v_rows sync.moved_row[]; v_mine sync.moved_row[]; v_ids uuid[]; v_organizations uuid[]; v_organization uuid; v_all bigint; v_before bigint;'
                                        || E' v_led uuid[]; v_keeps boolean; v_moves boolean; v_turns boolean; v_is_one boolean;\nbegin\n') || $sql$
  select array_agg(row(m.organization_id, m.scope_id, m.scope_before, m.id, m.moved,
            @before@,
            @after@,
            w.change_id)::sync.moved_row order by m.id),
         array_agg(m.id order by m.id),
         count(*), bool_and(m.keeps), bool_or(m.scope_id <> m.scope_before), bool_or(@turns@), array_agg(w.change_id order by m.id),
         bool_and(m.organization_id = (select f.organization_id from new_rows f limit 1))
    into v_rows, v_ids, v_all, v_keeps, v_moves, v_turns, v_led, v_is_one
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
    -- of very many nobody wants a list: whoever was not there looks through the scopes
    insert into sync.marks (organization_id, position, moved)
    values (v_organization, v_before + v_all, case when v_all <= 1000 and v_is_one then v_ids when v_all <= 1000 then array(select r.id from unnest(v_mine) r) end);

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

-- ---- count_news.sql
-- sync.count_news: how many records a device has still to hear of, each of its three parts counted as far as a thousand.
-- Called  sync.read_page
create or replace function sync.count_news(p_scopes uuid[], p_positions bigint[], p_begun bigint[], p_stages text[])
returns integer language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  return (select count(*) from sync.find_standing(sync.scopes_at(p_scopes, p_stages, '{early}'), p_positions, p_begun, true, 1000))
       + (select count(*) from sync.find_standing(sync.scopes_at(p_scopes, p_stages, '{early,late}'),
                                                  array(select case when g = 'early' then 0 else p end from unnest(p_positions, p_stages) s (p, g)), p_begun, false, 1000))
       + (select count(*) from sync.find_news(sync.scopes_at(p_scopes, p_stages, '{none}'), p_positions, p_begun, 1000));
end $$;
alter function sync.count_news(uuid[], bigint[], bigint[], text[]) owner to wedsync_engine;
grant execute on function sync.count_news(uuid[], bigint[], bigint[], text[])
  to app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;

-- ---- find_news.sql
-- sync.find_news: what the caller hears of each record that moved above their cursor, in order, without the rows themselves.
-- A run of pages has a beginning: whether a field moved is asked since then, because a record that moved while earlier
-- pages were read was in none of them. A scope that was loaded in this run holds all that stood at its beginning.
-- Keeps   P7: nothing of a record they never saw; an edit of fields they may not read is not sent
-- Called  sync.read_page
create or replace function sync.find_news(p_scopes uuid[], p_positions bigint[], p_begun bigint[], p_limit integer)
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
  select s.scope_id, r.position, t.table_name, r.record_id,
         case when not see.sees then coalesce(r.gone, 'remove') when seen.held then 'update' else 'create' end,
         seen.held, r.changed_at, r.position
    from unnest(p_scopes, p_positions, p_begun) s (scope_id, read_to, begun)
    join sync.moved_since(p_scopes, p_positions) r on r.scope_id = s.scope_id and r.position > s.read_to
    join readable t on t.table_id = r.table_id
   cross join lateral (
     select r.gone is null and r.audience && v_audiences as sees offset 0) see
   cross join lateral (
     select see.sees and exists (
              select from unnest(r.audience, r.audience_since) a (name, since) where a.since <= s.begun and a.name = any (v_audiences)) as still,
            s.read_to > 0 and see.sees and exists (
              select from unnest(r.audience, r.audience_since) a (name, since) where a.since <= s.read_to and a.name = any (v_audiences))
            or s.read_to > 0 and r.lost_audience && v_audiences and exists (
              select from unnest(r.lost_audience, r.lost_since, r.lost_positions) l (name, since, lost)
               where l.since <= s.read_to and l.lost > s.begun and l.name = any (v_audiences)) as held offset 0) seen
   where r.organization_id = v_organization_id and s.scope_id = any (v_scopes)
     and case when not see.sees then seen.held
              when not seen.still then true
              else exists (select from unnest(t.slots) slot
                            where r.field_positions[slot] > s.begun) end
   -- a record that moves between weddings leaves one before it enters the other
   order by r.position, see.sees
   limit p_limit;
end $$;
alter function sync.find_news(uuid[], bigint[], bigint[], integer) owner to wedsync_engine;
grant execute on function sync.find_news(uuid[], bigint[], bigint[], integer)
  to app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;

-- ---- find_standing.sql
-- sync.find_standing: what the caller loads of each scope: the records that were in it at the beginning, in the order in which they
-- came in, each as it stands when it is read. Whatever moves after the beginning is news as well (sync.find_news), and so is
-- what has come in since.
-- Takes   where each scope was read to, in that order; p_early: the tables that matter most, or the others
-- Keeps   P7: nothing of a record they do not see
-- Called  sync.read_page
create or replace function sync.find_standing(p_scopes uuid[], p_entered bigint[], p_begun bigint[], p_early boolean, p_limit integer)
returns setof sync.news language plpgsql stable security definer
  -- in the order of the index, a page of it: a plan that takes all there is and sorts it looks cheaper than it is
  set search_path = pg_catalog, pg_temp set enable_bitmapscan = off set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
declare
  v_organization_id uuid := sync.caller_organization();
  v_role text := sync.caller_role();
  v_scopes uuid[] := sync.caller_scopes();
  v_audiences text[] := sync.caller_audiences();
begin
  return query
  with readable as materialized (
    select rt.table_name, t.table_id
      from sync.role_tables rt
      join sync.tables t on t.name = rt.table_name
     where rt.role = v_role and cardinality(rt.slots) > 0 and t.loads_first = p_early
  )
  select s.scope_id, h.position, h.table_name, h.record_id, 'create', false, h.changed_at, h.entered
    from unnest(p_scopes, p_entered, p_begun) s (scope_id, read_to, begun)
   cross join lateral (
     select r.position, t.table_name, r.record_id, r.changed_at, r.entered
       from sync.records r
       join readable t on t.table_id = r.table_id
      where r.organization_id = v_organization_id and r.scope_id = s.scope_id and r.entered > s.read_to and r.entered <= s.begun
        and r.gone is null and r.audience && v_audiences
      order by r.entered
      limit p_limit
   ) h
   where s.scope_id = any (v_scopes)
   order by h.entered
   limit p_limit;
end $$;
alter function sync.find_standing(uuid[], bigint[], bigint[], boolean, integer) owner to wedsync_engine;
grant execute on function sync.find_standing(uuid[], bigint[], bigint[], boolean, integer)
  to app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;

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
    return query
      select r.*
        from sync.marks m
       cross join lateral unnest(m.moved) with ordinality u (id, nth)
        join sync.records r on r.record_id = u.id and r.position = m.position - cardinality(m.moved) + u.nth
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

-- ---- place_conflicts.sql
-- sync.place_conflicts: gives every conflict that moved its place in the organization's order, so that it reaches the devices
-- of the people who may decide it, and of its author, like any other record.
-- Keeps   order: the clock stays locked until commit; P9: a mark beside the position
-- Called  the triggers sync_feed_insert and sync_feed_update of sync_conflict_log, once per statement
create or replace function sync.place_conflicts()
returns trigger language plpgsql volatile security definer set search_path = pg_catalog, pg_temp set enable_seqscan = off as $$
declare
  v_table_id smallint := (select t.table_id from sync.tables t where t.name = 'conflicts');
begin
  with moved as materialized (
    select n.organization_id, n.conflict_id, coalesce(n.scope_id, n.organization_id) as scope_id,
           -- the team decides; the author hears what becomes of their edit
           array['team'] || array(select 'person:' || m.person_id::text from public.memberships m
                                   where m.organization_id = n.organization_id and m.user_id = n.user_id) as audience,
           row_number() over (partition by n.organization_id order by n.conflict_id) as nth
      from new_rows n
  ), ticked as (
    update sync.clock c set head = c.head + m.moves
      from (select organization_id, count(*) as moves from moved group by organization_id) m
     where c.organization_id = m.organization_id
    returning c.organization_id, c.head, c.head - m.moves as head_before
  ), marked as (
    insert into sync.marks (organization_id, position, moved)
    select t.organization_id, t.head, array(select m.conflict_id from moved m where m.organization_id = t.organization_id order by m.nth) from ticked t
  )
  insert into sync.records as r (record_id, table_id, scope_id, organization_id, position, entered, field_positions, audience, audience_since)
  select m.conflict_id, v_table_id, m.scope_id, m.organization_id, t.head_before + m.nth, t.head_before + m.nth, array[t.head_before + m.nth],
         m.audience, array_fill(t.head_before + m.nth, array[cardinality(m.audience)])
    from moved m join ticked t on t.organization_id = m.organization_id
  on conflict on constraint records_pkey do update
     set position = excluded.position, field_positions = excluded.field_positions, changed_at = now();
  return null;
end $$;
alter function sync.place_conflicts() owner to wedsync_engine;

-- ---- place_of_record.sql
-- sync.place_of_record: where a record of the caller's scopes stands, as a line of news before its row is read.
-- Called  sync.read_record
create or replace function sync.place_of_record(p_table text, p_record_id uuid)
returns sync.news[] language plpgsql stable security definer set search_path = pg_catalog, pg_temp set enable_seqscan = off as $$
begin
  return array(
    select row(r.scope_id, r.position, t.name, r.record_id, case when r.gone is null then 'update' else r.gone end, true, r.changed_at, r.position)::sync.news
      from sync.tables t join sync.records r on r.table_id = t.table_id and r.record_id = p_record_id
     where t.name = p_table and r.organization_id = sync.caller_organization() and r.scope_id = any (sync.caller_scopes())
       and sync.sees_record(p_table, p_record_id)
     order by r.gone nulls first, r.position desc limit 1);
end $$;
alter function sync.place_of_record(text, uuid) owner to wedsync_engine;
grant execute on function sync.place_of_record(text, uuid)
  to app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;

-- ---- read_page.sql
-- sync.read_page: the next page of news for the caller, with where it leaves their cursor.
-- Takes   {deviceId, scopes or null, limit, since (instead of a cursor, or null), cursor: {epoch, markAt, mark, read, scopes: {id: [position, rights, begun, stage]}} or null}
-- Answers {reset} or {epoch, markAt, mark, read, scopes, revoked, changes, settled, hasMore, remaining}
-- Keeps   P5, P8, P9: head, rows, rights and mark are of one snapshot, the statement's
-- Called  pull/read-page
-- A scope whose rights changed is told as revoked and read again from its start; that run begins at today's head, so that
-- nobody hears of a record that left before they came. The page is one stretch of the
-- organization's order: every scope below its end moves up to it.
-- A scope that is loaded comes in two stretches, in the order in which its records came in: 'early' is what a wedding's day hangs
-- on, 'late' the rest. While anything of these is left a page holds nothing else; then comes what moved since the run
-- began, of every scope. In the cursor the stage is false once a scope is loaded. One whose stage is of an older order is told as revoked, and loads again.
create or replace function sync.read_page(p_asked jsonb, out page text, out page_position bigint)
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare
  v_cursor    jsonb := nullif(p_asked -> 'cursor', 'null');
  v_held      jsonb;
  v_limit     integer := (p_asked ->> 'limit')::integer;
  v_fault     text := sync.cursor_fault(v_cursor);
  v_order     record;
  v_scopes    uuid[];
  v_positions bigint[];
  v_begun     bigint[];
  v_stages    text[];
  v_stage     text;
  v_lines     sync.news[];
  v_room      integer;
  v_loads     boolean := false;
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
  if v_cursor is null and p_asked ->> 'since' is not null and sync.caller_organization() is not null then
    v_cursor := sync.cursor_since((p_asked ->> 'since')::timestamptz);
  end if;
  v_held := coalesce(v_cursor -> 'scopes', '{}');

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
         coalesce(array_agg(case coalesce(h.held ->> 3, 'early') when 'false' then 'none' else coalesce(h.held ->> 3, 'early') end order by c.scope_id), '{}')
    into v_scopes, v_rights, v_positions, v_begun, v_stages
    from sync.caller_rights() c
   cross join lateral (
     select case when v_held -> c.scope_id::text ->> 1 = c.rights and v_held -> c.scope_id::text ->> 3 in ('false', 'early', 'late')
                 then v_held -> c.scope_id::text end as held) h
   where p_asked -> 'scopes' = 'null' or p_asked -> 'scopes' ? c.scope_id::text or c.scope_id = sync.caller_organization();

  select coalesce(jsonb_agg(h.key), '[]') into v_revoked
    from jsonb_each(v_held) h
   where h.value ->> 3 not in ('false', 'early', 'late')
      or not exists (select from unnest(v_scopes, v_rights) s (id, rights) where s.id::text = h.key and s.rights = h.value ->> 1);

  v_next := v_order.head;
  v_from := coalesce((v_cursor ->> 'read')::bigint, v_order.head);
  v_room := v_limit;
  foreach v_stage in array array['early', 'late'] loop
    if v_loads or v_stage <> all (v_stages) then
      continue;
    end if;
    v_lines := array(select n from sync.find_standing(sync.scopes_at(v_scopes, v_stages, array[v_stage]), v_positions, v_begun, v_stage = 'early', v_room + 1) n);
    v_loads := cardinality(v_lines) > v_room;
    v_lines := v_lines[:v_room];
    v_news := v_news || v_lines;
    v_room := v_room - cardinality(v_lines);
    if v_loads then
      v_positions := array(select case when g = v_stage then greatest(p, (v_lines[cardinality(v_lines)]).place) else p end from unnest(v_positions, v_stages) s (p, g));
    else
      v_positions := array(select case when g <> v_stage then p when v_stage = 'early' then 0 else b end from unnest(v_positions, v_stages, v_begun) s (p, g, b));
      v_stages := array(select case when g <> v_stage then g when v_stage = 'early' then 'late' else 'none' end from unnest(v_stages) g);
    end if;
  end loop;

  if v_loads then
    v_read := case when v_cursor is null then 0 else v_from end;
    v_more := true;
  else
    if cardinality(v_scopes) > 0 then
      v_lines := array(select n from sync.find_news(v_scopes, v_positions, v_begun, v_room + 2) n);
      -- a record that moves between two weddings is two lines at one position: no page ends between them
      if v_room > 0 and (v_lines[v_room + 1]).position = (v_lines[v_room]).position then
        v_room := v_room + 1;
      end if;
      v_more := cardinality(v_lines) > v_room;
      if v_more then
        v_lines := v_lines[:v_room];
        -- with the page full of what was loaded, the news has not begun
        v_next := coalesce((v_lines[v_room]).position, 0);
      end if;
      v_news := v_news || v_lines;
    end if;
    v_read := greatest(v_next, case when v_cursor is null then 0 else v_from end);
    v_positions := array(select greatest(p, v_next) from unnest(v_positions) with ordinality u (p, n) order by n);
  end if;
  if v_more then
    v_remaining := sync.count_news(v_scopes, v_positions, v_begun, v_stages);
  end if;

  -- not in one expression: a stranger may not run these functions, and is told that everything is revoked
  if cardinality(v_news) > 0 then
    v_changes := sync.read_rows(v_news);
  end if;
  if cardinality(v_scopes) > 0 and v_read > v_from then
    v_settled := sync.late_receipts((p_asked ->> 'deviceId')::uuid, v_from, v_read);
  end if;
  if cardinality(v_scopes) > 0 and p_asked ? 'open' then
    v_settled := v_settled || sync.settled_of(array(select jsonb_array_elements_text(p_asked -> 'open')::uuid));
  end if;

  -- how far this shows things: while something loads, no further than before
  page_position := case when v_loads then v_read else v_next end;
  page := json_build_object(
    'epoch', v_order.epoch, 'markAt', v_order.mark_at, 'mark', v_order.mark, 'read', v_read, 'position', page_position,
    'scopes', (select coalesce(json_object_agg(s.id, json_build_array(s.read_to, s.rights, case when v_more then s.begun else v_next end,
                                            case when s.stage = 'none' then 'false'::json else to_json(s.stage) end)), '{}')
                 from unnest(v_scopes, v_positions, v_rights, v_begun, v_stages) s (id, read_to, rights, begun, stage)),
    'revoked', v_revoked, 'hasMore', v_more,
    'changes', v_changes, 'settled', v_settled, 'remaining', v_remaining);
end $$;
grant execute on function sync.read_page(jsonb)
  to app_nobody, app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;

-- ---- scopes_at.sql
-- sync.scopes_at: the scopes that are at one of these stages, the others left out by leaving their place empty.
-- Called  sync.read_page, sync.count_news
create or replace function sync.scopes_at(p_scopes uuid[], p_stages text[], p_wanted text[])
returns uuid[] language sql immutable
return array(select case when s.stage = any (p_wanted) then s.id end from unnest(p_scopes, p_stages) with ordinality s (id, stage, nth) order by s.nth);
grant execute on function sync.scopes_at(uuid[], text[], text[])
  to wedsync_engine, app_nobody, app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;

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
  insert into sync.marks (organization_id, position, moved) values (p_organization, v_head, array[null::uuid]);
  return v_head;
end $$;
alter function sync.tick(uuid) owner to wedsync_engine;

-- ---- end.sql
select sync.close_functions();
