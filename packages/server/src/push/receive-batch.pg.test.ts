import { randomUUID } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { aWedding, endings, recordOf, sealed, type Answer } from '../testing/a-wedding.ts'

const wedding = await aWedding()
const planner = wedding.phoneOf('planner')
const assistant = wedding.phoneOf('assistant')
await Promise.all([planner.hears(), assistant.hears()])
let next = 0
/** An item no other test of this file touches. */
const anItem = () => recordOf('timeline_items', next++)
const { scope } = recordOf('timeline_items')
const aNote = (body: string) => planner.creates('notes', { client_id: scope, body })
const idsIn = ({ body }: Answer) => body.processed.map(({ changeId }) => changeId)

describe('receipts', () => {
  test('[P3] every change of a batch gets exactly one receipt, in the order the changes were sent', async () => {
    const [one, other, third] = [anItem(), anItem(), anItem()]
    const changes = [
      planner.edits(other, { title: 'Second of the list' }),
      aNote('Sent in the middle'),
      planner.edits(one, { title: 'First of the list' }),
      planner.edits(third, { status: 'ready' }),
    ]
    const plain = await planner.sends(changes)
    expect(idsIn(plain)).toEqual(changes.map(({ changeId }) => changeId))

    const mixed = [
      planner.edits(third, { colour: 'red' }),
      aNote('Fine'),
      planner.edits({ table: 'timeline_items', id: randomUUID() }, { title: 'x' }),
      aNote('Fine too'),
    ]
    const answer = await planner.sends(mixed)
    expect(endings(answer, mixed)).toEqual(['unknown_field', 'applied', 'record_missing', 'applied'])
    expect(idsIn(answer)).toEqual([mixed[1]!.changeId, mixed[3]!.changeId])
    expect(answer.body.failures.map(({ index }) => index)).toEqual([0, 2])
  })

  test('[P2] what a receipt says is what another connection reads, at the version it says', async () => {
    const item = anItem()
    const answer = await planner.sends([planner.edits(item, { title: 'Seen by all' })])
    expect(await wedding.stored('timeline_items', item.id)).toMatchObject({ title: 'Seen by all' })
    const [record] = await wedding.sql<{ position: string }>('select position from sync.records where record_id = $1', [
      item.id,
    ])
    expect(answer.body.processed[0]!.version).toBe(Number(record!.position))
  })

  test('an edit to what stands already is already applied, and moves nothing', async () => {
    const item = anItem()
    const before = planner.shows(item)
    const change = planner.edits(item, { title: before.data['title']! })
    const answer = await planner.sends([change])
    expect(answer.body.processed).toMatchObject([{ outcome: 'already_applied', version: before.version }])
  })

  test('a record made and edited again in one batch is made once and edited once', async () => {
    const made = aNote('Draft')
    const record = { table: 'notes', id: made.id }
    const more = { baseVersion: null, after: made.changeId }
    const edit = planner.edits(record, { body: 'Final' }, { ...more, base: { body: 'Draft' } })
    const same = planner.edits(record, { body: 'Final' }, { ...more, after: edit.changeId, base: { body: 'Final' } })
    const answer = await planner.sends([made, edit, same])
    expect(endings(answer, [made, edit, same])).toEqual(['applied', 'applied', 'already_applied'])
    expect(await wedding.stored('notes', made.id)).toMatchObject({ body: 'Final' })
    const [, second, third] = answer.body.processed
    expect(third!.version).toBe(second!.version)
  })

  test('an edit to a new record that says what is there already is no failure', async () => {
    const made = aNote('As it is')
    const same = planner.edits(
      { table: 'notes', id: made.id },
      { body: 'As it is' },
      { baseVersion: null, after: made.changeId },
    )
    const answer = await planner.sends([made, same])
    expect(endings(answer, [made, same])).toEqual(['applied', 'already_applied'])
    expect(answer.body.processed[1]!.version).toBe(answer.body.processed[0]!.version)
  })
})

