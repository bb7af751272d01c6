// The server's history does not continue ours: it was restored, or is another. Takes nothing; leaves the store ready to
// load everything anew, with every change it may have forgotten back in the outbox at its old place. The old view stays
// on screen until everything is there.  Keeps P5, P6, P9 (rule 21).
import { type Entry } from '../outbox/entry.ts'
import { shownFields } from '../outbox/overlay.ts'
import { type Device } from '../settings.ts'
import { readState } from '../store/read-state.ts'
import { layOver } from '../store/lay-over.ts'
import { inOneStep, type Store } from '../store/store.ts'

/** Starts over, if nobody did since that turn. Answers whether it did. */
export const startOver = ({ store, device }: { store: Store; device: Device }, turn: number): Promise<boolean> =>
  inOneStep(store, async (tx) => {
    const before = await readState(tx)
    if (before.turn !== turn) return false
    const entries = await tx.outbox.toArray()
    const kept = await tx.kept.toArray()
    await tx.outbox.bulkPut([
      ...entries.map((entry) => again(entry, shownFields(entry, before), entry.isHidden || entry.state === 'stuck')),
      ...kept.map(({ entry }) => again(entry, null, true)),
    ])
    await tx.kept.clear()
    await tx.staged.clear()
    const state = { ...before, turn: before.turn + 1, cursor: null, stagedRevokes: [], isReloading: true }
    await tx.state.put(state)
    await layOver(
      tx,
      device,
      entries.map(({ table, id }) => [table, id]),
      state,
    )
    return true
  })

const again = (entry: Entry, overlayBefore: string[] | null, isHidden: boolean): Entry => ({
  ...entry,
  state: 'waiting',
  change: { ...entry.change, fromBefore: true },
  isHidden,
  isSentAgain: entry.isFrozen,
  narrowings: [],
  overlayBefore,
  receipt: null,
})
