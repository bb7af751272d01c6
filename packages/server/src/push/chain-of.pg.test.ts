import { randomUUID } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { aWedding, endings, recordOf } from '../testing/a-wedding.ts'

const wedding = await aWedding()
const [planner, assistant] = [wedding.phoneOf('planner'), wedding.phoneOf('assistant')]
await Promise.all([planner.hears(), assistant.hears()])
let next = 0
const anItem = () => recordOf('timeline_items', next++)
const titleOf = async (id: string) => (await wedding.stored('timeline_items', id))!['title']

describe('a change that builds on an earlier one of its device', () => {
  test('goes in behind it in the same batch', async () => {
    const item = anItem()
    const first = planner.edits(item, { title: 'One' })
    const second = planner.edits(item, { title: 'Two' }, { base: { title: 'One' }, after: first.changeId })
    const third = planner.edits(item, { title: 'Three' }, { base: { title: 'Two' }, after: second.changeId })
    const answer = await planner.sends([first, second, third])
    expect(endings(answer, [first, second, third])).toEqual(['applied', 'applied', 'applied'])
    expect(await titleOf(item.id)).toBe('Three')
    const versions = answer.body.processed.map(({ version }) => version)
    expect(versions).toEqual([...versions].sort((one, other) => one - other))
  })

  test('goes in behind it in a later batch, though its version is the old one', async () => {
    const item = anItem()
    const first = planner.edits(item, { title: 'One' })
    const second = planner.edits(item, { title: 'Two' }, { base: { title: 'One' }, after: first.changeId })
    const third = planner.edits(item, { title: 'Three' }, { base: { title: 'Two' }, after: second.changeId })
    for (const change of [first, second, third])
      expect(endings(await planner.sends([change]), [change])).toEqual(['applied'])
    expect(await titleOf(item.id)).toBe('Three')
  })

  test('follows the whole chain, whichever field each link touched, also spelled in capitals', async () => {
    const item = anItem()
    const first = planner.edits(item, { title: 'One' })
    const second = planner.edits(item, { location: 'Hall' }, { after: first.changeId.toUpperCase() })
    const third = planner.edits(
      item,
      { title: 'Two' },
      { base: { title: 'One' }, after: second.changeId.toUpperCase() },
    )
    for (const change of [first, second, third])
      expect(endings(await planner.sends([change]), [change])).toEqual(['applied'])
  })

  test('follows it from the batch on into the ledger', async () => {
    const item = anItem()
    const first = planner.edits(item, { title: 'One' })
    const second = planner.edits(item, { location: 'Hall' }, { after: first.changeId })
    const third = planner.edits(item, { title: 'Two' }, { base: { title: 'One' }, after: second.changeId })
    await planner.sends([first])
    const answer = await planner.sends([second, third])
    expect(endings(answer, [second, third])).toEqual(['applied', 'applied'])
  })

  test('[P4] is contested where somebody came in between: the chain is judged by what was seen', async () => {
    const item = anItem()
    const first = planner.edits(item, { cue: 'One' })
    await planner.sends([first])
    await assistant.hears()
    await assistant.sends([assistant.edits(item, { cue: 'Between' })])
    const second = planner.edits(item, { cue: 'Two' }, { base: { cue: 'One' }, after: first.changeId })
    const answer = await planner.sends([second])
    expect(endings(answer, [second])).toEqual(['waiting'])
    expect(answer.body.conflicts[0]!.fields).toMatchObject([{ base: 'One', client: 'Two', server: 'Between' }])
    expect(await wedding.stored('timeline_items', item.id)).toMatchObject({ cue: 'Between' })
  })

  test('[P4] does not carry fields that the earlier change never touched', async () => {
    const item = anItem()
    const first = planner.edits(item, { title: 'Chain' })
    await planner.sends([first])
    await wedding.sql('update public.timeline_items set cue = $2 where id = $1', [item.id, 'From the office'])
    const second = planner.edits(item, { cue: 'Mine' }, { after: first.changeId })
    expect(endings(await planner.sends([second]), [second])).toEqual(['waiting'])
  })

  test('[P4] a delete asks a person where somebody gave the record what its maker never saw, since it was made', async () => {
    const { scope, data } = recordOf('timeline_items')
    const { locked: _, ...given } = data
    const made = assistant.creates('timeline_items', { ...given, client_id: scope })
    expect(endings(await assistant.sends([made]), [made])).toEqual(['applied'])
    const untouched = assistant.creates('timeline_items', { ...given, client_id: scope })
    await assistant.sends([untouched])
    // the answer to it was lost: the phone shows what it made, at no version
    const goneOf = ({ changeId, id, data: base }: typeof made) =>
      assistant.deletes({ table: 'timeline_items', id }, { base, baseVersion: null, after: changeId })
    await planner.hears()
    await planner.sends([planner.edits(made, { locked: true })])

    const gone = goneOf(made)
    const answer = await assistant.sends([gone])
    expect(endings(answer, [gone])).toEqual(['waiting'])
    expect(answer.body.conflicts).toMatchObject([
      { kind: 'delete_edited', fields: [{ field: 'locked', server: true }] },
    ])
    expect(await wedding.stored('timeline_items', made.id)).toMatchObject({ locked: true })
    const other = goneOf(untouched)
    expect(endings(await assistant.sends([other]), [other])).toEqual(['applied'])
  })

  test('is not stored while what it builds on is unknown, and goes in once that arrives', async () => {
    const item = anItem()
    const first = planner.edits(item, { title: 'One' })
    const second = planner.edits(item, { title: 'Two' }, { base: { title: 'One' }, after: first.changeId })
    const early = await planner.sends([second])
    expect(early.body.failures).toMatchObject([{ code: 'unknown_after', retryable: true }])
    expect(await wedding.ledger(second.changeId)).toEqual([])
    const answer = await planner.sends([first, second])
    expect(endings(answer, [first, second])).toEqual(['applied', 'applied'])
  })

  test('fails with it, in the same batch and in a later one', async () => {
    const item = anItem()
    const bad = planner.edits(item, { duration_min: -1 })
    const here = planner.edits(item, { title: 'Two' }, { after: bad.changeId })
    const later = planner.edits(item, { title: 'Three' }, { after: bad.changeId })
    expect(endings(await planner.sends([bad, here]), [bad, here])).toEqual(['invalid_value', 'depends_on_failed'])
    expect(endings(await planner.sends([later]), [later])).toEqual(['depends_on_failed'])
    expect(await titleOf(item.id)).toBe(item.data['title'])
  })

  test('waits with one that may pass later', async () => {
    const item = anItem()
    const first = planner.edits(item, { vendor_id: randomUUID() })
    const second = planner.edits(item, { title: 'Behind it' }, { after: first.changeId })
    const answer = await planner.sends([first, second])
    expect(endings(answer, [first, second])).toEqual(['missing_parent', 'behind'])
    expect(await wedding.ledger(second.changeId)).toMatchObject([{ status: 'pending', error_code: 'behind' }])
  })

  test('[P7] cannot build on a change of another person', async () => {
    const item = anItem()
    const theirs = assistant.edits(item, { title: 'Theirs' })
    await assistant.sends([theirs])
    const mine = planner.edits(item, { title: 'Mine' }, { base: { title: 'Theirs' }, after: theirs.changeId })
    expect(endings(await planner.sends([mine]), [mine])).toEqual(['unknown_after'])
  })
})

