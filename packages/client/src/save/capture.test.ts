import { afterEach, expect, test } from 'vitest'
import { RefusedEdit } from '../errors.ts'
import { type Store } from '../store/store.ts'
import { aPhone, anItem, memoryDisk, planner, wedding, type Phone } from '../testing/a-phone.ts'
import { createTestServer, idFrom } from '../testing/test-server.ts'

const id = idFrom('first dance')
const phones: Phone[] = []
afterEach(() => Promise.all(phones.splice(0).map((phone) => phone.stop())))

const aPhoneWithAnItem = async () => {
  const server = createTestServer()
  server.writes('items', id, anItem('First dance'), wedding)
  const phone = await aPhone(server)
  phones.push(phone)
  await phone.syncNow()
  return { server, phone }
}
const outboxOf = async (phone: Phone) =>
  (
    JSON.parse(await phone.exportOutbox()) as {
      changes: { state: string; scope: string; change: Record<string, unknown> }[]
    }
  ).changes

test('[P6] an edit and its entry are both there after a crash, without any network', async () => {
  const { server, phone } = await aPhoneWithAnItem()
  phone.weather(() => Promise.reject(new TypeError('offline')))
  await phone.save('items', id, { title: 'The first dance' })

  const after = await aPhone(server, { disk: phone.disk })
  phones.push(after)

  expect(await after.read('items', id)).toMatchObject({ title: 'The first dance', pending: 'waiting' })
  expect(await outboxOf(after)).toMatchObject([{ state: 'waiting', change: { data: { title: 'The first dance' } } }])
  expect(after.status()).toMatchObject({ waiting: 1 })
})

test('[P3] a save that is kept is told as kept, though the store cannot be read right after it', async () => {
  const server = createTestServer()
  server.writes('items', id, anItem('First dance'), wedding)
  const disk = memoryDisk()
  let isUnreadable = false
  const phone = await aPhone(server, {
    disk: () => async (name) => {
      const store = await disk()(name)
      const view: Store['view'] = (read) =>
        isUnreadable ? Promise.reject(new Error('The store cannot be read.')) : store.view(read)
      return { ...store, view }
    },
  })
  phones.push(phone)
  await phone.syncNow()

  isUnreadable = true
  await phone.save('items', id, { title: 'The first dance' })
  isUnreadable = false
  expect(await phone.read('items', id)).toMatchObject({ title: 'The first dance', pending: 'waiting' })
  await phone.save('items', id, { note: 'slow' })
  expect(phone.status()).toMatchObject({ waiting: 1 })
})

test('an edit carries the values the person saw and the version they looked at', async () => {
  const { phone } = await aPhoneWithAnItem()
  await phone.save('items', id, { title: 'Waltz', note: 'slow' })
  const [entry] = await outboxOf(phone)
  expect(entry!.change).toMatchObject({ baseVersion: 1, base: { title: 'First dance', note: null }, action: 'update' })
  expect(entry!.scope).toBe(wedding)
})

test('a delete carries the whole record as shown, and hides it at once', async () => {
  const { phone } = await aPhoneWithAnItem()
  await phone.save('items', id, { title: 'Waltz' })
  await phone.remove('items', id)
  expect(await phone.read('items', id)).toBeNull()
  const [edit, gone] = await outboxOf(phone)
  expect(gone!.change).toMatchObject({
    action: 'delete',
    data: {},
    base: anItem('Waltz'),
    after: edit!.change['changeId'],
  })
})

test('edits of one record that were never sent are one change, with the first base', async () => {
  const { phone } = await aPhoneWithAnItem()
  await phone.save('items', id, { title: 'Waltz' })
  await phone.save('items', id, { title: 'Tango', place: 'Barn' })
  expect(await outboxOf(phone)).toMatchObject([
    { change: { data: { title: 'Tango', place: 'Barn' }, base: { title: 'First dance', place: null } } },
  ])
})

test('an edit over one that was sent builds on it', async () => {
  const { phone } = await aPhoneWithAnItem()
  await phone.save('items', id, { title: 'Waltz' })
  phone.weather(() => Promise.reject(new TypeError('offline')))
  await phone.syncNow()
  await phone.save('items', id, { title: 'Tango' })
  const [first, second] = await outboxOf(phone)
  expect(first!.change).toMatchObject({ data: { title: 'Waltz' } })
  expect(second!.change).toMatchObject({
    data: { title: 'Tango' },
    base: { title: 'Waltz' },
    after: first!.change['changeId'],
  })
})

test('what already stands there is no edit', async () => {
  const { phone } = await aPhoneWithAnItem()
  await phone.save('items', id, { title: 'First dance' })
  expect(phone.status()).toMatchObject({ waiting: 0, word: 'Shared' })
})

test('a new record gets its defaults and belongs to its wedding, or to itself, or to the company', async () => {
  const { phone } = await aPhoneWithAnItem()
  const item = await phone.create('items', { client_id: wedding, title: 'Speeches' })
  const client = await phone.create('clients', { names: 'Ann & Ben' })
  expect(await phone.read('items', item)).toMatchObject({
    status: 'planned',
    note: null,
    scope: wedding,
    pending: 'waiting',
  })
  expect(await phone.read('clients', client)).toMatchObject({ scope: client, client_id: client })
  expect(planner.role).toBe('planner')
})

for (const [name, patch] of Object.entries({
  'an unknown field': { nonsense: 1 },
  'a forbidden key': JSON.parse('{"__proto__": {"x": 1}}') as Record<string, never>,
  'a value that does not fit': { status: 'dancing' },
  'an empty title': { title: ' ' },
  'a NUL': { title: 'a\u0000b' },
  'half of a surrogate pair': { note: '\ud83d' },
})) {
  test(`${name} is refused at once, and nothing is stored`, async () => {
    const { phone } = await aPhoneWithAnItem()
    await expect(phone.save('items', id, patch)).rejects.toBeInstanceOf(RefusedEdit)
    expect(await outboxOf(phone)).toEqual([])
    expect(await phone.read('items', id)).toMatchObject({ title: 'First dance', pending: 'none' })
  })
}

test('a record that is not there cannot be edited, and one that is there cannot be made again', async () => {
  const { phone } = await aPhoneWithAnItem()
  await expect(phone.save('items', idFrom('nowhere'), { title: 'x' })).rejects.toBeInstanceOf(RefusedEdit)
  await expect(phone.create('items', { client_id: wedding, title: 'x' }, id)).rejects.toBeInstanceOf(RefusedEdit)
})

test('[P6] a save that fails half-way leaves neither the record nor the entry changed', async () => {
  const server = createTestServer()
  server.writes('items', id, anItem('First dance'), wedding)
  const phone = await aPhone(server, { ids: () => idFrom('the same id every time') })
  phones.push(phone)
  await phone.syncNow()
  await phone.create('clients', { names: 'Ann & Ben' })
  await expect(phone.save('items', id, { title: 'Waltz' })).rejects.toThrow()
  expect(await phone.read('items', id)).toMatchObject({ title: 'First dance', pending: 'none' })
  expect(await outboxOf(phone)).toHaveLength(1)
})

test('[P4] what a person saw when they began travels as the base, whatever came in while they wrote', async () => {
  const { server, phone } = await aPhoneWithAnItem()
  server.writes('items', id, anItem('Moved by somebody else'), wedding)
  await phone.syncNow()
  await phone.save('items', id, { title: 'Waltz', note: 'slow' }, { seen: { title: 'First dance' } })
  const [entry] = await outboxOf(phone)
  expect(entry!.change).toMatchObject({ base: { title: 'First dance', note: null } })
})
