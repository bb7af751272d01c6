-- sync.read_page: the next page of news for the caller, with where it leaves their cursor.
-- Takes   {deviceId, scopes or null, limit, since (instead of a cursor, or null), cursor: {epoch, markAt, mark, read, scopes: {id: [position, rights, begun, stage]}} or null}
-- Answers {reset} or {epoch, markAt, mark, read, scopes, revoked, changes, settled, hasMore, remaining}
-- Keeps   P5, P8, P9: head, rows, rights and mark are of one snapshot, the statement's
-- Called  pull/read-page
-- A scope whose rights changed is told as revoked and read again from its start; that run begins at today's head, so that
-- nobody hears of a record that left before they came. The page is one stretch of the
-- organization's order: every scope below its end moves up to it.
-- A scope that is loaded comes in two stretches: first what a wedding's day hangs on, as it stood at the beginning, then the
-- rest and what moved meanwhile. While there is anything of the first, a page holds nothing else. In the cursor a stage is
-- 'first' or 'rest', false once it is loaded, and true in cursors from before there were stages.
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
  v_first     sync.news[] := '{}';
  v_is_first  boolean := false;
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
         coalesce(array_agg(case coalesce(h.held ->> 3, 'first') when 'false' then 'none' when 'true' then 'whole' else coalesce(h.held ->> 3, 'first') end order by c.scope_id), '{}')
    into v_scopes, v_rights, v_positions, v_begun, v_stages
    from sync.caller_rights() c
   cross join lateral (
     select case when v_held -> c.scope_id::text ->> 1 = c.rights then v_held -> c.scope_id::text end as held) h
   where p_asked -> 'scopes' = 'null' or p_asked -> 'scopes' ? c.scope_id::text or c.scope_id = sync.caller_organization();

  select coalesce(jsonb_agg(h.key), '[]') into v_revoked
    from jsonb_each(v_held) h
   where not exists (select from unnest(v_scopes, v_rights) s (id, rights) where s.id::text = h.key and s.rights = h.value ->> 1);

  v_next := v_order.head;
  v_from := coalesce((v_cursor ->> 'read')::bigint, v_order.head);
  if 'first' = any (v_stages) then
    -- the others stand still meanwhile: without its name a scope has no news
    v_first := array(select n from sync.find_news(array(select case when g = 'first' then i end from unnest(v_scopes, v_stages) s (i, g)),
                                                  v_positions, v_begun, v_stages, v_limit + 2) n);
    if (v_first[v_limit + 1]).position = (v_first[v_limit]).position then
      v_limit := v_limit + 1;
    end if;
    v_is_first := cardinality(v_first) > v_limit;
    v_first := v_first[:v_limit];
  end if;

  if v_is_first then
    v_next := (v_first[v_limit]).position;
    v_read := case when v_cursor is null then 0 else v_from end;
    v_news := v_first;
    v_more := true;
    v_remaining := sync.count_news(array(select case when g = 'first' then i end from unnest(v_scopes, v_stages) s (i, g)),
                                   v_positions, v_begun, v_stages, v_next)
                 + sync.count_news(v_scopes, array(select case when g = 'first' then 0 else p end from unnest(v_positions, v_stages) s (p, g)), v_begun,
                                   array(select case when g = 'first' then 'rest' else g end from unnest(v_stages) g), 0);
    v_positions := array(select case when g = 'first' then v_next else p end from unnest(v_positions, v_stages) s (p, g));
  else
    v_positions := array(select case when g = 'first' then 0 else p end from unnest(v_positions, v_stages) s (p, g));
    v_stages := array(select case when g = 'first' then 'rest' else g end from unnest(v_stages) g);
    v_limit := v_limit - cardinality(v_first);
    if cardinality(v_scopes) > 0 then
      v_news := array(select n from sync.find_news(v_scopes, v_positions, v_begun, v_stages, greatest(v_limit, 0) + 2) n);
      -- a record that moves between two weddings is two lines at one position: no page ends between them
      if v_limit > 0 and (v_news[v_limit + 1]).position = (v_news[v_limit]).position then
        v_limit := v_limit + 1;
      end if;
      v_more := cardinality(v_news) > greatest(v_limit, 0);
      if v_more then
        v_news := v_news[:greatest(v_limit, 0)];
        -- with the page full of the first stretch, the second has not begun
        v_next := coalesce((v_news[v_limit]).position, 0);
      end if;
    end if;
    v_read := greatest(v_next, case when v_cursor is null then 0 else v_from end);
    if v_more then
      v_remaining := sync.count_news(v_scopes, v_positions, v_begun, v_stages, v_next);
    end if;
    v_news := v_first || v_news;
    v_positions := array(select greatest(p, v_next) from unnest(v_positions) with ordinality u (p, n) order by n);
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

  -- how far this shows things: where only the first stretch moved, no further than before
  page_position := case when v_is_first then v_read else v_next end;
  page := json_build_object(
    'epoch', v_order.epoch, 'markAt', v_order.mark_at, 'mark', v_order.mark, 'read', v_read, 'position', page_position,
    'scopes', (select coalesce(json_object_agg(s.id, json_build_array(s.read_to, s.rights, case when v_more then s.begun else v_next end,
                                            case when not v_more or s.stage = 'none' then 'false'::json
                                                 when s.stage = 'whole' then 'true'::json else to_json(s.stage) end)), '{}')
                 from unnest(v_scopes, v_positions, v_rights, v_begun, v_stages) s (id, read_to, rights, begun, stage)),
    'revoked', v_revoked, 'hasMore', v_more,
    'changes', v_changes, 'settled', v_settled, 'remaining', v_remaining);
end $$;
grant execute on function sync.read_page(jsonb)
  to app_nobody, app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;
