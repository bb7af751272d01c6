-- sync.next_sight: who sees a record after its audience changed at a position, and who has seen it until then.
-- Past sights are kept apart, so that nobody hears of a record from a time when they did not see it; past the eighth of
-- one name the oldest are joined, which at worst repeats a `remove`.
-- Called  the capture functions that sync.track writes, once per record whose audience changed
create or replace function sync.next_sight(p_before sync.sight, p_audience text[], p_position bigint)
returns sync.sight language plpgsql immutable set search_path = pg_catalog, pg_temp as $$
declare
  v_after sync.sight;
begin
  if p_before.audience = p_audience then
    return p_before;
  end if;

  v_after.audience := p_audience;
  if p_before.audience is null then
    return row(p_audience, array_fill(p_position, array[cardinality(p_audience)]), '{}', '{}', '{}')::sync.sight;
  end if;

  select coalesce(array_agg(coalesce(b.since, p_position) order by a.n), '{}') into v_after.audience_since
    from unnest(p_audience) with ordinality a (name, n)
    left join (select u.name, min(u.since) as since
                 from unnest(p_before.audience, p_before.audience_since) u (name, since) group by 1) b using (name);

  select coalesce(array_agg(k.name order by k.lost, k.name), '{}'), coalesce(array_agg(k.since order by k.lost, k.name), '{}'),
         coalesce(array_agg(k.lost order by k.lost, k.name), '{}')
    into v_after.lost_audience, v_after.lost_since, v_after.lost_positions
    from (
      select name, min(since) as since, max(lost) as lost
        from (
          select name, since, lost, least(row_number() over (partition by name order by lost desc), 8) as nth
            from (
              select name, since, lost
                from unnest(p_before.lost_audience, p_before.lost_since, p_before.lost_positions) l (name, since, lost)
              union all
              select name, since, p_position
                from unnest(p_before.audience, p_before.audience_since) b (name, since) where name <> all (p_audience)
            ) sights
        ) numbered
       group by name, nth
    ) k;

  return v_after;
end $$;
alter function sync.next_sight(sync.sight, text[], bigint) owner to wedsync_engine;
