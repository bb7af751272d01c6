// Every table a schedule fills, as PostgreSQL holds it, spelled as the model spells it: kind → key → what stands there.
import type { Json } from '@wedsync/protocol'
import type pg from 'pg'
import type { Tables } from './tables-of-model.ts'

export const tablesOfPostgres = async (admin: pg.Pool): Promise<Tables> => {
  const { rows: made } = await admin.query<{ query: string }>(rowQueries)
  const queries: [kind: string, text: string][] = [
    ['row', made.map(({ query }) => query).join(' union all ')],
    ...Object.entries(engineQueries),
  ]
  const tables: Tables = new Map()
  for (const [kind, text] of queries) {
    const { rows } = await admin.query<{ key: string; value: Json }>(text)
    tables.set(kind, new Map(rows.map(({ key, value }) => [key, value])))
  }
  return tables
}

const ms = (column: string) => `round(extract(epoch from ${column}) * 1000)`

const rowQueries = `
  select format('select %L || t.id as key, jsonb_build_object(''organization_id'', t.organization_id, %s) as value from public.%I t', t.name || '/',
                string_agg(format('%L, %s', f.field, sync.wire_expression(format('t.%I', f.field), a.atttypid)), ', ' order by f.slot), t.name) as query
    from sync.tables t join sync.fields f using (table_id)
    join pg_attribute a on a.attrelid = to_regclass(format('public.%I', t.name)) and a.attname = f.field and not a.attisdropped
   group by t.name order by t.name`

const engineQueries = {
  record: `
    select t.name || '/' || r.record_id || '/' || r.scope_id as key, jsonb_build_object(
             'organizationId', r.organization_id, 'position', r.position, 'entered', r.entered, 'gone', r.gone, 'changedAt', ${ms('r.changed_at')},
             'fieldPositions', (select jsonb_object_agg(f.field, r.field_positions[f.slot]) from sync.fields f where f.table_id = r.table_id),
             'audience', (select coalesce(jsonb_agg(jsonb_build_object('name', a.name, 'since', a.since) order by a.nth), '[]')
                            from unnest(r.audience, r.audience_since) with ordinality a (name, since, nth)),
             'lost', (select coalesce(jsonb_agg(jsonb_build_object('name', l.name, 'since', l.since, 'lost', l.lost) order by l.nth), '[]')
                        from unnest(r.lost_audience, r.lost_since, r.lost_positions) with ordinality l (name, since, lost, nth))) as value
      from sync.records r join sync.tables t using (table_id)`,
  history: `
    select t.name || '/' || h.record_id || '/' || h.scope_id || '/' || h.position as key, jsonb_build_object(
             'organizationId', h.organization_id, 'action', h.action, 'before', h.before, 'after', h.after, 'userId', h.user_id, 'role', h.role,
             'deviceId', h.device_id, 'changeId', h.change_id, 'at', ${ms('h.at')}) as value
      from sync.history h join sync.tables t using (table_id)`,
  ledger: `
    select q.organization_id || '/' || q.change_id as key, jsonb_build_object(
             'userId', q.user_id, 'deviceId', q.device_id, 'batchId', q.batch_id, 'table', q.table_name, 'id', q.record_id, 'action', q.action,
             'baseVersion', q.base_version, 'data', q.data, 'base', q.base, 'more', q.more, 'hash', encode(q.payload_hash, 'hex'), 'status', q.status,
             'attempts', q.attempts, 'nextAttemptAt', ${ms('q.next_attempt_at')}, 'errorCode', q.error_code, 'version', q.version, 'receipt', q.receipt,
             'settledPosition', q.settled_position, 'receivedAt', ${ms('q.received_at')},
             'arrival', case when q.arrival is not null then rank() over (order by q.arrival) end,
             'awaits', case when q.awaits_id is not null then jsonb_build_object('table', q.awaits_table, 'id', q.awaits_id)
                            when q.awaits_change is not null then jsonb_build_object('change', q.awaits_change) end,
             'lease', q.lease, 'leasedUntil', ${ms('q.leased_until')}, 'handledBy', q.handled_by) as value
      from public.offline_sync_queue q`,
  conflict: `
    select l.organization_id || '/' || l.conflict_id as key, jsonb_build_object(
             'scope', l.scope_id, 'changeId', l.change_id, 'userId', l.user_id, 'deviceId', l.device_id, 'table', l.table_name, 'id', l.record_id,
             'kind', l.kind, 'severity', l.severity, 'score', l.score, 'because', l.because, 'status', l.status, 'version', l.version, 'fields', l.fields,
             'resolution', l.resolution, 'detectedAt', ${ms('l.detected_at')}, 'decidedBy', l.decided_by, 'decidedAt', ${ms('l.decided_at')},
             'decisionId', l.decision_id, 'note', l.note) as value
      from public.sync_conflict_log l`,
  contested: `
    select c.organization_id || '/' || c.table_name || '/' || c.record_id || '/' || c.conflict_id as key, 'true'::jsonb as value from sync.contested_records c`,
  waiting: `
    select w.organization_id || '/' || w.conflict_id || '/' || w.change_id as key,
           to_jsonb(rank() over (partition by w.organization_id, w.conflict_id order by w.nth)) as value from sync.waiting_changes w`,
  device: `
    select d.organization_id || '/' || d.user_id || '/' || d.device_id as key, jsonb_build_object('position', d.position) as value from public.offline_sync_status d`,
  clock: `
    select c.organization_id::text as key, jsonb_build_object('head', c.head, 'horizon', c.horizon) as value from sync.clock c`,
  mark: `
    select m.organization_id || '/' || m.position as key, jsonb_build_object('mark', m.mark, 'at', ${ms('m.at')}) as value from sync.marks m`,
}
