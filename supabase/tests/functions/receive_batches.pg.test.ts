// Batches of several people in one transaction: each is written as whoever sent it, as if it had come by itself, or none of them is.
import { randomUUID } from 'node:crypto'
import type { JsonObject } from '@wedsync/protocol'
import { aDatabase } from '@wedsync/postgres/testing'
import { beforeEach, describe, expect, test } from 'vitest'
import { aCompany, type Person } from '../testing/a-company.ts'
import { aRunSheet, noteOf, seenBy, sent, type RunSheet } from '../testing/a-run-sheet.ts'
import { asSent, ledTo, type LedTo, type SentChange, type SentGroup } from '../testing/as-sent.ts'

type Answer = { settled?: LedTo[]; runs?: number[]; open?: boolean; reset?: string; stranger?: boolean; order?: { head: number; mark: string } } // prettier-ignore
type Asked = { who: Person; groups: SentGroup[]; more?: object }

const { admin, server } = await aDatabase()
const { versionOf, itemIs, ledger, everythingOf } = seenBy(admin)
let { company, planner, items } = {} as RunSheet

beforeEach(async () => {
  ;({ company, planner, items } = await aRunSheet(admin))
})

const updates = (table: string, ...changes: SentChange[]): SentGroup => ({ table, action: 'update', fields: [], changes }) // prettier-ignore
const creates = (table: string, ...changes: SentChange[]): SentGroup => ({ table, action: 'create', fields: Object.keys(changes[0]!.data).sort(), changes }) // prettier-ignore
const envelope = ({ groups, more = {} }: Asked) => JSON.stringify({ batchId: randomUUID(), deviceId: randomUUID(), sessionId: 's', cursor: null, device: {}, isPlain: true, groups: groups.map(asSent), ...more }) // prettier-ignore
const together = async (...asked: Asked[]): Promise<Answer[]> => {
  const { rows } = await server.query<{ answer: string }>('select sync.receive_batches($1, $2)::text as answer', [
    asked.map(({ who }) => who.claims),
    asked.map(envelope),
  ])
  return (JSON.parse(rows[0]!.answer) as Answer[]).map((answer, nth) =>
    answer.runs ? { ...answer, settled: ledTo(asked[nth]!.groups, { runs: answer.runs })! } : answer,
  )
}
const codeOf = (error: unknown): string => String((error as { code?: unknown }).code)
const edit = async (id: string, data: JsonObject) => sent(id, data, { baseVersion: await versionOf(id) })
const byWhom = async (change: SentChange) =>
  (await admin.query<{ user_id: string; role: string; transaction: string }>('select user_id, role, xmin::text as transaction from sync.history where change_id = $1', [change.changeId])).rows[0]! // prettier-ignore

describe('batches that go together', () => {
  test('[P7] are each written as who sent them, in one transaction, in their order, and answered as if each had come alone', async () => {
    const assistant = company.people.assistant
    const owner = company.people.owner
    const [one, two] = [await edit(items[0]!, { title: 'Tea' }), await edit(items[1]!, { cue: 'Bell' })]
    const made = sent(randomUUID(), noteOf(company, 'rain'))
    const answers = await together(
      { who: planner, groups: [updates('timeline_items', one)] },
      { who: assistant, groups: [updates('timeline_items', two)] },
      { who: owner, groups: [creates('notes', made)] },
    )
    const whose = await Promise.all([one, two, made].map(byWhom))
    expect(whose.map(({ user_id, role }) => [user_id, role])).toEqual([
      [planner.userId, 'app_planner'],
      [assistant.userId, 'app_assistant'],
      [owner.userId, 'app_owner'],
    ])
    expect(new Set(whose.map(({ transaction }) => transaction)).size).toBe(1)

    const versions = await Promise.all([items[0]!, items[1]!, made.id].map(versionOf))
    expect(answers.map(({ settled }) => settled![0]!.slice(1))).toEqual(versions.map((version) => [version, true]))
    expect(versions).toEqual([versions[0]!, versions[0]! + 1, versions[0]! + 2])
    // each is told where its own batch left the organization, by its own mark
    expect(answers.map(({ order }) => order!.head)).toEqual(versions)
    expect(new Set(answers.map(({ order }) => order!.mark)).size).toBe(3)
    expect(await ledger(one.changeId, two.changeId, made.changeId)).toHaveLength(3)
  })

  test('one that has something to decide is handed back unwritten; the others go in, and a stranger hears that they are one', async () => {
    const moved = await edit(items[0]!, { title: 'Late' })
    await admin.query(`update timeline_items set title = 'Moved' where id = $1`, [items[0]])
    const fine = await edit(items[1]!, { title: 'Fine' })
    const stranger: Person = { ...planner, claims: planner.claims.replace(planner.userId, randomUUID()) }
    const [open, strange, written] = await together(
      { who: planner, groups: [updates('timeline_items', moved)] },
      { who: stranger, groups: [updates('timeline_items', await edit(items[2]!, { title: 'Theirs' }))] },
      { who: planner, groups: [updates('timeline_items', fine)] },
    )
    expect([open, strange]).toEqual([{ open: true }, { stranger: true }])
    expect(written!.settled).toHaveLength(1)
    expect(await itemIs(items[0]!)).toMatchObject({ title: 'Moved' })
    expect(await itemIs(items[1]!)).toMatchObject({ title: 'Fine' })
    expect(await ledger(moved.changeId, fine.changeId)).toHaveLength(1)
  })

  test('[P7] one who wants what is only another’s to write is refused what they would be refused alone', async () => {
    const owner = company.people.owner
    const member = (await admin.query<{ id: string }>('select id from memberships where user_id = $1', [owner.userId])).rows[0]!.id // prettier-ignore
    const answers = await together(
      { who: owner, groups: [updates('timeline_items', await edit(items[0]!, { title: 'Tea' }))] },
      { who: planner, groups: [updates('memberships', await edit(member, { role: 'planner' }))] },
    )
    expect(answers[1]).toEqual({ open: true })
    expect((await admin.query('select role from memberships where id = $1', [member])).rows).toEqual([{ role: 'owner' }]) // prettier-ignore
  })

  test('one of which everything stood there already is told so, whatever the one before it moved', async () => {
    const [moves, stands] = [await edit(items[0]!, { title: 'Tea' }), await edit(items[1]!, { title: 'Cake' })]
    const [first, second] = await together(
      { who: planner, groups: [updates('timeline_items', moves)] },
      { who: planner, groups: [updates('timeline_items', stands)] },
    )
    expect(first!.settled).toEqual([[moves.changeId, await versionOf(items[0]!), true]])
    expect(second!.settled).toEqual([[stands.changeId, await versionOf(items[1]!), false]])
    expect(second!.order!.mark).not.toBe(first!.order!.mark)
  })
})

