-- resolve_sync_conflict: what a person decided about one conflict: its row closed, the chosen values written as an ordinary
-- change of the decider, the changes that waited given their last receipt, all in one transaction.
-- Takes   {conflictId, version, decisionId, choice, note, chosen: [{choice, resolved}], one for each field in its order,
--          statements, as write_sync_decisions takes them, outcomes: {changeId: outcome}}
-- Answers the conflict's new position
-- Raises  42501  the caller may not decide this, or not write what was chosen; SY013  the conflict moved since it was read
-- Keeps   P3, P4: both sides stay in sync_conflict_log; P7: rows are written as the caller's own role
-- Called  sync.write_unit, with the records and the conflict locked since the first call
create or replace function public.resolve_sync_conflict(p_decision jsonb)
returns bigint language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
begin
  -- first, so that what is written now does not count as the server side moving along
  perform sync.settle_conflict(p_decision);
  perform sync.write_statements(p_decision -> 'statements');
  return sync.settle_waiting(p_decision);
end $$;
grant execute on function public.resolve_sync_conflict(jsonb)
  to app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;
