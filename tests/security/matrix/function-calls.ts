// What somebody could say to each function their database role may execute, with ids of what is not theirs: the statements, by
// the function's name. Functions made per table are told by their beginning.
import { randomUUID } from 'node:crypto'
import { allCollections } from '@wedsync/wedding'
import type { Role } from '@wedsync/protocol'
import { asSent } from '../../../supabase/tests/testing/as-sent.ts'

/** Everything that is not this person's, by kind. */
export type Bait = {
  role: Role
  /** Ids of records by table: of the other wedding, the other organization, and of what is out of their sight. */
  ids: Record<string, string[]>
  scopes: string[]
  changes: string[]
  conflicts: string[]
  users: string[]
  devices: string[]
}

const json = (value: unknown) => `'${JSON.stringify(value).replaceAll("'", "''")}'::jsonb`
const uuids = (ids: readonly string[]) => `'{${ids.join(',')}}'::uuid[]`
const told = (call: string) => `select coalesce(string_agg(r::text, ' '), '') as told from ${call} r`
const each = <Of>(list: readonly Of[], call: (one: Of) => string): string[] => list.map((one) => told(call(one)))
const tables = allCollections.map(({ name }) => name)
const allIds = ({ ids }: Bait) => Object.values(ids).flat()
const zeros = (list: readonly unknown[], of = '0') => `'{${list.map(() => of).join(',')}}'`
/** A field of the table that any update could name. */
const fieldOf = (table: string) => {
  const collection = allCollections.find(({ name }) => name === table)!
  return collection.fieldNames.find((field) => !collection.fieldOf(field)!.isFixed) ?? collection.fieldNames[1]!
}
const fieldsOf = (table: string) => allCollections.find(({ name }) => name === table)!.fieldNames
const locksOf = ({ ids }: Bait) => tables.map((table) => ({ table, ids: ids[table]!, toDelete: false }))
const statementsOf = ({ ids }: Bait, table: string) => [
  { table, action: 'update', fields: [fieldOf(table)], rows: ids[table]!.map((id) => ({ id, changeId: randomUUID(), [fieldOf(table)]: null })) }, // prettier-ignore
  { table, action: 'delete', fields: [], rows: ids[table]!.map((id) => ({ id, changeId: randomUUID() })) },
]
const groupOf = (bait: Bait, table: string) =>
  asSent({
    ...{ table, action: 'update', fields: [] },
    changes: bait.ids[table]!.map((id) => ({ changeId: randomUUID(), id, hash: '00', data: { [fieldOf(table)]: null }, base: null, baseVersion: 999_999 })), // prettier-ignore
  })
const groups = (bait: Bait, table: string) => `sync.read_groups(${json([groupOf(bait, table)])})`
/** A group as if somebody had looked and found it clean, with guesses where its rows lie. */
const placed = (bait: Bait, table: string) =>
  [1, 2, 3, 4].map(
    (nth) =>
      `(select row(g.table_name, g.action, g.fields, g.record_ids, g.change_ids, g.changes, array_fill(1::bigint, array[cardinality(g.changes)]),
          array_fill('(0,${nth})'::tid, array[cardinality(g.changes)]), null)::sync.change_group from unnest(${groups(bait, table)}) g)`,
  )
const decision = (bait: Bait, conflictId: string) => ({
  ...{ conflictId, version: 1, decisionId: randomUUID(), choice: 'client', note: null, outcomes: {} },
  ...{ chosen: [{ choice: 'client', resolved: null }], statements: statementsOf(bait, 'tasks') },
})
const batch = (more: object) => ({ deviceId: randomUUID(), batchId: randomUUID(), sessionId: 's', device: {}, cursor: null, ...more }) // prettier-ignore
const opened = (bait: Bait) => ({
  ...{ isPlain: false, locks: locksOf(bait), changeIds: bait.changes, decides: bait.conflicts, again: bait.changes },
  parents: tables.map((table) => ({ table, ids: bait.ids[table]! })),
  awaited: [{ table: 'timeline_dependencies', field: 'from_id', ids: bait.ids['timeline_items']! }],
})
const decided = (more: object) => batch({ isCareful: false, units: [], conflicts: [], conflictUpdates: [], entries: [], ...more }) // prettier-ignore

