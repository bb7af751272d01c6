// Takes one change, what stands and who asks; answers why it is not this person's to make, or null. The first of two
// walls: PostgreSQL refuses the same by policies and column rights.  Keeps P7.
import { failureCodes, sameJson } from '@wedsync/protocol'
import type { Collection } from '@wedsync/merge'
import type { WireChange } from '@wedsync/protocol'
import { isTheirs } from './is-theirs.ts'
import type { OpenedBatch, StoredRow } from './opened-batch.ts'
import type { Refusal } from './read-changes.ts'

export const refusalFor = (
  change: WireChange,
  collection: Collection,
  stored: StoredRow | undefined,
  opened: OpenedBatch,
): Refusal | null => {
  const rights = opened.rights[change.table]
  if (!rights) return forbidden()
  if (stored?.isForeign) return forbidden()
  if (change.action !== 'create' && stored && !stored.isVisible) return forbidden()
  if (change.action === 'create' && stored && !stored.isVisible && !stored.isDeleted) return forbidden()
  if (stored?.isVisible && !isTheirs(collection, stored.fields ?? {}, opened)) return forbidden()
  if (change.action === 'create' || change.action === 'restore') {
    if (!rights.canCreate) return forbidden()
  } else if (change.action === 'delete') return rights.canDelete ? null : forbidden()

  const data = change.action === 'create' ? givenData(change, collection, rights.writes) : change.data
  const open = change.action === 'update' ? rights.changes : rights.writes
  const closed = Object.keys(data).find((field) => !open.includes(field))
  if (closed) return { ...forbidden(), field: closed }
  const wished = { ...(stored ? stored.fields : collection.defaults), ...data }
  return isTheirs(collection, wished, opened) ? null : forbidden()
}

/** A device sends a new record whole: a field this person may not give says nothing where it holds its default. */
export const givenData = (change: WireChange, collection: Collection, writes: readonly string[]) =>
  Object.fromEntries(
    Object.entries(change.data).filter(
      ([field, value]) => writes.includes(field) || !sameJson(value, collection.defaults[field] ?? null),
    ),
  )

/** A new record belongs to a wedding this person may hold; one that nobody has heard of yet may still arrive. */
export const scopeRefusal = (
  change: WireChange,
  collection: Collection,
  { scopes, parents }: OpenedBatch,
): Refusal | null => {
  if (change.action !== 'create' || collection.scope === 'organization' || collection.isScope) return null
  const wedding = change.data['client_id']
  if (typeof wedding === 'string' && scopes.includes(wedding)) return null
  const { table } = collection.refersTo['client_id'] ?? {}
  const isKnown = parents.some((parent) => parent.table === table && parent.id === wedding)
  if (isKnown || !table || typeof wedding !== 'string') return { ...forbidden(), field: 'client_id' }
  const code = 'missing_parent'
  return { code, message: failureCodes[code].says, field: 'client_id', awaits: { table, id: wedding } }
}

const forbidden = (): Refusal => ({ code: 'forbidden', message: failureCodes.forbidden.says })
