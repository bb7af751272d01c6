// The phone's store: one per origin and person.
import { type Device } from '../settings.ts'
import { firstState } from './device-state.ts'
import { inOneStep, type Store } from './store.ts'

/** Opens the store, and gives the device its id when it is new. */
export const openStore = async ({ storeName, openStore: open, ids }: Device): Promise<Store> => {
  const store = await open(storeName)
  const id = ids()
  await inOneStep(store, async ({ state }) => {
    if (!(await state.get('state'))) await state.add(firstState(id))
  })
  return store
}
