-- sync.settle_batch: what a plain batch's changes led to: [[changeId, version, hasMoved]], after its rows were written.
-- Nearly always every row moved, and the capture left a line for each group that says where to; else records are asked.
-- Keeps   P3: every change has its answer, or nothing is committed
-- Called  process_sync_batch
create or replace function sync.settle_batch(p_groups sync.change_group[])
returns jsonb language plpgsql volatile security definer
  set search_path = pg_catalog, pg_temp set enable_seqscan = off set plan_cache_mode = force_generic_plan as $$
declare
  v_lines   text[]  := string_to_array(rtrim(current_setting('sync.led', true), E'\n'), E'\n');
  v_settled jsonb;
  v_count   bigint  := (select sum(cardinality(g.ids)) from unnest(p_groups) g);
  v_me      xid     := pg_current_xact_id()::xid;
begin
  -- a line is one statement, which moves a record once: as many lines as groups, and as many rows as changes, are all of them
  if cardinality(v_lines) = cardinality(p_groups) and '' <> all (v_lines) then
    v_settled := ('[' || array_to_string(v_lines, ',') || ']')::jsonb;
    if jsonb_array_length(v_settled) = v_count then
      return v_settled;
    end if;
  end if;

  select jsonb_agg(jsonb_build_array(s.change_id, r.position, r.xmin = v_me)) into v_settled
    from unnest(p_groups) g
    join sync.tables t on t.name = g.table_name
   cross join lateral unnest(g.change_ids, g.ids) as s (change_id, id)
    join sync.records r on r.record_id = s.id and r.table_id = t.table_id and r.gone is null;
  if jsonb_array_length(v_settled) is distinct from v_count::integer then
    raise exception 'P3: % changes got % receipts', v_count, coalesce(jsonb_array_length(v_settled), 0);
  end if;
  return v_settled;
end $$;
alter function sync.settle_batch(sync.change_group[]) owner to wedsync_engine;
grant execute on function sync.settle_batch(sync.change_group[]) to app_owner, app_planner, app_assistant;
