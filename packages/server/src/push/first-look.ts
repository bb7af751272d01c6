// Takes a batch's checked changes; puts into words what the database is asked first: to write it whole if nothing of it
// is contested, or, where there is something to decide, to lock what it touches and say what stands.
import type { Collection } from '@wedsync/merge'
import type { Cursor } from '../pull/cursor.ts'
import { parentsOf } from './parents-of.ts'
import type { ReadChange } from './read-changes.ts'

export type Envelope = { batchId: string; deviceId: string; sessionId: string; cursor: Cursor | null; device: object }

/** The question as JSON; null for a batch that is not plain: one change a record, creates and updates, nothing to wait for. */
export const plainBatch = (
  envelope: Envelope,
  changes: readonly ReadChange[],
  ranks: ReadonlyMap<string, number>,
): string | null => {
  const records = new Set<string>()
  const ids = new Set<string>()
  for (const { change, collection, wish, refusal, changeId, past } of changes) {
    // what it means is known once what stands is
    if (past) return null
    if (collection && writesInPart(collection)) return null
    if (refusal || !change || wish || (change.action !== 'create' && change.action !== 'update')) return null
    if (change.after || change.groupId || change.fromBefore) return null
    if (change.action === 'update' && change.baseVersion == null) return null
    records.add(`${change.table}/${change.id}`)
    ids.add(changeId)
  }
  if (records.size < changes.length || ids.size < changes.length) return null
  return JSON.stringify({ ...envelope, isPlain: true, groups: groupsOf(changes, ranks) })
}

/** Whose batches the database writes whole where nothing of them is contested; see process_sync_batch. */
const plainRoles = ['owner', 'planner', 'assistant']
// where one of them may write only some records, each has to be looked at
const writesInPart = ({ writtenWhere }: Collection): boolean =>
  writtenWhere.some(({ roles, where }) => where.is !== 'any' && roles.some((role) => plainRoles.includes(role)))

// Parents first, then by table and record: the order in which records are locked and written.
const groupsOf = (changes: readonly ReadChange[], ranks: ReadonlyMap<string, number>) => {
  const sorted = [...changes].sort(
    (one, other) => ranks.get(one.table)! - ranks.get(other.table)! || (one.id! < other.id! ? -1 : 1),
  )
  // names of tables and fields are made of letters
  const shapeOf = (read: ReadChange) => `${read.table} ${read.action} ${fieldsOf(read).join()}`
  return [...Map.groupBy(sorted, shapeOf).values()].map((members) => ({
    table: members[0]!.table,
    action: members[0]!.action,
    fields: fieldsOf(members[0]!),
    changes: members.map(({ changeId, id, hash, kept: { data, base, baseVersion, more } }) => ({
      ...{ changeId, id, hash, data, base, baseVersion, more },
    })),
  }))
}

const fieldsOf = ({ action, kept }: ReadChange): string[] =>
  action === 'create' ? Object.keys(kept.data as object).sort() : []

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
    decides: [...new Set(changes.flatMap(({ change, wish }) => (wish ? [change.id] : [])))],
    changeIds: [
      ...new Set([...changes.map(({ changeId }) => changeId), ...asked.flatMap(({ change }) => change.after ?? [])]),
    ],
    locks: [...Map.groupBy(asked, ({ table }) => table)].map(([table, members]) => ({
      ...{ table, ids: [...new Set(members.map(({ change }) => change.id))], toDelete: deleting.has(table) },
    })),
    parents: [...Map.groupBy(parents, ({ table }) => table)].map(([table, members]) => ({
      ...{ table, ids: [...new Set(members.map(({ id }) => id))] },
    })),
  }
}
