-- sync.settle_group: what a group's changes led to: [[changeId, version, hasMoved]], after its rows were written.
-- Keeps   P3: every change has its answer, or nothing is committed
-- Called  process_sync_batch
create or replace function sync.settle_group(p_group sync.change_group)
returns jsonb language plpgsql volatile security definer
  set search_path = pg_catalog, pg_temp set enable_seqscan = off set plan_cache_mode = force_generic_plan as $$
declare
  v_table_id smallint := (select t.table_id from sync.tables t where t.name = p_group.table_name);
  v_me       xid := pg_current_xact_id()::xid;
  v_count    bigint;
  v_settled  jsonb;
begin
  -- put together as text: half the price of jsonb_agg over jsonb_build_array
  select count(*), ('[' || string_agg('["' || s.change_id || '",' || r.position || case when r.xmin = v_me then ',true]' else ',false]' end, ',') || ']')::jsonb
    into v_count, v_settled
    from unnest(p_group.change_ids, p_group.ids) as s (change_id, id)
    join sync.records r on r.record_id = s.id and r.table_id = v_table_id and r.gone is null;

  if v_count <> cardinality(p_group.ids) then
    raise exception 'P3: % changes got % receipts', cardinality(p_group.ids), v_count;
  end if;
  return v_settled;
end $$;
alter function sync.settle_group(sync.change_group) owner to wedsync_engine;
grant execute on function sync.settle_group(sync.change_group) to app_owner, app_planner, app_assistant;
