// Puts changes aside that the server cannot take at all, so that they hold up no other; a person sees them as stuck.
import { type Device } from '../settings.ts'
import { readState } from '../store/read-state.ts'
import { layOver } from '../store/lay-over.ts'
import { inOneStep, type Store } from '../store/store.ts'
import { refusedHere, type Entry } from './entry.ts'

/** Marks these changes as stuck, with the reason; answers those of whom nobody was told yet, as they now stand. */
export const setAside = (
  { store, device }: { store: Store; device: Device },
  changeIds: readonly string[],
  reason: string,
): Promise<Entry[]> =>
  inOneStep(store, async (tx) => {
    const entries = await tx.outbox.where('changeId').anyOf(changeIds).toArray()
    const stuck = entries.map((entry) => refusedHere(entry, reason))
    await tx.outbox.bulkPut(stuck)
    await layOver(
      tx,
      device,
      stuck.map(({ table, id }) => [table, id]),
      await readState(tx),
    )
    return stuck.filter(({ state }, nth) => state === 'stuck' && !entries[nth]!.told?.includes('failed'))
  })
