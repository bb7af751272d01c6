-- sync.lock_gone: lets those who come about a record that is gone at the same moment in one after the other, as its row did while it was
-- there: each is told of what the one before left waiting. Until commit.
-- Keeps   P13; lock order: after the records that stand, by id. A lock of its own, not the record's line in the feed, which capture takes
--         under the clock
-- Called  sync.open_batch
create or replace function sync.lock_gone(p_locks jsonb)
returns void language plpgsql volatile security definer
  set search_path = pg_catalog, pg_temp set enable_seqscan = off set plan_cache_mode = force_generic_plan as $$
declare
  v_ids uuid[] := array(select jsonb_array_elements_text(l.ids)::uuid from jsonb_to_recordset(p_locks) as l (ids jsonb));
begin
  perform pg_advisory_xact_lock(hashtextextended(g.record_id::text, 0))
     from (select distinct r.record_id
             from sync.records r
            where r.record_id = any (v_ids) and r.organization_id = sync.caller_organization() and r.gone is not null
            order by r.record_id) g;
end $$;
alter function sync.lock_gone(jsonb) owner to wedsync_engine;
grant execute on function sync.lock_gone(jsonb)
  to app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;
