// Takes a batch's checked changes; puts into words what the database is asked first: to write it whole if nothing of it
// is contested, or, where there is something to decide, to lock what it touches and say what stands.
import type { Collection } from '@wedsync/merge'
import type { Cursor } from '../pull/cursor.ts'
import { mayBeHeld } from './may-be-held.ts'
import { mayMeetOthers } from './may-meet-others.ts'
import { parentsOf } from './parents-of.ts'
import type { ReadChange } from './read-changes.ts'

export type Envelope = { batchId: string; deviceId: string; sessionId: string; cursor: Cursor | null; device: object }

/** A plain batch's question, as JSON, and its changes group by group, in the order the database is told of them. */
export type PlainBatch = { text: string; groups: ReadChange[][] }

/** Null for a batch that is not plain: one change a record, creates and updates, nothing to wait for. `at`: when, by this server's clock. */
export const plainBatch = (
  envelope: Envelope,
  changes: readonly ReadChange[],
  ranks: ReadonlyMap<string, number>,
  at: string,
): PlainBatch | null => {
  const ids = new Set<string>()
  for (const { change, collection, wish, refusal, changeId, past } of changes) {
    // what it means is known once what stands is
    if (past) return null
    if (collection && writesInPart(collection)) return null
    if (refusal || !change || wish || (change.action !== 'create' && change.action !== 'update')) return null
    if (change.after || change.groupId || change.fromBefore) return null
    // whether it is there already, or somebody else holds what it wants, nobody has looked
    if (collection && mayMeetOthers(collection, change.action, change.data)) return null
    if (change.action === 'update' && change.baseVersion == null) return null
    ids.add(changeId)
  }
  const sorted = inWritingOrder(changes, ranks)
  if (ids.size < changes.length || namesOneTwice(sorted)) return null
  const groups = groupsOf(sorted)
  const held = mayBeHeld(changes)
  if (held === null) return null
  const asked = JSON.stringify({
    ...envelope,
    isPlain: true,
    ...(held.length > 0 && { mayBeHeld: { ids: held, at } }),
  }).slice(0, -1)
  return { text: `${asked},"groups":[${groups.map(groupText).join()}]}`, groups }
}

/** Whose batches the database writes whole where nothing of them is contested; see process_sync_batch. */
const plainRoles = ['owner', 'planner', 'assistant']
// where one of them may write only some records, each has to be looked at
const writesInPart = ({ writtenWhere }: Collection): boolean =>
  writtenWhere.some(({ roles, where }) => where.is !== 'any' && roles.some((role) => plainRoles.includes(role)))

// Parents first, then by table and record: the order in which records are locked and written.
const inWritingOrder = (changes: readonly ReadChange[], ranks: ReadonlyMap<string, number>): ReadChange[] =>
  [...changes].sort((one, other) =>
    one.table === other.table ? (one.id! < other.id! ? -1 : 1) : ranks.get(one.table)! - ranks.get(other.table)!,
  )

const namesOneTwice = (sorted: readonly ReadChange[]): boolean =>
  sorted.some(({ table, id }, at) => at > 0 && sorted[at - 1]!.id === id && sorted[at - 1]!.table === table)

// Creates of one group give the same fields. Names of tables and fields are made of letters.
const groupsOf = (sorted: readonly ReadChange[]): ReadChange[][] => {
  const shapeOf = (read: ReadChange) =>
    read.action === 'create' ? `${read.table} ${fieldsOf([read]).join()}` : read.table
  return [...Map.groupBy(sorted, shapeOf).values()]
}

// Data and base are spelled already; see sync.read_groups.
const groupText = (members: readonly ReadChange[]): string => {
  const { table, action } = members[0]!
  const ids = `{${members.map(({ id }) => id).join()}}`
  const changeIds = `{${members.map(({ changeId }) => changeId).join()}}`
  const head = JSON.stringify({ table, action, fields: fieldsOf(members), ids, changeIds })
  return `${head.slice(0, -1)},"changes":[${members.map(changeText).join()}]}`
}

const changeText = ({ hash, spelled, kept: { data, base, baseVersion, more } }: ReadChange): string =>
  `[${baseVersion},"\\\\x${hash}",${spelled.data ?? JSON.stringify(data)},${spelled.base ?? JSON.stringify(base)},` +
  `${more && JSON.stringify(more)}]`

/** All fields that some changes name; of updates also those they only say the old value of. */
const fieldsOf = (members: readonly ReadChange[]): string[] => {
  const names = new Set<string>()
  for (const { action, kept } of members) {
    for (const name of Object.keys(kept.data as object)) names.add(name)
    if (action === 'update') for (const name of Object.keys(kept.base ?? {})) names.add(name)
  }
  return [...names].sort()
}

/** The question as JSON: lock every record of the batch, tell what is known of each change and of what it refers to. */
export const lockedBatch = (envelope: Envelope, changes: readonly ReadChange[]): string =>
  JSON.stringify({ ...envelope, ...lockedQuestion(changes) })

/** The same, without saying who asks. */
export const lockedQuestion = (changes: readonly ReadChange[]): object => {
  const asked = changes.flatMap((read) => (read.refusal || read.wish ? [] : [read]))
  const deleting = new Set(asked.filter(({ action }) => action === 'delete').map(({ table }) => table))
  const parents = asked.flatMap(({ change, collection }) => parentsOf(change, collection))
  return {
    isPlain: false,
    weddings: [
      ...new Set(asked.flatMap(({ action, change }) => (action === 'create' ? (change.data['client_id'] ?? []) : []))),
    ],
    decides: [...new Set(changes.flatMap(({ change, wish }) => (wish ? [change.id] : [])))],
    changeIds: [
      ...new Set([...changes.map(({ changeId }) => changeId), ...asked.flatMap(({ change }) => change.after ?? [])]),
    ],
    locks: [...Map.groupBy(asked, ({ table }) => table)].map(([table, members]) => ({
      ...{ table, ids: [...new Set(members.map(({ change }) => change.id))], toDelete: deleting.has(table) },
    })),
    awaited: awaitedBy(asked),
    parents: [...Map.groupBy(parents, ({ table }) => table)].map(([table, members]) => ({
      ...{ table, ids: [...new Set(members.map(({ id }) => id))] },
    })),
  }
}

/** Records that others may wait for, by the table and field in which these would say so. */
const awaitedBy = (changes: readonly ReadChange[]): { table: string; field: string; ids: string[] }[] =>
  [...Map.groupBy(changes, ({ collection }) => collection?.awaitedBy ?? null)].flatMap(([by, members]) =>
    by ? [{ ...by, ids: [...new Set(members.flatMap(({ id }) => id ?? []))] }] : [],
  )
