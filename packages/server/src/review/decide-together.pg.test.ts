// Forty small things wait for a planner: those that are harmless end alike in one go, each by itself, and everything else stays as it is.
import { randomUUID } from 'node:crypto'
import { decisionsTogetherMax, DecisionsAnswer, type JsonObject } from '@wedsync/protocol'
import { describe, expect, test } from 'vitest'
import { disagreementsAt } from '../testing/a-disagreement.ts'
import { aWedding, recordOf, type Phone } from '../testing/a-wedding.ts'

const wedding = await aWedding()
const [owner, planner, assistant, vendor] = (['owner', 'planner', 'assistant', 'vendor'] as const).map((role) =>
  wedding.phoneOf(role),
) as [Phone, Phone, Phone, Phone]
const couple = await wedding.phoneOfPerson('couple')
const { anItem, aWaiting, decides, logOf } = disagreementsAt(wedding, planner, assistant)

/** Tom and Priya wrote different words for the guests, about no great moment of the day. */
const aNote = () => {
  let item = anItem()
  while (item.data['key_moment'] === true) item = anItem()
  return aWaiting({ public_note: 'Bring the ladder' }, { public_note: 'Bring a torch' }, item)
}
const noteOf = async ({ id }: { id: string }) => (await wedding.stored('timeline_items', id))!['public_note']

const path = '/api/offline/conflicts/resolve'
const decidesTogether = async (
  who: Phone,
  ids: readonly string[],
  wish: object = { choice: 'server' },
  version = 1,
) => {
  const conflicts = ids.map((conflictId) => ({ conflictId, version }))
  const answer = await who.asks(path, { method: 'POST', body: JSON.stringify({ conflicts, ...wish }) })
  return {
    ...answer,
    body: answer.body as unknown as JsonObject,
    told: answer.status === 200 ? DecisionsAnswer.parse(answer.body) : null,
  }
}
const statusOf = async (conflictId: string) => (await logOf(conflictId)).status

