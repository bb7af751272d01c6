// Bad input gets the documented answer; it never harms what came with it, writes nothing, and tells nothing.
import { randomUUID } from 'node:crypto'
import { gunzipSync, gzipSync } from 'node:zlib'
import { bodyBytesMax, ErrorBody, stringBytesMax, type JsonObject } from '@wedsync/protocol'
import { describe, expect, test } from 'vitest'
import { aWedding, canary, endings, recordOf, type Answer } from '../testing/a-wedding.ts'

const wedding = await aWedding()
const rival = await wedding.rival()
const planner = wedding.phoneOf('planner')
await planner.hears()
const { scope } = recordOf('timeline_items')
const aNote = (body: string, more: JsonObject = {}) => planner.creates('notes', { client_id: scope, body, ...more })

/** No SQL, no stack, nothing of the other company. */
const expectToTellNothing = ({ text }: Answer) => {
  // a cursor's signature is made of any letters: now and then they spell the beginning of a system table's name
  expect(text.replaceAll(/"cursor":"[\w.-]+"/g, '')).not.toMatch(
    /\bat .*\.ts:\d|select |insert |update .* set|violates|relation "|pg_|PL\/pgSQL|syntax error/i,
  )
  expect(text).not.toContain(canary)
}
const expectRefused = async (send: () => Promise<Answer>, status: number, body: object) => {
  const before = await wedding.traces()
  const answer = await send()
  expect(answer.status).toBe(status)
  expect(ErrorBody.parse(answer.body)).toMatchObject({ success: false, ...body })
  expect(answer.headers.get('x-request-id')).toBe((answer.body as unknown as ErrorBody).requestId)
  expectToTellNothing(answer)
  expect(await wedding.traces()).toEqual(before)
}
const raw =
  (body: BodyInit, headers: Record<string, string> = {}) =>
  () =>
    planner.asks('/api/offline/sync', { method: 'POST', body, headers })
