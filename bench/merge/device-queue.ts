// Takes the conflicts a device holds, settled ones among them; hands back how long it takes until the queue stands on its screen: read, filtered, sorted.
// The store is the one in memory: what IndexedDB adds belongs to the browser.
import { createMemoryDisk, createMemoryStore, type ShownConflict } from '@wedsync/client'
import { conflictQuery } from '../../packages/client/src/review/conflict-query.ts'
import { watchRecords } from '../../packages/client/src/store/watch-records.ts'
import { measure, type Figures } from './measure.ts'
import type { HeldConflict } from './server-queue.ts'

export const measureDeviceQueue = async (
  held: readonly HeldConflict[],
  count: number,
  boundMs: number,
): Promise<Figures> => {
  const store = await createMemoryStore(createMemoryDisk()).open('queue')
  await store.step((tx) =>
    tx.records.bulkPut(
      held.map(({ id, scope, version, data }) => ({
        ...{ table: 'conflicts', id, scope, version, base: data, view: data, pending: 'none' },
      })),
    ),
  )
  const opened = (): Promise<readonly ShownConflict[]> =>
    new Promise((resolve) => {
      const view = watchRecords<ShownConflict>(store, new Map(), conflictQuery())
      const stop = view.subscribe(() => {
        resolve(view.current())
        stop()
      })
    })
  const shown = await opened()
  if (shown.length !== count) throw new Error(`${shown.length} of ${count} conflicts are shown`)
  return measure(`a device's queue of ${count}: all of it`, boundMs, opened)
}
