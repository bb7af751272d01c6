// A planner in a barn says one word about everything small that waits; each of them is decided by itself, and none by mistake.
import { type JsonObject, type ListedConflict } from '@wedsync/protocol'
import { afterEach, describe, expect, test } from 'vitest'
import { RefusedEdit } from '../errors.ts'
import { type Store, type Tables } from '../store/store.ts'
import { aPhone, databaseDisk, memoryDisk, wedding, type Disk, type Phone } from '../testing/a-phone.ts'
import { createTestServer, idFrom, type TestServer } from '../testing/test-server.ts'

const phones: Phone[] = []
afterEach(() => Promise.all(phones.splice(0).map((phone) => phone.stop())))

const aConflict = (name: string, more: Partial<ListedConflict> = {}): JsonObject => {
  const field = { field: 'note', level: 'low', base: null, client: 'Tom', server: 'Priya', proposed: 'Both' } as const
  const conflict: Omit<ListedConflict, 'table' | 'id'> = {
    ...{
      conflictId: idFrom(name),
      changeId: idFrom(`change of ${name}`),
      recordTable: 'items',
      recordId: idFrom(`item of ${name}`),
    },
    ...{
      kind: 'fields',
      severity: 'low',
      score: 0.2,
      because: 'Low because it is about the note.',
      status: 'pending',
      version: 1,
    },
    fields: [{ ...field, rule: 'public_text@1', reason: 'Two people changed the same words.' }],
    ...{
      detectedAt: '2026-06-20T12:00:00.000Z',
      clientBy: { name: 'Tom' },
      decidedBy: null,
      decidedAt: null,
      note: null,
    },
    ...{ isOwn: false, canDecide: true },
    ...more,
  }
  return conflict as unknown as JsonObject
}
const put = (server: TestServer, name: string, more: Partial<ListedConflict> = {}) =>
  server.writes('conflicts', idFrom(name), aConflict(name, more), wedding)

/** Priya’s phone, with these conflicts on it. */
const aQueue = async (names: readonly string[], settings: { disk?: Disk } = {}) => {
  const server = createTestServer()
  for (const name of names) put(server, name)
  const phone = await aPhone(server, settings)
  phones.push(phone)
  await phone.syncNow()
  return { server, phone }
}
const seen = (names: readonly string[], version = 1) => names.map((name) => ({ id: idFrom(name), version }))
const outboxOf = async (phone: Phone) =>
  (
    JSON.parse(await phone.exportOutbox()) as {
      changes: { state: string; change: JsonObject & { data: JsonObject } }[]
    }
  ).changes

describe('harmless conflicts are decided together', () => {
  test('with no signal: each is an ordinary change with the version it saw, and goes when there is one', async () => {
    const { server, phone } = await aQueue(['a', 'b', 'c'])
    phone.weather(() => Promise.reject(new TypeError('offline')))
    const together = await phone.decideHarmless(seen(['a', 'b', 'c']), { choice: 'server', note: 'As printed.' })

    expect(together.leftOut).toEqual([])
    expect(together.saved.map(({ conflictId }) => conflictId)).toEqual(['a', 'b', 'c'].map(idFrom))
    expect(phone.status()).toMatchObject({ waiting: 3 })
    expect((await outboxOf(phone)).map(({ state, change }) => [state, change.data, change['groupId']])).toEqual(
      Array(3).fill(['waiting', { choice: 'server', note: 'As printed.', version: 1 }, undefined]),
    )
    expect(await phone.read('conflicts', idFrom('b'))).toMatchObject({ pending: 'waiting', choice: 'server' })

    phone.weather(null)
    await phone.syncNow()
    expect(server.applied).toEqual(together.saved.map(({ changeId }) => changeId))
    expect(phone.status()).toMatchObject({ word: 'Shared', waiting: 0, needsYou: [] })
  })

  test('with a signal, a hundred of them go up by themselves, in their order', async () => {
    const names = Array.from({ length: 100 }, (_, nth) => `no. ${nth}`)
    const { server, phone } = await aQueue(names)
    const { saved } = await phone.decideHarmless(seen(names), { choice: 'client' })
    await phone.syncNow()
    expect(server.applied).toEqual(saved.map(({ changeId }) => changeId))
    expect(phone.status()).toMatchObject({ word: 'Shared', waiting: 0 })
  })

  test('one that moved on at the server is told so by its own receipt, and waits on; the others are decided', async () => {
    const { server, phone } = await aQueue(['a', 'b', 'c'])
    server.refuses('moved', (change) =>
      change.id === idFrom('b') ? server.failureOf(change, 'conflict_moved', false) : null,
    )
    const told: unknown[] = []
    phone.on('changeFailed', ({ id, code }) => told.push([id, code]))
    const { saved } = await phone.decideHarmless(seen(['a', 'b', 'c']), { choice: 'server' })
    await phone.syncNow()
    expect(told).toEqual([[idFrom('b'), 'conflict_moved']])
    expect(server.applied).toEqual([saved[0]!.changeId, saved[2]!.changeId])
    expect(phone.status().needsYou).toMatchObject([
      { changeId: saved[1]!.changeId, table: 'conflicts', id: idFrom('b') },
    ])
    expect(await phone.read('conflicts', idFrom('b'))).toMatchObject({ status: 'pending' })
  })

  test('what moved on or was decided since they looked is left out and told so, and the others are saved', async () => {
    const { server, phone } = await aQueue(['moved', 'decided', 'stands', 'said'])
    put(server, 'moved', { version: 2, severity: 'critical' })
    put(server, 'decided', { version: 2, status: 'resolved', canDecide: false })
    await phone.syncNow()
    phone.weather(() => Promise.reject(new TypeError('offline')))
    await phone.decide(idFrom('said'), { choice: 'client' })
    await phone.syncNow()

    const names = ['moved', 'decided', 'gone', 'said', 'stands']
    const { saved, leftOut } = await phone.decideHarmless(seen([...names, 'stands']), { choice: 'server' })
    expect(saved.map(({ conflictId }) => conflictId)).toEqual([idFrom('stands')])
    expect(leftOut).toEqual([
      {
        conflictId: idFrom('moved'),
        code: 'conflict_moved',
        message: 'This conflict has moved on since you looked at it. Look again.',
      },
      { conflictId: idFrom('decided'), code: 'already_resolved', message: 'Somebody decided this already.' },
      { conflictId: idFrom('gone'), code: 'record_missing', message: 'There is no such conflict here.' },
      { conflictId: idFrom('said'), code: 'already_resolved', message: 'Your decision is on its way already.' },
    ])
  })

  test('the proposals are taken where there are some; what has none is left out', async () => {
    const { server, phone } = await aQueue(['with'])
    const [field] = aConflict('without')['fields'] as unknown as ListedConflict['fields']
    const { proposed: _, ...bare } = field!
    put(server, 'without', { fields: [field!, { ...bare, field: 'place' }] })
    await phone.syncNow()
    const { saved, leftOut } = await phone.decideHarmless(seen(['with', 'without']), { choice: 'merged' })
    expect(saved).toMatchObject([{ conflictId: idFrom('with') }])
    expect(leftOut).toEqual([
      {
        ...{ conflictId: idFrom('without'), code: 'no_proposal' },
        message: 'No rule has a proposal for place: choose one side, or decide field by field.',
      },
    ])
  })
})