const envelope = (more: object = {}) => ({ batchId: randomUUID(), deviceId: planner.deviceId, changes: [], ...more })
const nested = (depth: number) => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`

describe('a body', () => {
  test.for([
    ['no JSON', '{"batchId": '],
    ['empty', ''],
    ['two values', '{} {}'],
    ['33 levels deep', nested(33)],
    ['a million levels deep', '['.repeat(1_000_000)],
    ['no UTF-8', new Uint8Array([0x7b, 0xff, 0x7d])],
  ] as [string, BodyInit][])('that is %s is refused as INVALID_JSON', ([, body]) =>
    expectRefused(raw(body), 400, { error: 'INVALID_JSON', code: 'invalid_json' }),
  )

  test('of 2 MiB and a byte is refused, with and without a length, and gzipped', async () => {
    const large = JSON.stringify({ ...envelope(), padding: 'x'.repeat(bodyBytesMax) }).slice(0, bodyBytesMax + 1)
    const stream = () => new Blob([large]).stream()
    const told = { error: 'Payload too large', code: 'payload_too_large' }
    await expectRefused(raw(large, { 'content-length': String(large.length) }), 413, told)
    await expectRefused(
      () => planner.asks('/api/offline/sync', { method: 'POST', body: stream(), duplex: 'half' } as RequestInit),
      413,
      told,
    )
    await expectRefused(raw(gzipSync(large), { 'content-encoding': 'gzip' }), 413, told)
  })

  test('that inflates without end is stopped at the limit', async () => {
    const bomb = gzipSync(Buffer.alloc(200 * 1024 * 1024, ' '))
    const began = process.cpuUsage()
    gunzipSync(bomb)
    const inflated = process.cpuUsage(began)
    const after = process.cpuUsage()
    await expectRefused(raw(bomb, { 'content-encoding': 'gzip' }), 413, { code: 'payload_too_large' })
    const refused = process.cpuUsage(after)
    expect(refused.user + refused.system).toBeLessThan(inflated.user + inflated.system)
  })

  test('that is gzip goes in, broken gzip is refused', async () => {
    const note = aNote('Squeezed')
    const answer = await raw(gzipSync(JSON.stringify(envelope({ changes: [note] }))), { 'content-encoding': 'gzip' })()
    expect(endings(answer, [note])).toEqual(['applied'])
    await expectRefused(raw('not gzip', { 'content-encoding': 'gzip' }), 400, { code: 'invalid_json' })
  })

  test.for(['text/plain', 'application/jsonp', 'multipart/form-data; boundary=x', ''])(
    'of the type "%s" is refused',
    (type) => expectRefused(raw('{}', { 'content-type': type }), 415, { error: 'Unsupported media type' }),
  )

  test('of 51 changes is refused as a whole, of 50 it goes in', async () => {
    const changes = Array.from({ length: 51 }, (_, nth) => aNote(`Note ${nth}`))
    await expectRefused(() => planner.sends(changes), 413, { error: 'Batch too large', code: 'batch_too_large' })
    expect((await planner.sends(changes.slice(0, 50))).body.processed).toHaveLength(50)
  })
})

describe('an envelope that is wrong is refused, and every place is named', () => {
  test.for([
    ['no object', [], ''],
    ['no batch id', { deviceId: randomUUID(), changes: [] }, 'batchId'],
    ['a batch id that is none', { batchId: 'x', deviceId: randomUUID(), changes: [] }, 'batchId'],
    ['no device', { batchId: randomUUID(), changes: [] }, 'deviceId'],
    ['no changes', { batchId: randomUUID(), deviceId: randomUUID() }, 'changes'],
    ['changes that are no list', envelope({ changes: { length: 1 } }), 'changes'],
    ['a strategy that is none', envelope({ options: { conflictResolution: 'latest' } }), 'options.conflictResolution'],
    ['a page of less than none', envelope({ options: { pullLimit: -1 } }), 'options.pullLimit'],
    ['a page without end', envelope({ options: { pullLimit: 1e9 } }), 'options.pullLimit'],
    ['scopes that are none', envelope({ scopes: ['all'] }), 'scopes.0'],
    ['a cursor that is a number', envelope({ cursor: 7 }), 'cursor'],
  ] as [string, object, string][])('%s', ([, body, path]) =>
    expectRefused(() => planner.posts(body), 400, {
      error: 'Validation failed',
      errors: expect.arrayContaining([expect.objectContaining({ path })]) as unknown,
    }),
  )

  test('also those in the changes', () =>
    expectRefused(
      () => planner.posts({ batchId: 1, deviceId: 2, changes: [{ ...aNote('x'), action: 'paint', id: 7 }] }),
      400,
      {
        errors: ['batchId', 'deviceId', 'changes.0.action', 'changes.0.id'].map(
          (path) => expect.objectContaining({ path }) as unknown,
        ),
      },
    ))
})

describe('a change that is wrong fails by itself, and those beside it go in', () => {
  const proto = JSON.parse(`{"client_id": "${scope}", "body": "x", "__proto__": {"isAdmin": true}}`) as JsonObject
  const cases: [string, string, () => object][] = [
    ['no object at all', 'invalid_change', () => 'hello' as never],
    ['null', 'invalid_change', () => null as never],
    ['an action that is none', 'unknown_action', () => ({ ...aNote('x'), action: 'upsert' })],
    ['a table that is none', 'unknown_table', () => ({ ...aNote('x'), table: 'notes; drop table notes' })],
    ['a table of ours', 'unknown_table', () => ({ ...aNote('x'), table: 'offline_sync_queue' })],
    ['a table of the prototype', 'unknown_table', () => ({ ...aNote('x'), table: 'constructor' })],
    ['a field that is none', 'unknown_field', () => aNote('x', { 'body" = now() --': 'x' })],
    ['a field of ours', 'unknown_field', () => aNote('x', { organization_id: rival.organization.id })],
    ['__proto__', 'unknown_field', () => ({ ...aNote('x'), data: proto })],
    ['constructor', 'unknown_field', () => aNote('x', { constructor: 'x' })],
    ['no id', 'invalid_change', () => ({ ...aNote('x'), id: undefined })],
    ['an id that is none', 'invalid_change', () => ({ ...aNote('x'), id: '7' })],
    ['a change id that is none', 'invalid_change', () => ({ ...aNote('x'), changeId: '7' })],
    ['no data', 'invalid_change', () => ({ ...aNote('x'), data: null })],
    ['a version that is none', 'invalid_change', () => ({ ...aNote('x'), baseVersion: 'latest' })],
    ['NUL', 'invalid_value', () => aNote('a\u0000b')],
    ['NUL in a name', 'invalid_value', () => aNote('x', { 'a\u0000': 'x' })],
    ['NUL in the table', 'invalid_value', () => ({ ...aNote('x'), table: 'no\u0000tes' })],
    ['half of a pair', 'invalid_value', () => aNote('a\ud83c')],
    ['NUL in the base', 'invalid_value', () => ({ ...aNote('x'), base: { body: '\u0000' } })],
    ['a text of 128 KiB and a byte', 'invalid_value', () => aNote('x'.repeat(stringBytesMax + 1))],
    ['a number where text belongs', 'invalid_value', () => aNote(7 as never)],
    [
      'text where a number belongs',
      'invalid_value',
      () => planner.edits(recordOf('timeline_items', 0), { duration_min: '15' }),
    ],
    [
      'a number out of bounds',
      'invalid_value',
      () => planner.edits(recordOf('timeline_items', 0), { duration_min: 1e12 }),
    ],
    ['a word that is none', 'invalid_value', () => aNote('x', { category: 'gossip' })],
    [
      'a day that does not exist',
      'invalid_value',
      () => planner.edits(recordOf('clients'), { wedding_date: '2026-02-30' }),
    ],
    ['a needed field left out', 'missing_field', () => planner.creates('notes', { client_id: scope })],
    ['a needed field emptied', 'invalid_value', () => planner.edits(recordOf('timeline_items', 0), { title: null })],
    [
      'another wedding',
      'invalid_value',
      () => planner.edits(recordOf('timeline_items', 0), { client_id: rival.records['clients']![0]!['id']! }),
    ],
    [
      'a record that was never made',
      'record_missing',
      () => planner.edits({ table: 'notes', id: randomUUID() }, { body: 'x' }),
    ],
    [
      'a parent that was never made',
      'missing_parent',
      () => planner.edits(recordOf('timeline_items', 0), { vendor_id: randomUUID() }),
    ],
    ['what only an owner may write', 'forbidden', () => planner.edits(recordOf('people', 0), { role: 'owner' })],
    [
      'what only an owner may make',
      'forbidden',
      () =>
        planner.creates('memberships', { user_id: randomUUID(), person_id: recordOf('people', 5).id, role: 'owner' }),
    ],
    ['what only an owner may delete', 'forbidden', () => planner.deletes(recordOf('people', 5))],
    [
      'what would be there twice',
      'duplicate_value',
      () => planner.creates('assignments', recordOf('assignments', 0).data),
    ],
  ]
  test.for(cases)('%s: %s', async ([, code, make]) => {
    const [before, after] = [aNote('Before'), aNote('After')]
    const answer = await planner.sends([before, make(), after])
    expect(answer.status).toBe(200)
    expect(answer.body.failures).toMatchObject([{ index: 1, code }])
    expect(endings(answer, [before, after])).toEqual(['applied', 'applied'])
    expectToTellNothing(answer)
    expect(({} as { isAdmin?: boolean }).isAdmin).toBeUndefined()
  })

  test('and everything wrong at once leaves the tables as they were', async () => {
    const rows = () =>
      wedding.sql(
        `select (select json_agg(n order by id) from public.notes n) as notes, (select json_agg(t order by id) from public.timeline_items t) as items, (select json_agg(p order by id) from public.people p) as people`,
      )
    const before = await rows()
    const answer = await planner.sends(cases.map(([, , make]) => make()))
    expect(answer.body.failures).toHaveLength(cases.length)
    expect(answer.body.processed).toEqual([])
    expect(await rows()).toEqual(before)
  })

  test('what cannot be stored is kept all the same, and known again', async () => {
    const change = aNote('kept \u0000 as it came')
    const first = await planner.sends([change])
    expect((await planner.sends([change])).body.failures).toEqual(first.body.failures)
    expect(await wedding.ledger(change.changeId)).toMatchObject([{ status: 'failed', error_code: 'invalid_value' }])
  })
})

describe('[P7] the other company', () => {
  const theirs = {
    item: recordOf('timeline_items', 0, rival),
    vendor: recordOf('vendor_contacts', 0, rival),
    wedding: recordOf('clients', 0, rival),
  }

  test.for([
    ['an edit of its item', () => planner.edits(theirs.item, { title: 'Mine' }, { baseVersion: 1 })],
    ['a delete of its item', () => planner.deletes(theirs.item, { baseVersion: 1, base: {} })],
    ['a restore of its item', () => planner.edits(theirs.item, {}, { action: 'restore' })],
    [
      'a create over its item',
      () => planner.creates('timeline_items', { client_id: scope, title: 'Mine' }, { id: theirs.item.id }),
    ],
    [
      'an item in its wedding',
      () => planner.creates('timeline_items', { client_id: theirs.wedding.id, title: 'Mine' }),
    ],
    ['its vendor on our item', () => planner.edits(recordOf('timeline_items', 9), { vendor_id: theirs.vendor.id })],
    [
      'its vendor on a new item',
      () => planner.creates('timeline_items', { client_id: scope, title: 'x', vendor_id: theirs.vendor.id }),
    ],
    ['an edit of its wedding', () => planner.edits(theirs.wedding, { names: 'Mine' }, { baseVersion: 1 })],
  ] as const)('is out of reach: %s', async ([, make]) => {
    const rows = () =>
      wedding.sql('select * from sync.history where organization_id = $1 order by position', [rival.organization.id])
    const [before, change, note] = [await rows(), make(), aNote('Beside it')]
    for (const options of [{}, { conflictResolution: 'client_wins' }]) {
      const answer = await planner.sends([{ ...change, changeId: randomUUID() }, note], { options })
      expect(answer.body.failures).toMatchObject([{ index: 0, code: 'forbidden' }])
      expect(answer.body.processed).toHaveLength(1)
      expectToTellNothing(answer)
    }
    expect(await rows()).toEqual(before)
  })

  test('is never heard of, whatever scopes are asked for', async () => {
    const phone = wedding.phoneOf('owner')
    const ids = [theirs.wedding.id, rival.organization.id]
    const pushed = await phone.sends([], { scopes: ids })
    const pulled = await phone.asks(`/api/offline/sync?scopes=${ids.join(',')}`)
    for (const answer of [pushed, pulled]) {
      expect(answer.status).toBe(200)
      expectToTellNothing(answer)
      expect(answer.body.serverChanges.filter(({ scope: of }) => ids.includes(of))).toEqual([])
    }
  })

  test('may use the same ids for its changes, and neither hears of the other', async () => {
    const other = wedding.phoneOf('planner', { organization: rival })
    await other.hears()
    const note = aNote('Ours')
    await planner.sends([note])
    const twin = other.creates('notes', { client_id: theirs.wedding.id, body: 'Theirs' }, {})
    const answer = await other.sends([{ ...twin, changeId: note.changeId }])
    expect(answer.body.processed).toMatchObject([{ changeId: note.changeId, outcome: 'applied' }])
  })
})

describe('what a device says of itself', () => {
  test.for([
    ['NUL in its name', { platform: 'we\u0000b', appVersion: '\ud800' }],
    ['more waiting than a number holds', { waiting: 9_007_199_254_740_991 }],
    ['a clock of the year nought', { clock: '0000-01-01T00:00:00Z' }],
    ['a clock of another world', { clock: '2026-06-20T10:00:00+23:59', oldestWaiting: '9999-12-31T23:59:59-23:59' }],
  ] as const)('keeps nothing from going up: %s', async ([, deviceInfo]) => {
    const note = aNote('From a strange phone')
    expect(endings(await planner.sends([note], { deviceInfo }), [note])).toEqual(['applied'])
    expect((await planner.sends([], { deviceInfo })).status).toBe(200)
  })
})

test('a query that is wrong is refused, and every place is named', async () => {
  for (const [query, path] of [
    ['pullLimit=x', 'pullLimit'],
    ['pullLimit=0', 'pullLimit'],
    ['scopes=a,b', 'scopes.0'],
    ['deviceId=me', 'deviceId'],
  ] as const)
    await expectRefused(() => planner.asks(`/api/offline/sync?${query}`), 400, {
      error: 'Validation failed',
      errors: expect.arrayContaining([expect.objectContaining({ path })]) as unknown,
    })
})
