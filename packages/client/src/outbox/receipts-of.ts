// What became of changes of this device, as far as it is known: in the outbox, or among what is kept.
import { type Receipt } from '@wedsync/protocol'
import { type Store } from '../store/store.ts'

/** Each with its receipt; null: there is none yet. */
export const receiptsOf = async (store: Store, changeIds: readonly string[]): Promise<[string, Receipt | null][]> => {
  const ids = [...new Set(changeIds)]
  const { entries, kept } = await store.view(async (tx) => ({
    entries: await tx.outbox.where('changeId').anyOf(ids).toArray(),
    kept: await tx.kept.bulkGet(ids),
  }))
  const found = new Map(
    [...kept.flatMap((row) => row?.entry ?? []), ...entries].map((one) => [one.changeId, one.receipt]),
  )
  return ids.map((id) => [id, found.get(id) ?? null])
}
