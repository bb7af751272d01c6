// A change that takes for ever, by a trigger the team has of its own say, holds up nobody but itself; and what takes too long in one
// piece goes in in several.
import { randomUUID } from 'node:crypto'
import { aDatabase } from '@wedsync/postgres/testing'
import { expect, test } from 'vitest'
import { agency, atTheEnd, aWedding, endings, load, recordOf, type Held } from '../testing/a-wedding.ts'

// a server that is less patient, so that nobody has to wait for it here
const database = await aDatabase()
await load(database, agency)
const impatient = new URL(database.serverUrl)
impatient.searchParams.set('statement_timeout', '1500')
impatient.searchParams.set('lock_timeout', '300')
const wedding = await aWedding({ database: { ...database, serverUrl: impatient.href } })
const planner = wedding.phoneOf('planner')
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

test('[P14] what the server keeps and what takes too long only together, or has a locked row in it, goes in one by one', async () => {
  await planner.hears()
  const vendorId = randomUUID()
  const [locked, ...items] = Array.from({ length: 9 }, anItem) as [Held, ...Held[]]
  const late = { vendor_id: vendorId }
  const changes = items.map((item, nth) => planner.edits(item, { title: `Kept ${nth}`, ...late }))
  const behindALock = planner.edits(locked, late)
  const sent = [behindALock, ...changes]
  expect(endings(await planner.sends(sent), sent)).toEqual(sent.map(() => 'missing_parent'))

  const trigger = await sleepOver('Kept %', 0.25)
  const session = await database.admin.connect()
  atTheEnd(() => {
    session.release(true)
    return Promise.resolve()
  })
  await session.query('begin')
  await session.query('update public.timeline_items set title = title where id = $1', [locked.id])
  await planner.sends([
    planner.creates('vendor_contacts', { client_id: locked.scope, company: 'Late' }, { id: vendorId }),
  ])
  for (const { changeId } of changes) await wedding.ends(changeId, 'completed')
  expect(await wedding.stored('timeline_items', locked.id)).not.toMatchObject(late)

  await session.query('commit')
  await wedding.ends(behindALock.changeId, 'completed')
  expect(await wedding.stored('timeline_items', locked.id)).toMatchObject(late)
  await trigger.goes()
})
