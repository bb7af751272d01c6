-- sync.read_page: the next page of news for the caller, with where it leaves their cursor.
-- Takes   {deviceId, scopes or null, limit, since (instead of a cursor, or null), cursor: {epoch, markAt, mark, read, scopes: {id: [position, rights, begun, stage]}} or null}
-- Answers {reset} or {epoch, markAt, mark, read, scopes, revoked, changes, settled, hasMore, remaining}
-- Keeps   P5, P8, P9: head, rows, rights and mark are of one snapshot, the statement's
-- Called  pull/read-page
-- A scope whose rights changed is told as revoked and read again from its start; that run begins at today's head, so that
-- nobody hears of a record that left before they came. The page is one stretch of the
-- organization's order: every scope below its end moves up to it.
-- A scope that is loaded comes in two stretches, in the order in which its records came in: 'early' is what a wedding's day hangs
-- on, 'late' the rest. While anything of these is left a page holds nothing else; then comes what moved since the run
-- began, of every scope. In the cursor the stage is false once a scope is loaded. One whose stage is of an older order is told as revoked, and loads again.
create or replace function sync.read_page(p_asked jsonb, out page text, out page_position bigint)
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare
  v_cursor    jsonb := nullif(p_asked -> 'cursor', 'null');
  v_held      jsonb;
  v_limit     integer := (p_asked ->> 'limit')::integer;
  v_fault     text := sync.cursor_fault(v_cursor);
  v_order     record;
  v_scopes    uuid[];
  v_positions bigint[];
  v_begun     bigint[];
  v_stages    text[];
  v_stage     text;
  v_lines     sync.news[];
  v_room      integer;
  v_loads     boolean := false;
  v_rights    text[];
  v_revoked   jsonb;
  v_news      sync.news[] := '{}';
  v_more      boolean := false;
  v_next      bigint;
  v_read      bigint;
  v_from      bigint;
  v_changes   json := '[]';
  v_settled   jsonb := '[]';
  v_remaining integer := 0;
