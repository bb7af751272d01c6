// A change that takes for ever, by a trigger the team has of its own say, holds up nobody but itself; and what takes too long in one
// piece goes in in several.
import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { aServerOn, aWedding, endings, recordOf, type Held } from '../testing/a-wedding.ts'
import { noteCodesOf } from '../testing/note-codes.ts'

const wedding = await aWedding()
// the same server, less patient, so that nobody has to wait for it here
const impatient = new URL(wedding.database.serverUrl)
impatient.searchParams.set('statement_timeout', '1500')
const server = await aServerOn(impatient.href)
const planner = wedding.phoneOf('planner', {
  fetch: async (path, init) =>
    noteCodesOf(await server.api.fetch(new Request(new URL(path, 'http://wedsync.test'), init))),
})
let next = 0
const anItem = (): Held => recordOf('timeline_items', next++)
const titleOf = async ({ id }: Held) => (await wedding.stored('timeline_items', id))?.['title']

/** While it stands, every write of a title like this takes so long. */
const sleepOver = async (title: string, seconds: number) => {
  const name = `slow_${randomUUID().replaceAll('-', '')}`
  await wedding.sql(`create function public.${name}() returns trigger language plpgsql as
    $$ begin if new.title like '${title}' and new.title <> old.title then perform pg_sleep(${seconds}); end if; return new; end $$`)
  await wedding.sql(
    `create trigger ${name} before update on public.timeline_items for each row execute function public.${name}()`,
  )
  return { goes: () => wedding.sql(`drop function public.${name} cascade`) }
}

test('[P14] a change that takes all the time there is is kept for another try, and the rest of its batch goes in', async () => {
  await planner.hears()
  const trigger = await sleepOver('For ever', 30)
  const [before, slow, after] = [anItem(), anItem(), anItem()]
  const first = planner.edits(before, { title: 'Before it' })
  const poison = planner.edits(slow, { title: 'For ever' })
  const onTop = planner.edits(slow, { location: 'Barn' }, { after: poison.changeId })
  const last = planner.edits(after, { title: 'After it' })
  const sent = [first, poison, onTop, last]
  const answer = await planner.sends(sent)
  expect(answer.status).toBe(200)
  expect(endings(answer, [first, last])).toEqual(['applied', 'applied'])
  expect(answer.body.failures).toMatchObject([
    { changeId: poison.changeId, code: 'not_written', kept: true, retryable: true },
    { changeId: onTop.changeId, code: 'behind', kept: true },
  ])
  expect(await titleOf(before)).toBe('Before it')
  expect(await titleOf(after)).toBe('After it')

  // nobody sends it again: the server does, and in time it is through
  await trigger.goes()
  await wedding.ends(poison.changeId, 'completed')
  await wedding.ends(onTop.changeId, 'completed')
  expect(await wedding.stored('timeline_items', slow.id)).toMatchObject({ title: 'For ever', location: 'Barn' })
})

test('[P14] what takes too long together goes in in pieces, in one request', async () => {
  await planner.hears()
  const trigger = await sleepOver('Slow %', 0.25)
  const changes = Array.from({ length: 8 }, (_, nth) => planner.edits(anItem(), { title: `Slow ${nth}` }))
  const answer = await planner.sends(changes)
  expect(answer.status).toBe(200)
  expect(endings(answer, changes)).toEqual(changes.map(() => 'applied'))
  await trigger.goes()
})

test('what takes for ever wherever one looks is the database’s fault: the phone keeps everything and comes back', async () => {
  await planner.hears()
  const trigger = await sleepOver('Never %', 30)
  const changes = Array.from({ length: 4 }, (_, nth) => planner.edits(anItem(), { title: `Never ${nth}` }))
  expect(await planner.sends(changes)).toMatchObject({ status: 503, body: { code: 'unavailable' } })
  const rows = await wedding.sql('select from public.offline_sync_queue where change_id = any ($1)', [
    changes.map(({ changeId }) => changeId),
  ])
  expect(rows).toEqual([])
  await trigger.goes()
  expect(endings(await planner.sends(changes), changes)).toEqual(changes.map(() => 'applied'))
})
