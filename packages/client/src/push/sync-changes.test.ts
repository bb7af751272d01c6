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

test('a status that no server gave is never made up', async () => {
  const phone = await aPhone(createTestServer())
  await expect(phone.getSyncStatus(id)).rejects.toMatchObject({ name: 'SyncUnavailable', status: 404 })
  await phone.stop()
})
