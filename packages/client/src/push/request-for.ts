// Takes a batch; hands on the request that carries it. One round trip: changes go up, news comes down.
import { type Json, type SyncRequest } from '@wedsync/protocol'
import { pullLimit } from '../limits.ts'
import { type Batch } from '../outbox/take-batch.ts'
import { type Device } from '../settings.ts'

/** The body of POST /api/offline/sync. */
export const requestFor = (batch: Batch, device: Device, storagePersisted: boolean | null): Json => {
  const request: SyncRequest = {
    batchId: device.ids(),
    deviceId: batch.deviceId,
    schemaVersion: device.schemas.current,
    cursor: batch.cursor,
    ...(device.scopes && { scopes: [...device.scopes] }),
    deviceInfo: {
      deviceId: batch.deviceId,
      ...(device.appVersion !== null && { appVersion: device.appVersion }),
      platform: device.platform,
      waiting: batch.waiting,
      oldestWaiting: batch.oldestWaiting,
      ...(storagePersisted !== null && { storagePersisted }),
      clock: new Date(device.clock()).toISOString(),
    },
    changes: batch.changes,
    options: { conflictResolution: batch.strategy ?? 'merge', pullLimit: newsWanted(batch) },
  }
  return request as unknown as Json
}

// while there is more to send, receipts are enough: news comes with the last batch
const newsWanted = ({ cursor, waiting, changes }: Batch): number =>
  cursor !== null && changes.length > 0 && waiting > changes.length ? 0 : pullLimit

/** The address that continues a run of pages. */
export const nextPageAt = ({ cursor, deviceId }: Batch, { scopes, schemas }: Device): string => {
  const query = new URLSearchParams({
    ...{ cursor: cursor ?? '', deviceId, pullLimit: String(pullLimit), schemaVersion: String(schemas.current) },
  })
  if (scopes) query.set('scopes', scopes.join(','))
  return `/api/offline/sync?${query.toString()}`
}
