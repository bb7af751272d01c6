// The phone's store: one per origin and person, in the words of the app that opens it.
import { type Device } from '../settings.ts'
import { firstState } from './device-state.ts'
import { restate } from './restate.ts'
import { inOneStep, type Store } from './store.ts'

/** Opens the store, and gives the device its id when it is new. */
export const openStore = async (device: Device): Promise<Store> => {
  const { storeName, openStore: open, ids, schemas } = device
  const store = await open(storeName)
  const id = ids()
  await inOneStep(store, async (tx) => {
    if (await tx.state.get('state')) await restate(tx, device)
    else await tx.state.add(firstState(id, schemas.current))
  })
  return store
}
