// The server's history does not continue ours: it was restored, or is another. Takes nothing; leaves the store ready to
// load everything anew, and nothing of what was made here is lost.  Keeps P5, P6, P9 (rule 21).
import { type Device } from '../settings.ts'
import { loadAnew } from '../store/load-anew.ts'
import { readState } from '../store/read-state.ts'
import { inOneStep, type Store } from '../store/store.ts'

/** Starts over, if nobody did since that turn. Answers whether it did. */
export const startOver = ({ store, device }: { store: Store; device: Device }, turn: number): Promise<boolean> =>
  inOneStep(store, async (tx) => {
    const before = await readState(tx)
    if (before.turn !== turn) return false
    await loadAnew(tx, device, before)
    return true
  })
