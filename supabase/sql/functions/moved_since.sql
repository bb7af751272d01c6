-- sync.moved_since: the caller's organization's records that moved above where each scope was read to, each as it stands now.
-- Marks name what moved with their commit, so what is new is found without an index that every edit would have to move in; where
-- they do not go back so far, or it is far, the scopes themselves are looked through.
-- Called  sync.find_news
create or replace function sync.moved_since(p_scopes uuid[], p_positions bigint[])
returns setof sync.records language plpgsql stable security definer
  set search_path = pg_catalog, pg_temp set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
declare
  v_organization uuid   := sync.caller_organization();
  v_from         bigint := (select min(s.read_to) from unnest(p_scopes, p_positions) s (scope_id, read_to) where s.scope_id is not null);
  v_head         bigint := (select c.head from sync.clock c where c.organization_id = v_organization);
begin
  if v_from is null or v_head is null or v_from >= v_head then
    return;
  end if;
  if v_head - v_from <= 5000 and (
       -- every position from there to the head is in a mark that names its record
       select count(m.moved) = count(*) and max(m.position) = v_head and min(m.position - cardinality(m.moved)) <= v_from
              and sum(cardinality(m.moved)) = max(m.position) - min(m.position - cardinality(m.moved))
         from sync.marks m where m.organization_id = v_organization and m.position > v_from) then
    -- from the marks to the records, each by its key, and never the other way round, which tables without statistics invite: there
    -- every record would ask every mark
    return query
      select r.*
        from sync.marks m
       cross join lateral unnest(m.moved) with ordinality u (id, nth)
       cross join lateral (select k.* from sync.records k
                            where k.record_id = u.id and k.position = m.position - cardinality(m.moved) + u.nth offset 0) r
       where m.organization_id = v_organization and m.position > v_from
         and r.organization_id = v_organization and r.scope_id = any (p_scopes);
  else
    return query
      select r.*
        from unnest(p_scopes, p_positions) s (scope_id, read_to)
        join sync.records r on r.organization_id = v_organization and r.scope_id = s.scope_id and r.position > s.read_to;
  end if;
end $$;
alter function sync.moved_since(uuid[], bigint[]) owner to wedsync_engine;