describe('a change that comes again', () => {
  test('[P1] gets the same receipt, and nothing is written a second time', async () => {
    const changes = [planner.edits(anItem(), { title: 'Once' }), aNote('Once'), planner.edits(anItem(), { oops: 1 })]
    const first = await planner.sends(changes)
    const before = await wedding.traces()
    const again = await planner.sends(changes)

    expect([again.body.processed, again.body.failures]).toEqual([first.body.processed, first.body.failures])
    expect(await wedding.traces()).toEqual(before)
  })

  test('[P1] in another batch order, from another device of the same person, all the same', async () => {
    const changes = [aNote('One'), aNote('Two')]
    const first = await planner.sends(changes)
    const again = await wedding.phoneOf('planner').sends([...changes].reverse())
    expect(again.body.processed).toEqual([...first.body.processed].reverse())
  })

  test('with another payload fails, and the first one stands', async () => {
    const item = anItem()
    const change = planner.edits(item, { title: 'The first' })
    await planner.sends([change])
    const answer = await planner.sends([{ ...change, data: { title: 'The second' } }])
    expect(endings(answer, [change])).toEqual(['change_id_reused'])
    expect(await wedding.stored('timeline_items', item.id)).toMatchObject({ title: 'The first' })
  })

  test('under the id of another person fails, and says nothing of theirs', async () => {
    const change = aNote('Mine alone')
    await planner.sends([change])
    const answer = await assistant.sends([change])
    expect(endings(answer, [change])).toEqual(['change_id_reused'])
    expect(JSON.stringify(answer.body.failures)).not.toContain('Mine alone')
  })

  test('[P1] twice in one batch is done once and answered twice', async () => {
    const change = aNote('Double')
    const answer = await planner.sends([change, change])
    expect(answer.body.processed).toHaveLength(2)
    expect(answer.body.processed[0]).toEqual(answer.body.processed[1])
    expect(await wedding.ledger(change.changeId)).toHaveLength(1)
  })

  test('[P3] twice in one batch with another payload: the second is told that it did not go in', async () => {
    const item = anItem()
    const change = planner.edits(item, { title: 'Stays' })
    const answer = await planner.sends([change, { ...change, data: { title: 'Never stored' } }])
    expect(answer.body.processed).toHaveLength(1)
    expect(answer.body.failures).toMatchObject([{ index: 1, code: 'change_id_reused' }])
    expect(await wedding.stored('timeline_items', item.id)).toMatchObject({ title: 'Stays' })
  })

  test('without a change id is known again by its batch and its payload', async () => {
    const { changeId: _, ...nameless } = aNote('From an old device')
    const batch = { batchId: randomUUID() }
    const first = await planner.sends([nameless], batch)
    const again = await planner.sends([nameless], batch)
    expect(first.body.processed).toHaveLength(1)
    expect(again.body.processed).toEqual(first.body.processed)
  })

  test('[P3] with a broken `after` is answered again like the first time', async () => {
    const change = { ...aNote('Broken'), after: 'not an id' }
    const first = await planner.sends([change])
    const again = await planner.sends([change])
    expect(endings(first, [change])).toEqual(['invalid_change'])
    expect(again.status).toBe(200)
    expect(again.body.failures).toEqual(first.body.failures)
  })
})

describe('checksums', () => {
  test('a right one goes in, whatever the order of the keys', async () => {
    const change = sealed(planner.edits(anItem(), { title: 'Größe ✓ 🎂', duration_min: 20 }))
    const turned = Object.fromEntries(Object.entries(change).reverse())
    expect((await planner.sends([turned])).body.processed).toHaveLength(1)
  })

  test('a wrong one is answered and not stored, and the same id may come again', async () => {
    const item = anItem()
    const change = sealed(planner.edits(item, { title: 'Undamaged' }))
    const damaged = { ...change, data: { title: 'Undamaged?' } }
    const before = await wedding.traces()
    const answer = await planner.sends([damaged])
    expect(answer.body.failures).toMatchObject([{ code: 'checksum_mismatch', retryable: true, index: 0 }])
    expect(await wedding.traces()).toEqual(before)

    expect(endings(await planner.sends([change]), [change])).toEqual(['applied'])
  })

  test('are not looked at when the device says so', async () => {
    const change = { ...aNote('Unchecked'), checksum: '0'.repeat(64) }
    const answer = await planner.sends([change], { options: { validateChecksums: false } })
    expect(endings(answer, [change])).toEqual(['applied'])
  })
})

