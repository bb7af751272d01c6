import { checksumOf } from '@wedsync/protocol'
import { expect, test } from 'vitest'
import { aPhone, anItem, wedding } from '../testing/a-phone.ts'
import { createTestServer, idFrom } from '../testing/test-server.ts'

const id = idFrom('first dance')

test('[P3] every edit handed in is answered: taken, refused here, or still waiting', async () => {
  const server = createTestServer()
  server.writes('items', id, anItem('First dance'), wedding)
  const phone = await aPhone(server)
  await phone.syncNow()
  const changeId = idFrom('made elsewhere')
  const result = await phone.syncChanges(
    [
      { changeId, action: 'update', table: 'items', id, data: { title: 'Waltz' }, base: { title: 'First dance' } },
      { action: 'update', table: 'items', id, data: { nonsense: true } },
    ],
    { conflictResolution: 'client_wins', validateChecksums: true },
  )
  expect(result).toMatchObject({
    success: false,
    processed: [{ changeId, outcome: 'applied' }],
    failures: [{ index: 1, code: 'unknown_field', retryable: false }],
    waiting: [],
  })
  expect(result.sessionId).toMatch(/^sess_/)

  const again = await phone.syncChanges([{ changeId, action: 'update', table: 'items', id, data: { title: 'Waltz' } }])
  expect(again.processed).toMatchObject([{ changeId }])
  expect(server.applied).toEqual([changeId])
  await phone.stop()
})

test('without a signal they are safe on this phone, and go later', async () => {
  const server = createTestServer()
  const phone = await aPhone(server)
  phone.weather(() => Promise.reject(new TypeError('offline')))
  const result = await phone.syncChanges([{ action: 'create', table: 'clients', id, data: { names: 'Ann & Ben' } }])
  expect(result).toMatchObject({ success: false, processed: [], failures: [] })
  expect(result.waiting).toHaveLength(1)
  phone.weather(null)
  await phone.syncNow()
  expect(server.ledgerSize()).toBe(1)
  await phone.stop()
})

test('an edit that was damaged on its way here is not taken in, unless nobody wants it looked at', async () => {
  const server = createTestServer()
  const phone = await aPhone(server)
  const made = { action: 'create' as const, table: 'clients', id, data: { names: 'Ann & Ben' } }
  const damaged = { ...made, checksum: checksumOf({ ...made, data: { names: 'Ann & Bob' } }) }
  expect(await phone.syncChanges([damaged])).toMatchObject({
    ...{ success: false, waiting: [] },
    failures: [{ index: 0, code: 'checksum_mismatch', retryable: true }],
  })
  expect(server.ledgerSize()).toBe(0)
  expect(await phone.syncChanges([{ ...made, checksum: checksumOf(made) }])).toMatchObject({ success: true })

  const other = { ...damaged, id: idFrom('another') }
  expect(await phone.syncChanges([other], { validateChecksums: false })).toMatchObject({ success: true })
  await phone.stop()
})

test('figures are of all requests it took', async () => {
  const phone = await aPhone(createTestServer())
  const changes = Array.from({ length: 60 }, (_, n) => ({
    ...{ action: 'create' as const, table: 'clients', id: idFrom(`client ${n}`), data: { names: `Couple ${n}` } },
  }))
  expect(await phone.syncChanges(changes)).toMatchObject({ success: true, metrics: { itemsProcessed: 60 } })
  await phone.stop()
})

test('a status that no server gave is never made up', async () => {
  const phone = await aPhone(createTestServer())
  await expect(phone.getSyncStatus(id)).rejects.toMatchObject({ name: 'SyncUnavailable', status: 404 })
  await phone.stop()
})
