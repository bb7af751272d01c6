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
