// Reads what a device knows about itself.
import { schemaVersionUnsaid } from '@wedsync/protocol'
import { type DeviceState } from './device-state.ts'
import { type TablesToRead } from './store.ts'

/** The state as stored. */
export const readState = async (tx: Pick<TablesToRead, 'state'>): Promise<DeviceState> => {
  const state = await tx.state.get('state')
  if (!state) throw new Error('The store of this device lost its state.')
  // a store that an older app left knows nothing of what was lost, nor of versions
  const { lostScopes = [], schemaVersion = schemaVersionUnsaid } = state as Partial<DeviceState>
  return { ...state, lostScopes, schemaVersion }
}