/** The statements by name; one that takes nothing, or says who the caller is, needs no bait. */
export const calls: Record<string, (bait: Bait) => string[]> = {
  get_user_sync_status: (bait) => each(bait.users, (id) => `public.get_user_sync_status('${id}', 720)`),
  detect_sync_conflicts: (bait) => [
    told(`public.detect_sync_conflicts(${json(tables.flatMap((table) => bait.ids[table]!.map((id) => ({ changeId: randomUUID(), table, id, baseVersion: 0, data: Object.fromEntries(fieldsOf(table).map((field) => [field, 'x'])), base: {} }))))})`), // prettier-ignore
  ],
  process_sync_batch: (bait) => [
    told(`public.process_sync_batch(${json(batch(opened(bait)))})`),
    ...each(tables, (table) => `public.process_sync_batch(${json(batch({ isPlain: true, groups: [groupOf(bait, table)] }))})`), // prettier-ignore
  ],
  resolve_sync_conflict: (bait) =>
    each(bait.conflicts, (id) => `public.resolve_sync_conflict(${json(decision(bait, id))})`),
  write_sync_decisions: (bait) =>
    each(tables, (table) => `public.write_sync_decisions(${json(decided({ units: [{ unit: 'a', statements: statementsOf(bait, table), needs: [], decided: [] }] }))})`), // prettier-ignore
  'sync.base_positions': (bait) => [told(`sync.base_positions('2000-01-01', ${json(locksOf(bait))})`), told(`sync.base_positions(now(), ${json(locksOf(bait))})`)], // prettier-ignore
  'sync.claim_batch': (bait) => each(bait.devices, (id) => `sync.claim_batch('${id}', 's', '{}')`),
  'sync.count_awaiting': (bait) => tables.map((table) => told(`sync.count_awaiting(${json(tables.map((by) => ({ table: by, field: fieldOf(by), ids: bait.ids[table]! })))})`)), // prettier-ignore
  'sync.count_news': (bait) => ['none', 'early', 'late'].map((stage) => told(`sync.count_news(${uuids(bait.scopes)}, ${zeros(bait.scopes)}, ${zeros(bait.scopes, '99999')}, ${zeros(bait.scopes, stage)})`)), // prettier-ignore
  'sync.cursor_fault': () => [told(`sync.cursor_fault('{"epoch": "00000000-0000-0000-0000-000000000000"}')`)],
  'sync.cursor_since': () => [told(`sync.cursor_since('2000-01-01')`), told('sync.cursor_since(now())')],
  'sync.decided_conflicts': (bait) => [told(`sync.decided_conflicts(${uuids(bait.conflicts)})`)],
  'sync.discard_failed': (bait) => each(bait.changes, (id) => `sync.discard_failed('${id}', 'x')`),
  'sync.find_holders': (bait) => [told(`sync.find_holders(${json(tables.map((table) => ({ table, same: ['id'], folded: [], wanted: bait.ids[table]!.map((id) => ({ id })) })))})`)], // prettier-ignore
  'sync.find_conflict': (bait) => each(bait.conflicts, (id) => `sync.find_conflict('${id}')`),
  'sync.find_handled': (bait) => each(bait.changes, (id) => `sync.find_handled('${id}')`),
  'sync.find_known': (bait) => [told(`sync.find_known(${uuids(bait.changes)})`)],
  'sync.scopes_at': (bait) => [told(`sync.scopes_at(${uuids(bait.scopes)}, ${zeros(bait.scopes, 'none')}, '{none}')`)],
  'sync.settled_of': (bait) => [told(`sync.settled_of(${uuids(bait.changes)})`)],
  'sync.find_news': (bait) =>
    ['0', '1', '99999'].map((position) => told(`sync.find_news(${uuids(bait.scopes)}, ${zeros(bait.scopes, position)}, ${zeros(bait.scopes, '99999')}, 10000)`)), // prettier-ignore
  'sync.find_standing': (bait) =>
    [true, false].map((isEarly) => told(`sync.find_standing(${uuids(bait.scopes)}, ${zeros(bait.scopes)}, ${zeros(bait.scopes, '99999')}, ${isEarly}, 10000)`)), // prettier-ignore
  'sync.freezes_of': (bait) => [told(`sync.freezes_of(${uuids(bait.scopes)})`)],
  'sync.is_freeze_near': (bait) => [told(`sync.is_freeze_near(${uuids(allIds(bait))}, now())`)],
  'sync.ids_in_sight': (bait) => tables.flatMap((table) => each(bait.scopes, (id) => `sync.ids_in_sight('${table}', '${id}')`)), // prettier-ignore
  'sync.prepare_group': (bait) => tables.map((table) => `select string_agg(sync.prepare_group(g, '${bait.role}')::text, ' ') as told from unnest(${groups(bait, table)}) g`), // prettier-ignore
  'sync.known_ids': (bait) => each(tables, (table) => `sync.known_ids('${table}', ${uuids(bait.ids[table]!)})`),
  'sync.last_moved': (bait) => each(bait.scopes, (id) => `sync.last_moved('${id}')`),
  'sync.hold_device': (bait) => each(bait.devices, (id) => `sync.hold_device('${id}')`),
  'sync.kept_changes': (bait) => each(bait.devices, (id) => `sync.kept_changes('${id}', null)`),
  'sync.lock_again': (bait) => [told(`sync.lock_again(${json(bait.changes)}, null)`)],
  'sync.lock_gone': (bait) => [told(`sync.lock_gone(${json(locksOf(bait))})`)],
  'sync.lost_creates': (bait) => [told(`sync.lost_creates(${uuids(allIds(bait))})`)],
  'sync.late_receipts': (bait) => each(bait.devices, (id) => `sync.late_receipts('${id}', 0, 999999)`),
  'sync.list_conflicts': (bait) => each([null, ...bait.scopes], (scope) => `sync.list_conflicts(${json({ limit: 1000, scope, status: null, severity: null, after: null })})`), // prettier-ignore
  'sync.note_device': (bait) => each(bait.devices, (id) => `sync.note_device('${id}', 1, '{}')`),
  'sync.open_batch': (bait) =>
    each([bait.role, 'owner'], (role) => `sync.open_batch(${json(opened(bait))}, '${role}')`),
  'sync.open_conflicts': (bait) => each(bait.users, (id) => `sync.open_conflicts(${json(locksOf(bait))}, '${id}')`),
  'sync.page_query': () => [told(`sync.page_query(array[]::sync.news[])`)],
  'sync.place_of_record': (bait) => tables.flatMap((table) => each(bait.ids[table]!, (id) => `sync.place_of_record('${table}', '${id}')`)), // prettier-ignore
  'sync.read_conflict': (bait) => each(bait.conflicts, (id) => `sync.read_conflict('${id}')`),
  'sync.read_groups': (bait) => [told(groups(bait, 'tasks'))],
  'sync.read_history': (bait) => tables.flatMap((table) => each(bait.ids[table]!, (id) => `sync.read_history('${table}', '${id}', null, 200)`)), // prettier-ignore
  'sync.read_page': (bait) => [
    told(`sync.read_page(${json({ deviceId: bait.devices[0], cursor: null, scopes: bait.scopes, limit: 1000 })})`),
  ],
  'sync.read_positions': (bait) =>
    each(tables, (table) => `sync.read_positions('${table}', ${uuids(bait.ids[table]!)})`),
  'sync.read_record': (bait) => tables.flatMap((table) => each(bait.ids[table]!, (id) => `sync.read_record('${table}', '${id}')`)), // prettier-ignore
  'sync.read_rows': (bait) =>
    tables.map((table) => told(`sync.read_rows(array(select row('${bait.scopes[0]!}', 1, '${table}', i, 'create', false, now())::sync.news from unnest(${uuids(bait.ids[table]!)}) i))`)), // prettier-ignore
  'sync.read_scope': (bait) => each(bait.scopes, (id) => `sync.read_scope('${id}')`),
  'sync.record_batch': (bait) => each(bait.devices, (id) => `sync.record_batch('${id}', 's', 1, 0, 0, now())`),
  'sync.record_changes': (bait) => tables.map((table) => `select string_agg(sync.record_changes(g, '${bait.devices[0]!}', '${bait.devices[0]!}')::text, ' ') as told from unnest(${groups(bait, table)}) g`), // prettier-ignore
  'sync.records_of_conflicts': (bait) => [told(`sync.records_of_conflicts(${uuids(bait.conflicts)})`)],
  'sync.settle_batch': (bait) => each(tables, (table) => `sync.settle_batch(${groups(bait, table)})`),
  'sync.settle_conflict': (bait) => each(bait.conflicts, (id) => `sync.settle_conflict(${json(decision(bait, id))})`),
  'sync.settle_decisions': (bait) => {
    const conflictUpdates = bait.conflicts.map((conflictId) => ({ conflictId, unit: 'a', sides: [{ place: 0, client: 'mine' }], more: [] })) // prettier-ignore
    return [told(`sync.settle_decisions(${json(decided({ conflictUpdates }))}, '{}', '{}', now())`)]
  },
  'sync.settle_waiting': (bait) => each(bait.conflicts, (id) => `sync.settle_waiting(${json(decision(bait, id))})`),
  'sync.told_fault': () => [told(`sync.told_fault('[]', 'a', '23505')`)],
  'sync.detect_group': (bait) => tables.map((table) => `select string_agg(sync.detect_group(g)::text, ' ') as told from unnest(${groups(bait, table)}) g`), // prettier-ignore
  'sync.update_group': (bait) => tables.flatMap((table) => placed(bait, table).map((group) => `select sync.update_group(${group}, '${bait.role}')::text as told`)), // prettier-ignore
  'sync.write_group': (bait) => tables.flatMap((table) => placed(bait, table).map((group) => `select sync.write_group(${group}, '${bait.role}')::text as told`)), // prettier-ignore
  'sync.write_batch': (bait) => tables.flatMap((table) => placed(bait, table).map((group) => `select sync.write_batch(row(null, '${bait.role}', '${bait.devices[0]!}', 's', now(), array[${group}])::sync.prepared_batch)::text as told`)), // prettier-ignore
  'sync.prepare_batch': (bait) =>
    [opened(bait), { isPlain: true, groups: tables.map((table) => groupOf(bait, table)) }].map(
      (asked) => `select to_jsonb(r)::text as told from sync.prepare_batch(${json(batch(asked))}) r`,
    ),
  'sync.write_rows': (bait) =>
    tables.flatMap((table) => statementsOf(bait, table).flatMap(({ action, fields, rows }) => rows.map((row) => told(`sync.write_rows('${table}', '${action}', '{${fields.join(',')}}', ${json([row])})`)))), // prettier-ignore
  'sync.write_statements': (bait) =>
    each(tables, (table) => `sync.write_statements(${json(statementsOf(bait, table))})`),
  'sync.write_unit': (bait) => each(bait.conflicts, (id) => `sync.write_unit(${json({ unit: 'a', statements: [], decided: [decision(bait, id)] })})`), // prettier-ignore
}

/** Functions of one table each, by their beginning. */
export const callsOfTables: Record<string, (bait: Bait, table: string) => string[]> = {
  'sync.lock_': (bait, table) => [bait.scopes[0]!, bait.scopes.at(-1)!].map((scope) => told(`sync.lock_${table}('${scope}', ${uuids(bait.ids[table]!)}, false)`)), // prettier-ignore
  'sync.stored_': (bait, table) => [told(`sync.stored_${table}(${uuids(allIds(bait))})`)],
  'sync.detect_': (bait, table) => [`select string_agg(sync.detect_${table}(g)::text, ' ') as told from unnest(${groups(bait, table)}) g`], // prettier-ignore
  'sync.update_': (bait, table) => placed(bait, table).map((group) => `select sync.update_${table}_${bait.role}(${group})::text as told`), // prettier-ignore
  'sync.audience_of_': () => [],
}

/** Who the caller is, what their role reads, where their organization stands: no argument, nothing of anybody else. */
export const saysWhoAsks = /^sync\.(caller(_[a-z]+)?|remember_caller|read_order|readable_tables)$/
