// Many phones of one company in the same moment: while the database is busy with some, the others wait for the same turn and go together.
import { describe, expect, test } from 'vitest'
import { aNewcomer, type Newcomer } from '../testing/a-newcomer.ts'
import { aWedding, agency, endings, recordOf, type Sent } from '../testing/a-wedding.ts'

const wedding = await aWedding()
const crew: Newcomer[] = []
for (let nth = 0; nth < 16; nth += 1) crew.push(await aNewcomer(wedding, 'planner'))
await Promise.all(crew.map((phone) => phone.hears()))
let next = 0
const anItem = () => recordOf('timeline_items', next++)

/** Nobody's batch gets the clock until everybody has sent theirs. */
const allAtOnce = async (changes: readonly Sent[][]) => {
  const holder = await wedding.database.admin.connect()
  await holder.query('begin')
  await holder.query('select from sync.clock where organization_id = $1 for update', [agency.organization.id])
  const sent = crew.map((phone, nth) => phone.sends(changes[nth]!))
  await expect
    .poll(
      async () =>
        (
          await wedding.sql(
            `select from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`,
          )
        ).length,
    )
    .toBe(3)
  await holder.query('commit')
  holder.release()
  return await Promise.all(sent)
}
const transactionsOf = async (changes: readonly Sent[]) =>
  (
    await wedding.sql<{ transaction: string }>(
      'select distinct xmin::text as transaction from sync.history where change_id = any ($1)',
      [changes.map(({ changeId }) => changeId)],
    )
  ).length

describe('sixteen phones of one company at once', () => {
  test('[P1] are written in a few transactions, and each has its own receipts', async () => {
    const changes = crew.map((phone) => [phone.edits(anItem(), { cue: phone.userId })])
    const answers = await allAtOnce(changes)
    expect(answers.map((answer, nth) => endings(answer, changes[nth]!))).toEqual(crew.map(() => ['applied']))
    expect(await transactionsOf(changes.flat())).toBeLessThanOrEqual(6)
    const rows = await wedding.sql<{ user_id: string }>('select user_id, change_id from sync.history where change_id = any ($1)', [changes.flat().map(({ changeId }) => changeId)]) // prettier-ignore
    expect(new Set(rows.map(({ user_id }) => user_id))).toEqual(new Set(crew.map(({ userId }) => userId)))
  })

  test('[P14] a row the database refuses keeps nobody else out: then each goes alone', async () => {
    await wedding.sql(`create function public.no_poison() returns trigger language plpgsql as $$ begin
        if new.cue = 'poison' then raise exception 'not here'; end if; return new; end $$`)
    await wedding.sql('create trigger no_poison before update on public.timeline_items for each row execute function public.no_poison()') // prettier-ignore
    const changes = crew.map((phone, nth) => [phone.edits(anItem(), { cue: nth === 7 ? 'poison' : `cue ${nth}` })])
    const answers = await allAtOnce(changes)
    await wedding.sql('drop trigger no_poison on public.timeline_items')
    expect(answers.map((answer, nth) => endings(answer, changes[nth]!)[0])).toEqual(
      crew.map((_, nth) => (nth === 7 ? 'not_written' : 'applied')),
    )
  })

  test('[P4] eight who edit the same words meet as they would alone: one stands, the others are told', async () => {
    const item = anItem()
    const changes = crew.map((phone, nth) => [phone.edits(nth < 8 ? item : anItem(), { cue: `Mine ${nth}` })])
    const answers = await allAtOnce(changes)
    const led = answers.map((answer, nth) => endings(answer, changes[nth]!)[0])
    expect(led.slice(8)).toEqual(Array(8).fill('applied'))
    expect(led.slice(0, 8).filter((ending) => ending === 'applied')).toHaveLength(1)
    const stands = (await wedding.stored('timeline_items', item.id))!['cue']
    expect(stands).toBe(`Mine ${led.indexOf('applied')}`)
    const waiting = await wedding.conflictLog(item.id)
    expect(waiting.flatMap(({ fields }) => fields.map(({ client }) => client)).sort()).toEqual(
      led.slice(0, 8).flatMap((ending, nth) => (ending === 'applied' ? [] : [`Mine ${nth}`])).sort(), // prettier-ignore
    )
  })
})
