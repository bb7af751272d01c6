// Weddings somebody may no longer see: takes what was taken away and what came instead; leaves nothing of them on the device but
// what the server has not answered yet. What it has answered it holds, for those who plan.  Keeps P8.
import { type Entry } from '../outbox/entry.ts'
import { type Device } from '../settings.ts'
import { type DeviceState } from '../store/device-state.ts'
import { type Key, type Tables } from '../store/store.ts'

/**
 * The scopes that are lost once the staged pages are shown. One that was taken away and loaded again in the same run is not:
 * something of it came. Nor is one this device does not want to hold.
 */
export const lostScopes = async (tx: Tables, device: Device, before: DeviceState): Promise<string[]> => {
  const taken = new Set([...before.lostScopes, ...before.stagedRevokes])
  // a device that loads everything anew is not told what it may no longer see
  if (before.isReloading) {
    const rows = [await tx.records.toArray(), await tx.outbox.toArray(), (await tx.kept.toArray()).map(entryOf)]
    for (const { scope } of rows.flat()) taken.add(scope)
  }
  if (taken.size === 0) return []
  for (const { scope, data } of await tx.staged
    .where('scope')
    .anyOf([...taken])
    .toArray())
    if (data) taken.delete(scope)
  return [...taken].filter((scope) => !device.scopes || device.scopes.includes(scope))
}

/** Removes what was made in these scopes and is answered; answers which records it was about. */
export const forgetAnswered = async (tx: Tables, scopes: readonly string[]): Promise<Key[]> => {
  if (scopes.length === 0) return []
  const answered = await tx.outbox.where('state').anyOf(['held', 'settled', 'stuck']).toArray()
  const leaving = answered.filter(({ scope, isOnlyHere }) => scopes.includes(scope) && !isOnlyHere)
  await tx.outbox.bulkDelete(leaving.map(({ seq }) => seq))
  return leaving.map(({ table, id }) => [table, id])
}

/** Removes what was kept of these scopes in case a restored server forgets it. */
export const forgetKept = async (tx: Tables, scopes: readonly string[]): Promise<void> => {
  if (scopes.length === 0) return
  const leaving = (await tx.kept.toArray()).filter(({ entry }) => scopes.includes(entry.scope))
  for (const { changeId } of leaving) await tx.kept.delete(changeId)
}

const entryOf = ({ entry }: { entry: Entry }): Entry => entry