describe('a change behind one that waits for a person', () => {
  const aWaiting = async (more: object = {}) => {
    const item = anItem()
    await planner.hears()
    await assistant.hears()
    const stale = assistant.edits(item, { cue: 'Tom', ...more })
    await planner.sends([planner.edits(item, { cue: 'Priya' })])
    return { item, stale }
  }

  test('replaces that side, raises its version, and the rest of it goes in', async () => {
    const { item, stale } = await aWaiting()
    await assistant.sends([stale])
    const later = assistant.edits(
      item,
      { cue: 'Tom again', title: 'Free' },
      { base: { cue: 'Tom', title: item.data['title']! }, after: stale.changeId },
    )
    const answer = await assistant.sends([later])

    expect(endings(answer, [later])).toEqual(['waiting'])
    expect(answer.body.conflicts).toMatchObject([
      { version: 2, status: 'pending', fields: [{ field: 'cue', client: 'Tom again' }] },
    ])
    expect(await wedding.stored('timeline_items', item.id)).toMatchObject({ cue: 'Priya', title: 'Free' })
    const log = await wedding.conflictLog(item.id)
    expect(log).toMatchObject([{ version: 2, status: 'pending', fields: [{ client: 'Tom again', server: 'Priya' }] }])
    expect(answer.body.conflicts[0]!.conflictId).toBe(log[0]!.conflict_id)
  })

  test('does so in the same batch as well, however often', async () => {
    const { item, stale } = await aWaiting()
    const second = assistant.edits(item, { cue: 'Tom 2' }, { base: { cue: 'Tom' }, after: stale.changeId })
    const third = assistant.edits(item, { cue: 'Tom 3' }, { base: { cue: 'Tom 2' }, after: second.changeId })
    const answer = await assistant.sends([stale, second, third])
    expect(endings(answer, [stale, second, third])).toEqual(['waiting', 'waiting', 'waiting'])
    expect(await wedding.conflictLog(item.id)).toMatchObject([{ version: 3, fields: [{ client: 'Tom 3' }] }])
  })

  test('[P4] finds each of its open conflicts, and leaves a row for what it settles beside them', async () => {
    const { item, stale } = await aWaiting({ public_note: 'Tom' })
    const first = await assistant.sends([stale])
    expect(first.body.conflicts).toHaveLength(1)
    // a second open conflict of the same person, on another field
    await planner.sends([planner.edits(item, { actual_start: '2026-06-20T10:00:00Z' })])
    const other = assistant.edits(item, { actual_start: '2026-06-20T12:05:00Z' })
    expect(endings(await assistant.sends([other]), [other])).toEqual(['waiting'])
    // and a title that is settled by its rule: the planner leads this wedding
    await planner.sends([planner.edits(item, { title: 'Of the lead' })])

    const all = assistant.edits(item, { cue: 'Tom B', actual_start: '2026-06-20T12:06:00Z', title: 'Of Tom' })
    expect(endings(await assistant.sends([all]), [all])).toEqual(['waiting'])
    const log = await wedding.conflictLog(item.id)
    expect(log.map(({ status, fields }) => [status, fields.map(({ field, client }) => [field, client])])).toEqual([
      ['pending', [['cue', 'Tom B']]],
      ['pending', [['actual_start', '2026-06-20T12:06:00.000Z']]],
      ['resolved', [['title', 'Of Tom']]],
    ])
    expect(await titleOf(item.id)).toBe('Of the lead')
  })

  test('on another field simply goes in', async () => {
    const { item, stale } = await aWaiting()
    const free = assistant.edits(item, { location: 'Terrace' }, { after: stale.changeId })
    const answer = await assistant.sends([stale, free])
    expect(endings(answer, [stale, free])).toEqual(['waiting', 'applied'])
  })
})
