-- sync.settle_batch: what a plain batch's changes led to, after its rows were written. Nearly always every row moved, in the
-- order in which the changes came, and the capture left a line for each group that says behind which position: {runs: [position
-- before the first of each group]}. Else records are asked: {settled: [[changeId, version, hasMoved]]}.
-- Keeps   P3: every change has its answer, or nothing is committed
-- Keeps   P9: a server that lost this answer, because an older copy was put back, is noticed
-- Called  sync.write_batch
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
