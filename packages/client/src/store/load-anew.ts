// What the store holds of the server is worth nothing any more: the server's history is another, or the store was lost and put back.
// Everything is loaded anew, with every change the server may have forgotten back in the outbox at its old place. What is on
// the screen stays until everything is there.  Keeps P5, P6, P9 (rule 21).
import { type Entry } from '../outbox/entry.ts'
import { shownFields } from '../outbox/overlay.ts'
import { type Device } from '../settings.ts'
import { type DeviceState } from './device-state.ts'
import { layOver } from './lay-over.ts'
import { type Tables } from './store.ts'

/** Runs inside the caller's step. */
export const loadAnew = async (tx: Tables, device: Pick<Device, 'collections'>, before: DeviceState): Promise<void> => {
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
}

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
