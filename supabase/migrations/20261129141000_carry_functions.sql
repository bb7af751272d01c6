-- Carried from supabase/sql/functions, each as its file has it. Bodies are checked when they first run.
set local check_function_bodies = off;

-- ---- fields_in_place.sql
-- sync.fields_in_place: the contested fields of a conflict, each at its place, for a step that speaks of them by place: of those the
-- caller's role may not read, or of a record that is out of their sight, only the author's side, and that to the author alone.
-- Keeps   P7: whoever planned a wedding once and keeps an edit waiting there hears no more of the other side than they read today
-- Called  sync.open_conflicts, sync.decided_conflicts
create or replace function sync.fields_in_place(p_log public.sync_conflict_log)
returns jsonb language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  return (
    select jsonb_agg(case when s.may then f.field
                          else f.field - array['base', 'server', 'serverBy', 'resolved', 'proposed', 'choice', 'reason', case when p_log.user_id = sync.caller_user() then '' else 'client' end] || '{"reason": "This is not yours to read."}' end
                     order by f.nth)
      from jsonb_array_elements(p_log.fields) with ordinality f (field, nth)
     cross join lateral (select coalesce(f.field ->> 'table', p_log.table_name) as table_name, coalesce((f.field ->> 'id')::uuid, p_log.record_id) as record_id) w
     cross join lateral (
       select sync.sees_contested(p_log, w.table_name, w.record_id)
              and exists (select from sync.field_rights r
                           where r.table_name = w.table_name and r.field = f.field ->> 'field' and r.role = sync.caller_role() and r.can_read) as may) s);
end $$;
alter function sync.fields_in_place(public.sync_conflict_log) owner to wedsync_engine;

-- ---- find_holders.sql
-- sync.find_holders: the records that hold what a batch wants and only one may hold, or that may be the same as one it makes:
-- what sync.stored_… says of each, of those the caller sees.
-- Takes   [{table, same: fields that hold the same, folded: fields that do but for capitals and spaces around it, inTurn, wanted: [{field: value}]}]
-- inTurn  what no constraint says: of one wedding one looks after the other, until commit, so that of two at once the second sees the first
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
  for v_claim in
    select t.name, c.same, c.folded, coalesce(c."inTurn", false) as in_turn, c.wanted
      from jsonb_array_elements(p_claims) with ordinality e (value, nth)
     cross join lateral jsonb_to_record(e.value) as c ("table" text, same text[], folded text[], "inTurn" boolean, wanted jsonb)
      join sync.role_tables rt on rt.role = sync.caller_role() and rt.table_name = c."table"
      join sync.tables t on t.name = c."table" and t.name <> 'conflicts'
     -- all there is of a table is never wanted
     where cardinality(c.same) > 0
       -- and nobody finds out what stands in a field they may not read by asking who holds it
       and not exists (select from unnest(c.same || c.folded) n
                        where n <> 'id' and not exists (select from sync.field_rights r where r.table_name = t.name and r.field = n and r.role = rt.role and (r.can_read or r.can_write)))
     order by e.nth
  loop
    if v_claim.in_turn then
      perform pg_advisory_xact_lock(hashtextextended(concat_ws('/', 'alike', v_claim.name, w.client_id), 0))
         from (select distinct s.value ->> 'client_id' as client_id from jsonb_array_elements(v_claim.wanted) s
                where (s.value ->> 'client_id')::uuid = any (sync.caller_scopes()) order by 1) w;
    end if;
    -- a new statement, after the wait
    execute format('select array_agg(distinct h.id) from jsonb_populate_recordset(null::public.%1$I, $1) w join public.%1$I h on h.organization_id = $2 and %2$s',
                   v_claim.name,
                   (select string_agg(format('h.%1$I = w.%1$I', n), ' and ') from unnest(v_claim.same) n)
                   || coalesce((select string_agg(format(' and lower(btrim(h.%1$I)) = lower(btrim(w.%1$I))', n), '') from unnest(v_claim.folded) n), ''))
      into v_ids using v_claim.wanted, sync.caller_organization();
    execute format('select coalesce(jsonb_agg(s order by s ->> %L), %L) from sync.%I($1) s where s ? %L', 'id', '[]', 'stored_' || v_claim.name, 'fields')
      into v_found using coalesce(v_ids, '{}');
    v_all := v_all || v_found;
  end loop;
  return v_all;
end $$;
alter function sync.find_holders(jsonb) owner to wedsync_engine;
grant execute on function sync.find_holders(jsonb)
  to app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;