describe('a planner decides what is harmless in one go', () => {
  test('for what stands: each is decided by itself, by them, with their word', async () => {
    const [one, other] = [await aNote(), await aNote()]
    const ids = [one.conflictId, other.conflictId]
    const { told } = await decidesTogether(planner, ids, { choice: 'server', note: 'As printed.' })
    expect(told).toEqual({
      success: true,
      decided: ids.map((conflictId) => ({ conflictId, version: 2 })),
      failures: [],
    })
    for (const conflictId of ids)
      expect(await logOf(conflictId)).toMatchObject({
        ...{ status: 'resolved', decided_by: planner.userId, note: 'As printed.' },
        resolution: { strategy: 'person', choice: 'server' },
      })
    const decisions = await Promise.all(ids.map(async (conflictId) => (await logOf(conflictId))['decision_id']))
    expect(new Set(decisions).size).toBe(2)
    expect(await noteOf(one.item)).toBe('Bring a torch')
  })

  test('for the other side, and for what was proposed; the author hears of each', async () => {
    const [theirs, proposed] = [await aNote(), await aNote()]
    await assistant.hears()
    expect((await decidesTogether(planner, [theirs.conflictId], { choice: 'client' })).told?.failures).toEqual([])
    expect((await decidesTogether(owner, [proposed.conflictId], { choice: 'merged' })).told?.failures).toEqual([])
    expect(await noteOf(theirs.item)).toBe('Bring the ladder')
    const [field] = (await logOf(proposed.conflictId)).fields
    expect(await noteOf(proposed.item)).toBe(field!['proposed'])
    const settled = (await assistant.hears()).body.settled as unknown as { changeId: string; outcome: string }[]
    expect(settled).toMatchObject([
      { changeId: theirs.stale.changeId, outcome: 'client_won' },
      { changeId: proposed.stale.changeId, outcome: 'merged' },
    ])
  })

  test('an emergency contact or a cue in the same request is refused, with the reason, and the others go in', async () => {
    const [note, last] = [await aNote(), await aNote()]
    const contacts = [{ emergency_contact: 'A' }, { emergency_contact: 'B' }] as const
    const grave = await aWaiting(...contacts, recordOf('clients'))
    const cue = await aWaiting({ cue: 'Tom' }, { cue: 'Priya' })
    const before = await Promise.all([logOf(grave.conflictId), logOf(cue.conflictId)])
    const ids = [note, grave, cue, last].map(({ conflictId }) => conflictId)
    const { told } = await decidesTogether(planner, ids, { choice: 'client' })
    expect(told?.decided.map(({ conflictId }) => conflictId)).toEqual([note.conflictId, last.conflictId])
    expect(told?.failures).toEqual([
      {
        ...{ conflictId: grave.conflictId, index: 1, code: 'needs_decision' },
        message: 'It weighs critical, so somebody looks at it and decides it by itself.',
      },
      {
        ...{ conflictId: cue.conflictId, index: 2, code: 'needs_decision' },
        message: expect.stringMatching(/^It weighs (medium|high)/) as string,
      },
    ])
    expect(await Promise.all([logOf(grave.conflictId), logOf(cue.conflictId)])).toEqual(before)
  })

  test('a delete is never one of them, however little it is about', async () => {
    const { item, conflictId } = await aNote()
    await wedding.sql('delete from public.timeline_items where id = $1', [item.id])
    const { told } = await decidesTogether(planner, [conflictId], { choice: 'client' }, 2)
    expect(told?.failures).toMatchObject([
      { code: 'needs_decision', message: expect.stringMatching(/more than/) as string },
    ])
    expect(await wedding.stored('timeline_items', item.id)).toBeUndefined()
  })

  test('what moved on since they looked waits on, and is told so; the others go in', async () => {
    const [moved, stands] = [await aNote(), await aNote()]
    await wedding.sql(`update public.timeline_items set public_note = 'Bring nothing' where id = $1`, [moved.item.id])
    const { told } = await decidesTogether(planner, [moved.conflictId, stands.conflictId], { choice: 'client' })
    expect(told).toMatchObject({
      decided: [{ conflictId: stands.conflictId }],
      failures: [{ conflictId: moved.conflictId, index: 0, code: 'conflict_moved' }],
    })
    expect(await statusOf(moved.conflictId)).toBe('pending')
    expect(await noteOf(moved.item)).toBe('Bring nothing')
  })

  test('where no rule has a proposal, none is taken', async () => {
    const { conflictId } = await aNote()
    await wedding.sql(
      `update public.sync_conflict_log set fields = jsonb_build_array((fields -> 0) - 'proposed') where conflict_id = $1`,
      [conflictId],
    )
    const { told } = await decidesTogether(planner, [conflictId], { choice: 'merged' })
    expect(told?.failures).toMatchObject([{ code: 'invalid_value', field: 'public_note' }])
    expect(await statusOf(conflictId)).toBe('pending')
  })

  test('sent again, or one of them twice, it is told that it is decided, and nothing happens again', async () => {
    const [one, other] = [await aNote(), await aNote()]
    const ids = [one.conflictId, other.conflictId]
    expect((await decidesTogether(planner, [...ids, one.conflictId])).told).toMatchObject({
      decided: ids.map((conflictId) => ({ conflictId })),
      failures: [{ index: 2, code: 'already_resolved' }],
    })
    const before = await wedding.traces()
    const again = await decidesTogether(planner, ids, { choice: 'client' })
    expect(again.told).toMatchObject({
      decided: [],
      failures: [{ code: 'already_resolved' }, { code: 'already_resolved' }],
    })
    expect(await wedding.traces()).toEqual(before)
    expect(await noteOf(one.item)).toBe('Bring a torch')
  })
})

describe('rights', () => {
  test('an assistant decides what they may decide', async () => {
    const { conflictId } = await aNote()
    expect((await decidesTogether(assistant, [conflictId])).told?.decided).toHaveLength(1)
    expect(await logOf(conflictId)).toMatchObject({ status: 'resolved', decided_by: assistant.userId })
  })

  test('a couple and a vendor do not see them, as if there were none; another company neither', async () => {
    const { conflictId } = await aNote()
    const rival = wedding.phoneOf('owner', { organization: await wedding.rival() })
    for (const who of [couple, vendor, rival]) {
      const { told } = await decidesTogether(who, [conflictId, randomUUID()])
      expect(told?.decided).toEqual([])
      expect(told?.failures.map(({ code, message }) => [code, message])).toEqual(
        Array(2).fill(['not_found', 'There is no such conflict.']),
      )
    }
    expect(await statusOf(conflictId)).toBe('pending')
  })

  test('a vendor withdraws no side of theirs so, though they may one by one', async () => {
    const contact = recordOf('vendor_contacts')
    await Promise.all([planner.hears(), vendor.hears()])
    const stale = vendor.edits(contact, { arrived_at: '2026-06-20T08:00:00.000Z' })
    await planner.sends([planner.edits(contact, { arrived_at: '2026-06-20T10:20:00.000Z' })])
    const { conflictId } = (await vendor.sends([stale])).body.conflicts[0]!
    expect((await decidesTogether(vendor, [conflictId])).told?.failures).toMatchObject([{ code: 'forbidden' }])
    expect((await decides(vendor, conflictId, { choice: 'server' })).status).toBe(200)
  })

  test('who is no member any more is told what everybody is told of what is none of theirs', async () => {
    const { conflictId } = await aNote()
    const stranger = wedding.phoneAs({ userId: randomUUID() })
    const { status, body } = await decidesTogether(stranger, [conflictId])
    expect([status, body['code']]).toEqual([404, 'not_found'])
  })
})

