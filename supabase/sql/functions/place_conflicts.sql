-- sync.place_conflicts: gives every conflict that moved its place in the organization's order, so that it reaches the devices
-- of the people who may decide it, and of its author, like any other record.
-- Keeps   order: the clock stays locked until commit; P9: a mark beside the position
-- Called  the triggers sync_feed_insert and sync_feed_update of sync_conflict_log, once per statement
create or replace function sync.place_conflicts()
returns trigger language plpgsql volatile security definer set search_path = pg_catalog, pg_temp set enable_seqscan = off as $$
declare
  v_table_id smallint := (select t.table_id from sync.tables t where t.name = 'conflicts');
begin
  with moved as materialized (
    select n.organization_id, n.conflict_id, coalesce(n.scope_id, n.organization_id) as scope_id,
           -- the team decides; the author hears what becomes of their edit
           array['team'] || array(select 'person:' || m.person_id::text from public.memberships m
                                   where m.organization_id = n.organization_id and m.user_id = n.user_id) as audience,
           row_number() over (partition by n.organization_id order by n.conflict_id) as nth
      from new_rows n
  ), ticked as (
    update sync.clock c set head = c.head + m.moves
      from (select organization_id, count(*) as moves from moved group by organization_id) m
     where c.organization_id = m.organization_id
    returning c.organization_id, c.head, c.head - m.moves as head_before
  ), marked as (
    insert into sync.marks (organization_id, position, moved)
    select t.organization_id, t.head, array(select m.conflict_id from moved m where m.organization_id = t.organization_id order by m.nth) from ticked t
  )
  insert into sync.records as r (record_id, table_id, scope_id, organization_id, position, entered, field_positions, audience, audience_since)
  select m.conflict_id, v_table_id, m.scope_id, m.organization_id, t.head_before + m.nth, t.head_before + m.nth, array[t.head_before + m.nth],
         m.audience, array_fill(t.head_before + m.nth, array[cardinality(m.audience)])
    from moved m join ticked t on t.organization_id = m.organization_id
  on conflict on constraint records_pkey do update
     set position = excluded.position, field_positions = excluded.field_positions, changed_at = now();
  return null;
end $$;
alter function sync.place_conflicts() owner to wedsync_engine;
