// Everything that is not surely on the server, as text a person can keep: before signing out, or when a phone is lost.
import { type Device } from '../settings.ts'
import { readState } from '../store/read-state.ts'
import { type Store } from '../store/store.ts'

/** The outbox as JSON text, oldest first. */
export const exportedOutbox = async ({ store, device }: { store: Store; device: Device }): Promise<string> => {
  const { deviceId, entries } = await store.view(async (tx) => ({
    deviceId: (await readState(tx)).deviceId,
    entries: await tx.outbox.toArray(),
  }))
  return JSON.stringify(
    {
      madeAt: new Date(device.clock()).toISOString(),
      deviceId,
      user: device.user,
      changes: entries.map(({ state, scope, change, receipt }) => ({ state, scope, change, receipt })),
    },
    null,
    2,
  )
}