describe('refused as a whole,', () => {
  const one = { conflictId: randomUUID(), version: 1 }
  test.each([
    ['none', { conflicts: [], choice: 'server' }, 'conflicts'],
    ['too many', { conflicts: Array(decisionsTogetherMax + 1).fill(one), choice: 'server' }, 'conflicts'],
    ['no view', { conflicts: [{ conflictId: one.conflictId }], choice: 'server' }, 'conflicts.0.version'],
    ['no id', { conflicts: [{ ...one, conflictId: 'resolve' }], choice: 'server' }, 'conflicts.0.conflictId'],
    ['a value of one’s own', { conflicts: [one], choice: 'custom', values: { cue: 'x' } }, 'choice'],
    ['no choice', { conflicts: [one] }, 'choice'],
    ['what nobody knows', { conflicts: [one], choice: 'server', force: true }, ''],
    ['what nobody knows of one', { conflicts: [{ ...one, force: true }], choice: 'server' }, 'conflicts.0'],
  ])('%s', async (_what, wish, place) => {
    const answer = await planner.asks(path, { method: 'POST', body: JSON.stringify(wish) })
    expect(answer.status).toBe(400)
    expect(answer.body).toMatchObject({ code: 'validation_failed' })
    expect((answer.body as unknown as { errors: { path: string }[] }).errors.map((error) => error.path)).toContain(
      place,
    )
  })

  test('and the address is no conflict’s, and no conflict’s address is this one', async () => {
    const { status, headers } = await planner.asks(path)
    expect([status, headers.get('allow')]).toEqual([405, 'POST'])
    expect((await decides(planner, 'resolve', { choice: 'server' })).status).toBe(404)
  })
})

describe('what cannot be written just now', () => {
  /** Every write of that record ends in a deadlock, until it is let go. */
  const jams = async (id: string) => {
    await wedding.sql(`create function public.jam() returns trigger language plpgsql as
      $$ begin raise exception 'jam' using errcode = '40P01'; end $$`)
    await wedding.sql(`create trigger jam before update on public.timeline_items for each row
      when (old.id = '${id}') execute function public.jam()`)
    return () => wedding.sql('drop function public.jam() cascade')
  }

  test('is told so with all behind it, and what was decided before it stays decided; sent again, the rest goes in', async () => {
    const [first, jammed, last] = [await aNote(), await aNote(), await aNote()]
    const ids = [first, jammed, last].map(({ conflictId }) => conflictId)
    const letGo = await jams(jammed.item.id)
    const { told } = await decidesTogether(planner, ids, { choice: 'client' }).finally(letGo)
    expect(told).toMatchObject({
      decided: [{ conflictId: first.conflictId }],
      failures: [
        { index: 1, code: 'not_written' },
        { index: 2, code: 'not_written' },
      ],
    })
    expect((await decidesTogether(planner, ids, { choice: 'client' })).told).toMatchObject({
      decided: [{ conflictId: jammed.conflictId }, { conflictId: last.conflictId }],
      failures: [{ index: 0, code: 'already_resolved' }],
    })
  })

  test('where it is the first, nothing was written, and the whole request is told to come again', async () => {
    const [jammed, last] = [await aNote(), await aNote()]
    const letGo = await jams(jammed.item.id)
    const ids = [jammed.conflictId, last.conflictId]
    const { status, body } = await decidesTogether(planner, ids, { choice: 'client' }).finally(letGo)
    expect([status, body['code']]).toEqual([503, 'unavailable'])
    expect(await Promise.all(ids.map(statusOf))).toEqual(['pending', 'pending'])
  })
})