describe('an atomic batch', () => {
  const options = { atomic: true }

  test('goes in whole', async () => {
    const changes = [aNote('All'), planner.edits(anItem(), { title: 'Of it' })]
    const answer = await planner.sends(changes, { options })
    expect(answer.body.success).toBe(true)
    expect(endings(answer, changes)).toEqual(['applied', 'applied'])
  })

  test('with one failure is rolled back whole, and the same ids may be sent again', async () => {
    const [good, bad] = [aNote('Nothing of it'), aNote('x')]
    const broken = { ...bad, data: { ...bad.data, category: 'gossip' } }
    const before = await wedding.traces()
    const answer = await planner.sends([good, broken], { options })
    expect(answer.status).toBe(200)
    expect([answer.body.success, answer.body.processed]).toEqual([false, []])
    expect(endings(answer, [good, broken])).toEqual(['rolled_back', 'invalid_value'])
    expect(await wedding.traces()).toEqual(before)

    expect(endings(await planner.sends([good, bad], { options }), [good, bad])).toEqual(['applied', 'applied'])
  })

  test('with something to decide is rolled back as well', async () => {
    const item = anItem()
    const stale = assistant.edits(item, { planned_start: '2026-06-20T09:01' })
    await planner.sends([planner.edits(item, { planned_start: '2026-06-20T09:02' })])
    const before = await wedding.traces()
    const note = { ...aNote('Beside it') }
    const answer = await assistant.sends([note, stale], { options })
    expect([answer.body.success, answer.body.conflicts]).toEqual([false, []])
    expect(endings(answer, [note, stale])).toEqual(['rolled_back', 'needs_decision'])
    expect(await wedding.traces()).toEqual(before)
  })

  test('that the database refuses is rolled back as well', async () => {
    const assignment = recordOf('assignments', 0)
    const twin = planner.creates('assignments', assignment.data)
    const note = aNote('With a twin')
    const before = await wedding.traces()
    const answer = await planner.sends([note, twin], { options })
    expect(endings(answer, [note, twin])).toEqual(['rolled_back', 'duplicate_value'])
    expect(await wedding.traces()).toEqual(before)
  })
})

test('a dry run says what would come of it, and writes nothing', async () => {
  const item = anItem()
  const stale = assistant.edits(item, { planned_start: '2026-06-20T09:01' })
  await planner.sends([planner.edits(item, { planned_start: '2026-06-20T09:02' })])
  const before = await wedding.traces()
  const devices = await wedding.sql('select * from public.offline_sync_status order by device_id')
  const changes = [aNote('Fine'), stale, { ...aNote('x'), action: 'paint' }]
  const { status, body } = await assistant.posts({
    ...{ batchId: randomUUID(), deviceId: assistant.deviceId, changes, options: { dryRun: true } },
  })
  expect(status).toBe(200)
  expect(body).toMatchObject({
    success: true,
    dryRun: true,
    validation: {
      valid: false,
      conflicts: [{ changeId: stale.changeId, status: 'pending' }],
      errors: [{ code: 'unknown_action', index: 2 }],
      warnings: [],
    },
  })
  expect(await wedding.traces()).toEqual(before)
  expect(await wedding.sql('select * from public.offline_sync_status order by device_id')).toEqual(devices)
})

test('a change that builds on one the database refused fails with it', async () => {
  const twin = planner.creates('assignments', recordOf('assignments', 0).data)
  const follower = planner.edits(
    { table: 'assignments', id: twin.id },
    { is_lead: true },
    { after: twin.changeId, baseVersion: null },
  )
  const answer = await planner.sends([twin, follower])
  expect(endings(answer, [twin, follower])).toEqual(['duplicate_value', 'depends_on_failed'])
})

test('a wedding made on the phone takes its items along in the same batch, edits and all', async () => {
  const made = planner.creates('clients', { names: 'Ada & Bo', wedding_date: '2027-05-01', time_zone: 'Europe/Berlin' })
  const item = planner.creates('timeline_items', { client_id: made.id, title: 'Arrival' })
  const edit = planner.edits(
    { table: 'timeline_items', id: item.id },
    { title: 'Doors' },
    { after: item.changeId, baseVersion: null, base: { title: 'Arrival' } },
  )
  expect(endings(await planner.sends([made, item, edit]), [made, item, edit])).toEqual([
    'applied',
    'applied',
    'applied',
  ])
})

test('an item whose wedding has not arrived waits for it, and one of a wedding out of reach is forbidden', async () => {
  const item = planner.creates('timeline_items', { client_id: randomUUID(), title: 'Too early' })
  const [other] = await wedding.sql<{ id: string }>(
    `insert into public.clients (id, organization_id, names, wedding_date, time_zone)
     select gen_random_uuid(), organization_id, 'Not theirs', wedding_date, time_zone from public.clients limit 1 returning id`,
  )
  const foreign = planner.creates('timeline_items', { client_id: other!.id, title: 'Not theirs' })
  expect(endings(await planner.sends([item, foreign]), [item, foreign])).toEqual(['missing_parent', 'forbidden'])
})
