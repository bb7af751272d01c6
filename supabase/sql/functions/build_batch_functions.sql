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
               'movedBy', (select jsonb_object_agg(f.field, jsonb_build_object('userId', h.user_id, 'deviceId', h.device_id, 'at', h.at,
                                       'role', case when h.role not in ('owner', 'app_owner') and h.user_id = any (l.leads) then 'lead' else h.role end, 'intent', q.more -> 'intents' -> f.field))
                             from sync.fields f
                             join sync.history h on h.record_id = r.record_id and h.table_id = @table_id@ and h.position = r.field_positions[f.slot]
                             left join public.offline_sync_queue q on q.organization_id = v_organization and q.change_id = h.change_id
                            cross join (select sync.leads_of(r.scope_id)) l (leads)
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
