// Reads what a device knows about itself.
import { type DeviceState } from './device-state.ts'
import { type TablesToRead } from './store.ts'

/** The state as stored. */
export const readState = async (tx: Pick<TablesToRead, 'state'>): Promise<DeviceState> => {
  const state = await tx.state.get('state')
  if (!state) throw new Error('The store of this device lost its state.')
  // a store that an older app left knows nothing of what was lost
  return { ...state, lostScopes: (state as Partial<DeviceState>).lostScopes ?? [] }
}
