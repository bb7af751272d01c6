// The phone's store: one per origin and person, in the words of the app that opens it.
import { type Device } from '../settings.ts'
import { firstState } from './device-state.ts'
import { loadAnew } from './load-anew.ts'
import { readState } from './read-state.ts'
import { restate } from './restate.ts'
import { inOneStep, type Store } from './store.ts'

/** Opens the store, and gives the device its id when it is new. */
export const openStore = async (device: Device): Promise<Store> => {
  const { storeName, openStore: open, ids, schemas } = device
  const store = await open(storeName)
  const id = ids()
  const { spare } = store
  await inOneStep(store, async (tx) => {
    if (await tx.state.get('state')) return restate(tx, device)
    if (!spare) {
      await tx.state.add(firstState(id, schemas.current))
      return
    }
    // the platform threw the store away: what only this phone had is put back, and everything else comes from the server
    await tx.outbox.bulkPut(spare.outbox)
    await tx.kept.bulkPut(spare.kept)
    await tx.state.put({ ...spare.state, position: -1, lastSyncedAt: null })
    await restate(tx, device)
    await loadAnew(tx, device, await readState(tx))
  })
  return store
}
