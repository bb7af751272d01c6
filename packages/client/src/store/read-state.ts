// Reads what a device knows about itself.
import { type DeviceState } from './device-state.ts'
import { type Store } from './open-store.ts'

/** The state as stored. */
export const readState = async (store: Store): Promise<DeviceState> => {
  const state = await store.state.get('state')
  if (!state) throw new Error('The store of this device lost its state.')
  return state
}
