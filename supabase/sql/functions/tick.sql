-- sync.tick: takes the clock for a commit that writes a ledger row but no record, and leaves a mark.
-- Keeps   P9: what was refused, held, or there already is part of the history a cursor can prove
-- Called  sync.settle_batch, settle_decisions, take_into_escrow, close_retries, discard_failed
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