describe('nothing is saved', () => {
  test.each([
    ['weighs more', { severity: 'critical' }, 'needs_decision', /It weighs critical/],
    ['is about a delete', { kind: 'edit_deleted' }, 'needs_decision', /about more than/],
    ['is for somebody else to decide', { canDecide: false }, 'forbidden', /not yours/],
  ] as const)('where one of them %s, and it says which and why', async (_what, more, code, says) => {
    const { server, phone } = await aQueue(['a', 'b'])
    put(server, 'grave', more)
    await phone.syncNow()
    const refused = phone.decideHarmless(seen(['a', 'grave', 'b']), { choice: 'server' })
    await expect(refused).rejects.toThrow(RefusedEdit)
    await expect(refused).rejects.toMatchObject({
      code,
      problems: [{ field: idFrom('grave'), message: expect.stringMatching(says) as string }],
    })
    await expect(refused).rejects.toThrow(/^Nothing was saved: 1 of 3 cannot be decided together with others \(/)
    expect(await outboxOf(phone)).toEqual([])
    expect(await phone.read('conflicts', idFrom('a'))).toMatchObject({ pending: 'none' })
  })

  test('for a word that can only be said of one', async () => {
    const { phone } = await aQueue(['a'])
    const custom = { choice: 'custom', values: { note: 'x' } } as never
    await expect(phone.decideHarmless(seen(['a']), custom)).rejects.toThrow('nothing that can be said of several')
    expect(await outboxOf(phone)).toEqual([])
  })

  // the same promise of both stores
  test.each([
    ['a database', databaseDisk],
    ['memory', memoryDisk],
  ])('[P3] where the phone fails in the middle, on %s: all of them are as they were', async (_name, newDisk) => {
    const inner = newDisk()
    let left = Infinity
    const failing = (tx: Tables): Tables => {
      const add: Tables['outbox']['add'] = (row) =>
        (left -= 1) < 0 ? Promise.reject(new Error('The phone stops here.')) : tx.outbox.add(row)
      const outbox = new Proxy(tx.outbox, {
        get: (table, name) => {
          const member: unknown = name === 'add' ? add : Reflect.get(table, name)
          return typeof member === 'function' ? (member.bind(table) as unknown) : member
        },
      })
      const { records, kept, staged, state } = tx
      return { records, outbox, kept, staged, state }
    }
    const disk: Disk = () => async (name) => {
      const store = await inner()(name)
      const step: Store['step'] = (run) => store.step((tx) => run(failing(tx)))
      return { ...store, step }
    }
    const { phone } = await aQueue(['a', 'b', 'c'], { disk })
    left = 2
    await expect(phone.decideHarmless(seen(['a', 'b', 'c']), { choice: 'server' })).rejects.toThrow('stops here')
    left = Infinity
    expect(await outboxOf(phone)).toEqual([])
    for (const name of ['a', 'b', 'c'])
      expect(await phone.read('conflicts', idFrom(name))).toMatchObject({ pending: 'none' })
    expect((await phone.decideHarmless(seen(['a', 'b', 'c']), { choice: 'server' })).saved).toHaveLength(3)
  })
})

test('a decision of one’s own that was not sent yet gives way, as for one conflict', async () => {
  const { phone } = await aQueue(['a'])
  phone.pause()
  await phone.decide(idFrom('a'), { choice: 'client' })
  await phone.decideHarmless(seen(['a']), { choice: 'server' })
  expect((await outboxOf(phone)).map(({ change }) => change.data['choice'])).toEqual(['server'])
})
