// Takes a batch's checked changes; puts into words what the database is asked first: to write it whole if nothing of it
// is contested, or, where there is something to decide, to lock what it touches and say what stands.
import type { Cursor } from '../pull/cursor.ts'
import { parentsOf } from './parents-of.ts'
import type { ReadChange } from './read-changes.ts'

export type Envelope = { batchId: string; deviceId: string; sessionId: string; cursor: Cursor | null; device: object }

/** The question as JSON; null for a batch that is not plain: one change a record, creates and updates, nothing to wait for. */
export const plainBatch = (envelope: Envelope, changes: readonly ReadChange[]): string | null => {
  const records = new Set<string>()
  const ids = new Set<string>()
  for (const { change, refusal, changeId } of changes) {
    if (refusal || !change || (change.action !== 'create' && change.action !== 'update')) return null
    if (change.after || change.groupId || change.fromBefore) return null
    if (change.action === 'update' && change.baseVersion == null) return null
    records.add(`${change.table}/${change.id}`)
    ids.add(changeId)
  }
  if (records.size < changes.length || ids.size < changes.length) return null
  return JSON.stringify({
    ...envelope,
    isPlain: true,
    changeIds: [...ids],
    changes: changes.map(({ change, changeId, hash, payload }) => ({
      ...{ changeId, hash, table: change!.table, id: change!.id, action: change!.action },
      ...(change!.action === 'create' && { shape: Object.keys(change!.data).sort().join(',') }),
      ...{ baseVersion: change!.baseVersion, data: change!.data, base: change!.base, payload },
    })),
  })
}

/** The question as JSON: lock every record of the batch, tell what is known of each change and of what it refers to. */
export const lockedBatch = (envelope: Envelope, changes: readonly ReadChange[]): string => {
  const asked = changes.flatMap((read) => (read.refusal ? [] : [read]))
  const deleting = new Set(asked.filter(({ action }) => action === 'delete').map(({ table }) => table))
  const parents = asked.flatMap(({ change, collection }) => parentsOf(change, collection))
  return JSON.stringify({
    ...envelope,
    isPlain: false,
    changeIds: [
      ...new Set([...changes.map(({ changeId }) => changeId), ...asked.flatMap(({ change }) => change.after ?? [])]),
    ],
    locks: [...Map.groupBy(asked, ({ table }) => table)].map(([table, members]) => ({
      ...{ table, ids: [...new Set(members.map(({ change }) => change.id))], toDelete: deleting.has(table) },
    })),
    parents: [...Map.groupBy(parents, ({ table }) => table)].map(([table, members]) => ({
      ...{ table, ids: [...new Set(members.map(({ id }) => id))] },
    })),
  })
}
