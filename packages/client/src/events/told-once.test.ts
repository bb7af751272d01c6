import { expect, test } from 'vitest'
import { aPhone, anItem, wedding, type Phone } from '../testing/a-phone.ts'
import { createTestServer, idFrom, type TestServer } from '../testing/test-server.ts'

const id = idFrom('first dance')

/** Everything a program is told by this phone, in order. */
const listens = (phone: Phone) => {
  const told: string[] = []
  phone.on('changeFailed', ({ code, action }) => told.push(`failed: ${action} ${code}`))
  phone.on('conflictDetected', ({ status, fields }) => told.push(`detected: ${status} ${fields[0]?.field}`))
  phone.on('conflictResolved', ({ status }, { by, outcome }) => told.push(`resolved: ${status} by ${by}, ${outcome}`))
  return told
}
const aServer = () => {
  const server = createTestServer({ asks: ['place'] })
  server.writes('items', id, anItem('First dance', { place: 'Hall' }), wedding)
  return server
}
/** The phone saw the hall, somebody says the barn, the phone says the garden. */
const disagrees = async (server: TestServer, phone: Phone) => {
  await phone.syncNow()
  await phone.save('items', id, { place: 'Garden' })
  server.writes('items', id, { place: 'Barn' }, wedding)
  await phone.syncNow()
}
const changeOf = (phone: Phone) => phone.status().needsYou[0]!.changeId

test('a program is told of a conflict once, and once that it is over, whoever decided it', async () => {
  const server = aServer()
  const phone = await aPhone(server)
  const told = listens(phone)
  await disagrees(server, phone)
  await phone.syncNow()
  expect(told).toEqual(['detected: pending place'])

  server.decides(changeOf(phone), 'server')
  await phone.syncNow()
  await phone.syncNow()
  expect(told).toEqual(['detected: pending place', 'resolved: resolved by person, server_won'])
  await phone.stop()
})

test('neither an answer that was lost, nor a restart, nor a server that was put back says it twice', async () => {
  const server = aServer()
  server.refuses('locks', (change) => ('locked' in change.data ? server.failureOf(change, 'forbidden', false) : null))
  server.writes('items', idFrom('cake'), anItem('Cake'), wedding)
  const backup = server.backup()
  const phone = await aPhone(server)
  const told = listens(phone)
  await phone.syncNow()
  await phone.save('items', idFrom('cake'), { locked: true })
  await phone.save('items', id, { place: 'Garden' })
  server.writes('items', id, { place: 'Barn' }, wedding)
  phone.weather(async (_url, _init, arrive) => {
    await arrive()
    throw new TypeError('the answer was lost')
  })
  await phone.syncNow()
  phone.weather(null)
  await phone.syncNow()
  expect(told).toEqual(['failed: update forbidden', 'detected: pending place'])
  await phone.stop()

  const again = await aPhone(server, { disk: phone.disk })
  const toldAgain = listens(again)
  await again.syncNow()
  server.restore(backup)
  server.writes('items', id, { place: 'Barn' }, wedding)
  await again.syncNow()
  expect(again.status().needsYou).toHaveLength(2)
  expect(toldAgain).toEqual([])
  await again.stop()
})

test('what fails late is told late: the server kept it, and gave it up', async () => {
  const server = aServer()
  const phone = await aPhone(server)
  const told = listens(phone)
  await phone.syncNow()
  server.refuses('kept', (change) => ({ ...server.failureOf(change, 'missing_parent', true), kept: true }))
  await phone.save('items', id, { note: 'ask Ann' })
  await phone.syncNow()
  expect(told).toEqual([])

  await phone.stop()
  const again = await aPhone(server, { disk: phone.disk })
  const later = listens(again)
  server.givesUp(again.deviceId)
  await again.syncNow()
  expect(later).toEqual(['failed: update given_up'])
  await again.stop()
})

test('two tabs of one browser tell it in one of them', async () => {
  const server = aServer()
  const one = await aPhone(server)
  const other = await aPhone(server, { disk: one.disk })
  const told = [listens(one), listens(other)]
  await one.syncNow()
  await one.save('items', id, { place: 'Garden' })
  server.writes('items', id, { place: 'Barn' }, wedding)
  await Promise.all([one.syncNow(), other.syncNow()])
  await Promise.all([one.syncNow(), other.syncNow()])
  expect(told.flat()).toEqual(['detected: pending place'])
  await Promise.all([one.stop(), other.stop()])
})

test('a listener that throws, rejects or takes its time harms neither the others nor the sync', async () => {
  const server = aServer()
  const phone = await aPhone(server)
  const heard: string[] = []
  phone.on('syncCompleted', () => {
    throw new Error('mine')
  })
  phone.on('syncCompleted', () => Promise.reject(new Error('mine, later')))
  phone.on('syncCompleted', () => new Promise(() => undefined))
  const listen = (sessionId: string) => heard.push(sessionId)
  const stop = phone.on('syncCompleted', listen)
  const stopOther = phone.on('syncCompleted', listen)
  await phone.syncNow()
  expect(heard).toHaveLength(2)
  expect(heard[0]).toMatch(/^sess_/)

  stop()
  await phone.syncNow()
  expect(heard).toHaveLength(3)
  stopOther()
  await phone.syncNow()
  expect(heard).toHaveLength(3)
  expect(phone.status()).toMatchObject({ word: 'Shared', error: null })
  await phone.stop()
})

test('one sync is told as one, however many pages it took; what was not completed counts with the next', async () => {
  const server = createTestServer({ pageSize: 2 })
  for (let n = 0; n < 7; n += 1) server.writes('items', idFrom(`item ${n}`), anItem(`Item ${n}`), wedding)
  const phone = await aPhone(server)
  const completed: number[] = []
  phone.on('syncCompleted', (_sessionId, { itemsProcessed }) => completed.push(itemsProcessed))
  await phone.syncNow()
  expect(completed).toEqual([0])

  await phone.save('items', idFrom('item 1'), { note: 'a' })
  for (let n = 0; n < 4; n += 1) server.writes('items', idFrom(`item ${n}`), { place: 'Barn' }, wedding)
  let asked = 0
  phone.weather((_url, _init, arrive) => ((asked += 1) > 1 ? Promise.reject(new TypeError('gone')) : arrive()))
  await phone.syncNow()
  expect(completed).toEqual([0])
  phone.weather(null)
  await phone.syncNow()
  expect(completed).toEqual([0, 1])
  await phone.stop()
})

test('a change that cannot be read back from the phone is told like any other that failed', async () => {
  const server = aServer()
  const phone = await aPhone(server, { appVersion: '1' })
  await phone.syncNow()
  phone.pause()
  await phone.syncChanges([
    { action: 'update', table: 'items', id, data: { note: 'x' }, timestamp: 'x'.repeat(100), base: { note: null } },
  ])
  phone.resume()
  const told = listens(phone)
  await phone.syncNow()
  await phone.syncNow()
  expect(told).toEqual(['failed: update invalid_change'])
  await phone.stop()
})