begin
  if v_fault is not null then
    page := json_build_object('reset', v_fault);
    return;
  end if;
  select * into strict v_order from sync.read_order();
  if v_cursor is null and p_asked ->> 'since' is not null and sync.caller_organization() is not null then
    v_cursor := sync.cursor_since((p_asked ->> 'since')::timestamptz);
  end if;
  v_held := coalesce(v_cursor -> 'scopes', '{}');

  -- a device in the middle of sending asks for receipts only: it stays where it is, but hears of the newest commit
  if v_limit = 0 then
    v_read := coalesce((v_cursor ->> 'read')::bigint, 0);
    page := json_build_object('epoch', v_order.epoch, 'markAt', v_order.mark_at, 'mark', v_order.mark, 'read', v_read, 'position', v_read,
                              'scopes', v_held, 'revoked', '[]'::json, 'hasMore', true, 'changes', '[]'::json, 'settled', '[]'::json, 'remaining', 0);
    return;
  end if;

  select coalesce(array_agg(c.scope_id order by c.scope_id), '{}'), coalesce(array_agg(c.rights order by c.scope_id), '{}'),
         coalesce(array_agg(coalesce((h.held ->> 0)::bigint, 0) order by c.scope_id), '{}'),
         coalesce(array_agg(coalesce((h.held ->> 2)::bigint, v_order.head) order by c.scope_id), '{}'),
         coalesce(array_agg(case coalesce(h.held ->> 3, 'early') when 'false' then 'none' else coalesce(h.held ->> 3, 'early') end order by c.scope_id), '{}')
    into v_scopes, v_rights, v_positions, v_begun, v_stages
    from sync.caller_rights() c
   cross join lateral (
     select case when v_held -> c.scope_id::text ->> 1 = c.rights and v_held -> c.scope_id::text ->> 3 in ('false', 'early', 'late')
                 then v_held -> c.scope_id::text end as held) h
   where p_asked -> 'scopes' = 'null' or p_asked -> 'scopes' ? c.scope_id::text or c.scope_id = sync.caller_organization();

  select coalesce(jsonb_agg(h.key), '[]') into v_revoked
    from jsonb_each(v_held) h
   where h.value ->> 3 not in ('false', 'early', 'late')
      or not exists (select from unnest(v_scopes, v_rights) s (id, rights) where s.id::text = h.key and s.rights = h.value ->> 1);

  v_next := v_order.head;
  v_from := coalesce((v_cursor ->> 'read')::bigint, v_order.head);
  v_room := v_limit;
  foreach v_stage in array array['early', 'late'] loop
    if v_loads or v_stage <> all (v_stages) then
      continue;
    end if;
    v_lines := array(select n from sync.find_standing(sync.scopes_at(v_scopes, v_stages, array[v_stage]), v_positions, v_begun, v_stage = 'early', v_room + 1) n);
    v_loads := cardinality(v_lines) > v_room;
    v_lines := v_lines[:v_room];
    v_news := v_news || v_lines;
    v_room := v_room - cardinality(v_lines);
    if v_loads then
      v_positions := array(select case when g = v_stage then greatest(p, (v_lines[cardinality(v_lines)]).place) else p end from unnest(v_positions, v_stages) s (p, g));
    else
      v_positions := array(select case when g <> v_stage then p when v_stage = 'early' then 0 else b end from unnest(v_positions, v_stages, v_begun) s (p, g, b));
      v_stages := array(select case when g <> v_stage then g when v_stage = 'early' then 'late' else 'none' end from unnest(v_stages) g);
    end if;
  end loop;

  if v_loads then
    v_read := case when v_cursor is null then 0 else v_from end;
    v_more := true;
  else
    if cardinality(v_scopes) > 0 then
      v_lines := array(select n from sync.find_news(v_scopes, v_positions, v_begun, v_room + 2) n);
      -- a record that moves between two weddings is two lines at one position: no page ends between them
      if v_room > 0 and (v_lines[v_room + 1]).position = (v_lines[v_room]).position then
        v_room := v_room + 1;
      end if;
      v_more := cardinality(v_lines) > v_room;
      if v_more then
        v_lines := v_lines[:v_room];
        -- with the page full of what was loaded, the news has not begun
        v_next := coalesce((v_lines[v_room]).position, 0);
      end if;
      v_news := v_news || v_lines;
    end if;
    v_read := greatest(v_next, case when v_cursor is null then 0 else v_from end);
    v_positions := array(select greatest(p, v_next) from unnest(v_positions) with ordinality u (p, n) order by n);
  end if;
  if v_more then
    v_remaining := sync.count_news(v_scopes, v_positions, v_begun, v_stages);
  end if;

  -- not in one expression: a stranger may not run these functions, and is told that everything is revoked
  if cardinality(v_news) > 0 then
    v_changes := sync.read_rows(v_news);
  end if;
  if cardinality(v_scopes) > 0 and v_read > v_from then
    v_settled := sync.late_receipts((p_asked ->> 'deviceId')::uuid, v_from, v_read);
  end if;
  if cardinality(v_scopes) > 0 and p_asked ? 'open' then
    v_settled := v_settled || sync.settled_of(array(select jsonb_array_elements_text(p_asked -> 'open')::uuid));
  end if;

  -- how far this shows things: while something loads, no further than before
  page_position := case when v_loads then v_read else v_next end;
  page := json_build_object(
    'epoch', v_order.epoch, 'markAt', v_order.mark_at, 'mark', v_order.mark, 'read', v_read, 'position', page_position,
    'scopes', (select coalesce(json_object_agg(s.id, json_build_array(s.read_to, s.rights, case when v_more then s.begun else v_next end,
                                            case when s.stage = 'none' then 'false'::json else to_json(s.stage) end)), '{}')
                 from unnest(v_scopes, v_positions, v_rights, v_begun, v_stages) s (id, read_to, rights, begun, stage)),
    'revoked', v_revoked, 'hasMore', v_more,
    'changes', v_changes, 'settled', v_settled, 'remaining', v_remaining);
end $$;
grant execute on function sync.read_page(jsonb)
  to app_nobody, app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;
