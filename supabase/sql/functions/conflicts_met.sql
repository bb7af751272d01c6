-- sync.conflicts_met: the conflicts an entry of a record's history met: those its own change opened, and those in which the
-- value it wrote stood on the server's side. Fields beyond the given ones are left out; so is a conflict with none left.
-- Called  sync.read_history
create or replace function sync.conflicts_met(p_entry sync.history, p_table text, p_fields text[])
returns jsonb language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  return (
    select coalesce(jsonb_agg(jsonb_build_object(
             'conflictId', c.conflict_id, 'changeId', c.change_id, 'side', case when c.change_id = p_entry.change_id then 'client' else 'server' end,
             'status', c.status, 'fields', f.fields, 'strategy', c.resolution ->> 'strategy',
             'by', sync.known_person(c.user_id, null), 'note', case when sync.caller_role() in ('owner', 'planner', 'assistant') then c.note end,
             'decidedBy', case when c.decided_by is not null then sync.known_person(c.decided_by, null) end,
             'decidedAt', to_char(c.decided_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')) order by c.detected_at, c.conflict_id), '[]')
      from public.sync_conflict_log c
     cross join lateral (
       -- who stood on the other side is said below, where the reader may know them
       select jsonb_agg(e - 'serverBy') as fields,
              bool_or(p_entry.after -> (e ->> 'field') = e -> 'server'
                      -- the newest entry that wrote this value
                      and not exists (select from sync.history n
                                       where n.record_id = p_entry.record_id and n.table_id = p_entry.table_id and n.position > p_entry.position
                                         and n.after -> (e ->> 'field') = e -> 'server')) as is_met
         from jsonb_array_elements(c.fields) e
        -- a group's conflict holds fields of other records, too
        where e ->> 'field' = any (p_fields) and coalesce(e ->> 'id', p_entry.record_id::text) = p_entry.record_id::text) f
     where c.organization_id = p_entry.organization_id and c.record_id = p_entry.record_id and c.table_name = p_table
       and coalesce(c.scope_id, p_entry.scope_id) = p_entry.scope_id and f.fields is not null
       and (c.change_id = p_entry.change_id or f.is_met)
  );
end $$;
alter function sync.conflicts_met(sync.history, text, text[]) owner to wedsync_engine;