-- ---- is_due.sql
-- sync.is_due: whether a kept change is worth another try: it has waited long enough; the record it waits for is there, or is not going
-- to be made; the change it waits behind is through.
-- Called  claim_sync_retries
create or replace function sync.is_due(p_row public.offline_sync_queue)
returns boolean language plpgsql stable security definer set search_path = pg_catalog, pg_temp set enable_seqscan = off as $$
begin
  return p_row.next_attempt_at <= now()
      or p_row.awaits_id is not null and (
           exists (select from sync.tables t join sync.records r on r.table_id = t.table_id and r.record_id = p_row.awaits_id where t.name = p_row.awaits_table)
           or exists (select from public.offline_sync_queue c
                       where c.organization_id = p_row.organization_id and c.record_id = p_row.awaits_id and c.table_name = p_row.awaits_table
                         and c.action = 'create' and sync.is_lost(c)))
      or p_row.awaits_change is not null and not exists (
           select from public.offline_sync_queue c
            where c.organization_id = p_row.organization_id and c.change_id = p_row.awaits_change and c.status in ('pending', 'processing'));
end $$;
alter function sync.is_due(public.offline_sync_queue) owner to wedsync_engine;

-- ---- is_lost.sql
-- sync.is_lost: whether the making of a record came to nothing, as far as the ledger tells: it failed, or a person decided that it is not
-- to be, or that it is there already. Of a record that is there, whoever asks knows better.
-- Called  sync.lost_creates, sync.is_due
create or replace function sync.is_lost(p_row public.offline_sync_queue)
returns boolean language sql immutable set search_path = pg_catalog, pg_temp as $$
  select p_row.status = 'failed' or p_row.status = 'completed' and coalesce(p_row.receipt #>> '{processed,outcome}', 'applied') <> 'applied'
$$;
grant execute on function sync.is_lost(public.offline_sync_queue) to wedsync_engine;

-- ---- lost_creates.sql
-- sync.lost_creates: which of these records somebody of the organization wanted to make, and could not, or did not, because a person
-- decided so: [{table, id}]. Whoever waits for one of them waits in vain, until a person tries the making again.
-- Called  sync.open_batch
create or replace function sync.lost_creates(p_ids uuid[])
returns jsonb language plpgsql stable security definer set search_path = pg_catalog, pg_temp set enable_seqscan = off as $$
begin
  return (
    select coalesce(jsonb_agg(distinct jsonb_build_object('table', q.table_name, 'id', q.record_id)), '[]')
      from public.offline_sync_queue q
     where q.organization_id = sync.caller_organization() and q.record_id = any (p_ids) and q.action = 'create' and sync.is_lost(q)
       and not exists (select from sync.tables t join sync.records r on r.table_id = t.table_id and r.record_id = q.record_id
                        where t.name = q.table_name)
  );
end $$;
alter function sync.lost_creates(uuid[]) owner to wedsync_engine;
grant execute on function sync.lost_creates(uuid[])
  to app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;

-- ---- may_decide.sql
-- sync.may_decide: whether the caller may decide a conflict: who plans the wedding may, an assistant if nothing critical is
-- contested, and nobody about what they may not read.
-- Keeps   P7; the first wall is push/decide-conflict
-- Called  sync.conflict_for, sync.decided_conflicts, sync.settle_conflict
create or replace function sync.may_decide(p_log public.sync_conflict_log)
returns boolean language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  return coalesce(
    p_log.organization_id = sync.caller_organization()
    and coalesce(p_log.scope_id, p_log.organization_id) = any (sync.caller_scopes())
    and case sync.caller_role() when 'owner' then true when 'planner' then true when 'assistant' then not exists (
          -- by what a field weighs by itself, not by how near the day is. One that moved only since has no level here: of that the
          -- server's own wall knows; and a conflict from before levels were kept with the fields goes by its own
          select from jsonb_array_elements(p_log.fields) f
           where coalesce(f ->> 'level', case when not jsonb_path_exists(p_log.fields, '$[*].level') then p_log.severity end) = 'critical') else false end
    and jsonb_array_length(sync.readable_fields(p_log)) = jsonb_array_length(p_log.fields)
    and not exists (select from jsonb_array_elements(p_log.fields) f
                     where not sync.sees_contested(p_log, coalesce(f ->> 'table', p_log.table_name), coalesce((f ->> 'id')::uuid, p_log.record_id))), false);
end $$;
alter function sync.may_decide(public.sync_conflict_log) owner to wedsync_engine;

-- ---- readable_fields.sql
-- sync.readable_fields: the contested fields of a conflict that the caller's role may read, as they may read them: of a record
-- that is out of their sight, its author still has their own side. Null for none.
-- Keeps   P7: key by key
-- Called  sync.conflict_for, sync.may_decide
create or replace function sync.readable_fields(p_log public.sync_conflict_log)
returns jsonb language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_role   text := sync.caller_role();
  v_is_own boolean := p_log.user_id = sync.caller_user();
begin
  return (
    select jsonb_agg(case when f.sees then f.field || case when f.field -> 'serverBy' is null then '{}'
                                                           else jsonb_build_object('serverBy', sync.side_in_words(f.field -> 'serverBy')) end
                          else f.field - array['server', 'serverBy', 'resolved', 'proposed', 'choice', 'reason'] || '{"reason": "This is no longer in your sight."}' end
                     order by f.nth)
      from (select e.field, e.nth, sync.sees_contested(p_log, w.table_name, coalesce((e.field ->> 'id')::uuid, p_log.record_id)) as sees
              from jsonb_array_elements(p_log.fields) with ordinality e (field, nth)
             cross join lateral (select coalesce(e.field ->> 'table', p_log.table_name) as table_name) w
              join sync.field_rights r on r.table_name = w.table_name and r.field = e.field ->> 'field' and r.role = v_role and r.can_read
            offset 0) f
     where f.sees or v_is_own);
end $$;
alter function sync.readable_fields(public.sync_conflict_log) owner to wedsync_engine;

-- ---- sees_contested.sql
-- sync.sees_contested: whether the caller sees a record a conflict is about: now, or when it was deleted; and of one that was never made,
-- because it waits for that conflict, whether they would see it as its author wants it.
-- Keeps   P7
-- Called  sync.readable_fields, sync.may_decide, sync.fields_in_place, sync.told_conflict
create or replace function sync.sees_contested(p_log public.sync_conflict_log, p_table text, p_record_id uuid)
returns boolean language plpgsql stable security definer set search_path = pg_catalog, pg_temp set enable_seqscan = off as $$
declare
  v_column name;
  v_sees   boolean;
begin
  if sync.sees_record(p_table, p_record_id) then
    return true;
  end if;
  if p_log.conflict_id is null or p_log.organization_id is distinct from sync.caller_organization()
     or (coalesce(p_log.scope_id, p_log.organization_id) = any (sync.caller_scopes())) is not true
     or exists (select from sync.tables t join sync.records r on r.table_id = t.table_id and r.record_id = p_record_id where t.name = p_table) then
    return false;
  end if;
  select t.scope_column into v_column from sync.tables t where t.name = p_table and t.name <> 'conflicts';
  if v_column is null then
    return false;
  end if;
  execute format('select %1$s && $3 from jsonb_populate_record(null::public.%2$I, $1 || jsonb_build_object(%3$L, $2)) t',
                 sync.audience_expression(format('public.%I', p_table)::regclass, 't'), p_table, v_column)
    into v_sees
   using (select coalesce(jsonb_object_agg(f ->> 'field', f -> 'client') filter (where f ? 'client'), '{}') from jsonb_array_elements(p_log.fields) f
           where coalesce(f ->> 'table', p_log.table_name) = p_table and coalesce((f ->> 'id')::uuid, p_log.record_id) = p_record_id),
         coalesce(p_log.scope_id, p_log.organization_id), sync.caller_audiences();
  return coalesce(v_sees, false);
end $$;
alter function sync.sees_contested(public.sync_conflict_log, text, uuid) owner to wedsync_engine;

-- ---- told_conflict.sql
-- sync.told_conflict: the conflict of a stored receipt, with the keys its reader's role may read today, and of a record that is
-- out of their sight today only their own side. Whose account the other side is, the record of the conflict tells those who
-- may know it.
-- Keeps   P7: a receipt outlives the rights it was written under
-- Called  sync.receipt_of
create or replace function sync.told_conflict(p_conflict jsonb)
returns jsonb language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_log public.sync_conflict_log;
begin
  select l.* into v_log from public.sync_conflict_log l
   where l.organization_id = sync.caller_organization() and l.conflict_id = (p_conflict ->> 'conflictId')::uuid;
  return jsonb_set(p_conflict, '{fields}', coalesce((
    select jsonb_agg((case when s.sees then f.field
                           else f.field - array['server', 'serverBy', 'resolved', 'proposed', 'choice', 'reason'] || '{"reason": "This is no longer in your sight."}' end)
                     #- '{serverBy,userId}' order by f.nth)
      from jsonb_array_elements(p_conflict -> 'fields') with ordinality f (field, nth)
     cross join lateral (select coalesce(f.field ->> 'table', p_conflict ->> 'table') as table_name,
                                coalesce(f.field ->> 'id', p_conflict ->> 'id')::uuid as record_id) w
      join sync.field_rights r on r.table_name = w.table_name and r.field = f.field ->> 'field' and r.role = sync.caller_role() and r.can_read
     cross join lateral (select sync.sees_contested(v_log, w.table_name, w.record_id) as sees) s), '[]'));
end $$;
alter function sync.told_conflict(jsonb) owner to wedsync_engine;

-- ---- end.sql
select sync.close_functions();