describe('nothing of any of them is written', () => {
  const leavesAll = async (...asked: Asked[]): Promise<string> => {
    const before = await everythingOf(company)
    const code = await together(...asked).then(() => 'written', codeOf)
    expect(await everythingOf(company)).toEqual(before)
    return code
  }

  test('[P4] where two touch one record: the second had looked at it before the first wrote', async () => {
    const [one, other] = [await edit(items[0]!, { title: 'Tea' }), await edit(items[0]!, { title: 'Coffee' })]
    expect(
      await leavesAll(
        { who: planner, groups: [updates('timeline_items', one)] },
        { who: planner, groups: [updates('timeline_items', other)] },
      ),
    ).toBe('42501')
  })

  test('[P4] where a trigger of the team’s own lets the first write what the second had looked at', async () => {
    await admin.query(`create function public.shift_next() returns trigger language plpgsql as $$ begin
        update public.timeline_items set cue = 'shifted' where id = '${items[1]!}'; return null; end $$;
      create trigger shift_next after update of title on public.timeline_items for each row when (new.title = 'Shift') execute function public.shift_next()`) // prettier-ignore
    try {
      expect(
        await leavesAll(
          { who: planner, groups: [updates('timeline_items', await edit(items[0]!, { title: 'Shift' }))] },
          { who: planner, groups: [updates('timeline_items', await edit(items[1]!, { cue: 'Mine' }))] },
        ),
      ).toBe('42501')
    } finally {
      await admin.query('drop trigger shift_next on public.timeline_items; drop function public.shift_next()')
    }
  })

  test('[P1] where two bring the same change', async () => {
    const made = sent(randomUUID(), noteOf(company, 'rain'))
    const again = { ...made, id: randomUUID() }
    expect(await leavesAll({ who: planner, groups: [creates('notes', made)] }, { who: planner, groups: [creates('notes', again)] })).toBe('23505') // prettier-ignore
  })

  test('where somebody holds a record of the second: it is not waited for while those of the first are held', async () => {
    const [one, other] = [await edit(items[0]!, { title: 'Tea' }), await edit(items[1]!, { title: 'Tea' })]
    const holder = await admin.connect()
    await holder.query('begin')
    await holder.query('select from timeline_items where id = $1 for update', [items[1]])
    const started = performance.now()
    try {
      expect(await leavesAll({ who: planner, groups: [updates('timeline_items', one)] }, { who: planner, groups: [updates('timeline_items', other)] })).toBe('55P03') // prettier-ignore
      expect(performance.now() - started).toBeLessThan(1500)
    } finally {
      await holder.query('rollback')
      holder.release()
    }
  })

  test('where they are of two organizations: each has a clock of its own', async () => {
    const other = await aCompany(admin)
    const stranger = other.people.planner
    expect(
      await leavesAll(
        { who: planner, groups: [updates('timeline_items', await edit(items[0]!, { title: 'Tea' }))] },
        { who: stranger, groups: [creates('notes', sent(randomUUID(), noteOf(other, 'rain')))] },
      ),
    ).toBe('SY015')
  })
})

test('the patience of the connection is what it was afterwards, and nobody’s name is left on it', async () => {
  const connection = await server.connect()
  const before = await connection.query('show lock_timeout')
  const text = envelope({ who: planner, groups: [updates('timeline_items', await edit(items[0]!, { title: 'Tea' }))] })
  await connection.query('select sync.receive_batches($1, $2)', [[planner.claims, planner.claims], [text, text.replaceAll(items[0]!, items[1]!)]]).catch(() => undefined) // prettier-ignore
  expect((await connection.query('show lock_timeout')).rows).toEqual(before.rows)
  const { rows } = await connection.query(`select current_setting('role') as role, coalesce(current_setting('request.jwt.claims', true), '') as claims`) // prettier-ignore
  expect(rows).toEqual([{ role: 'none', claims: '' }])
  connection.release()
})
