-- Carried from supabase/sql/functions, each as its file has it. Bodies are checked when they first run.
set local check_function_bodies = off;

-- ---- find_holders.sql
-- sync.find_holders: the records that hold what a batch wants and only one may hold, or that may be the same as one it makes:
-- what sync.stored_… says of each, of those the caller sees.
-- Takes   {inTurn: [{table, wedding}], claims: [{table, same: fields that hold the same, folded: fields that do but for capitals and spaces around it, isHeld, wanted: [{field: value}]}]}
-- inTurn  of one wedding's table one looks after the other, until commit, so that of two at once the second sees the first: what comes of it
--         may be that somebody waits, and then no constraint would say so
-- isHeld  these stay as they are until commit
-- Keeps   P7: only records the caller sees, only fields they may read or write, in what is asked and in what is answered
-- Called  push/find-holders, once the batch's own records are locked
create or replace function sync.find_holders(p_claims jsonb)
returns jsonb language plpgsql volatile security definer set search_path = pg_catalog, pg_temp set enable_seqscan = off as $$
declare
  v_claim record;
  v_ids   uuid[];
  v_found jsonb;
  v_all   jsonb := '[]';
begin
  perform pg_advisory_xact_lock(hashtextextended(concat_ws('/', 'alike', t.table_name, t.wedding), 0))
     from (select distinct i."table" as table_name, i.wedding from jsonb_to_recordset(p_claims -> 'inTurn') as i ("table" text, wedding uuid)
            where i.wedding = any (sync.caller_scopes()) order by 1, 2) t;
  for v_claim in
    select t.name, c.same, c.folded, coalesce(c."isHeld", false) as is_held, c.wanted
      from jsonb_array_elements(p_claims -> 'claims') with ordinality e (value, nth)
     cross join lateral jsonb_to_record(e.value) as c ("table" text, same text[], folded text[], "isHeld" boolean, wanted jsonb)
      join sync.role_tables rt on rt.role = sync.caller_role() and rt.table_name = c."table"
      join sync.tables t on t.name = c."table" and t.name <> 'conflicts'
     -- all there is of a table is never wanted
     where cardinality(c.same) > 0
       -- and nobody finds out what stands in a field they may not read by asking who holds it
       and not exists (select from unnest(c.same || c.folded) n
                        where n <> 'id' and not exists (select from sync.field_rights r where r.table_name = t.name and r.field = n and r.role = rt.role and (r.can_read or r.can_write)))
     order by e.nth
  loop
    -- a new statement, after the waits
    execute format('select array_agg(distinct h.id) from jsonb_populate_recordset(null::public.%1$I, $1) w join public.%1$I h on h.organization_id = $2 and %2$s',
                   v_claim.name,
                   (select string_agg(format('h.%1$I = w.%1$I', n), ' and ') from unnest(v_claim.same) n)
                   || coalesce((select string_agg(format(' and lower(btrim(h.%1$I)) = lower(btrim(w.%1$I))', n), '') from unnest(v_claim.folded) n), ''))
      into v_ids using v_claim.wanted, sync.caller_organization();
    if v_claim.is_held and v_ids is not null then
      execute format('select sync.%I($1, $2, false)', 'lock_' || v_claim.name) using sync.caller_organization(), v_ids;
    end if;
    -- once more a new one: what had to be waited for may have moved, or gone
    execute format('select coalesce(jsonb_agg(s order by s ->> %L), %L) from sync.%I($1) s where s ? %L', 'id', '[]', 'stored_' || v_claim.name, 'fields')
      into v_found using coalesce(v_ids, '{}');
    v_all := v_all || v_found;
  end loop;
  return v_all;
end $$;
alter function sync.find_holders(jsonb) owner to wedsync_engine;
grant execute on function sync.find_holders(jsonb)
  to app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;

-- ---- write_statements.sql
-- sync.write_statements: statements in their order, each as the caller's own role; answers the position each change got, by
-- change id. What may be looked at later is looked at when all of them are through: who moves a guest to another seat and puts somebody
-- else there does both in one action, whichever statement comes first.
-- Called  sync.write_unit, resolve_sync_conflict
create or replace function sync.write_statements(p_statements jsonb)
returns jsonb language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare
  v_written   jsonb := '{}';
  v_statement record;
  v_versions  jsonb;
begin
  set constraints all deferred;
  for v_statement in
    select s."table" as table_name, s.action, array(select jsonb_array_elements_text(s.fields)) as fields, s.rows
      from jsonb_to_recordset(p_statements) as s ("table" text, action text, fields jsonb, rows jsonb)
  loop
    select coalesce(jsonb_object_agg(w.change_id, w.version), '{}') into v_versions
      from sync.write_rows(v_statement.table_name, v_statement.action, v_statement.fields, v_statement.rows) w;
    v_written := v_written || v_versions;
  end loop;
  set constraints all immediate;
  return v_written;
end $$;
grant execute on function sync.write_statements(jsonb)
  to app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;

-- ---- end.sql
select sync.close_functions();
