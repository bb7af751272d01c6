// How much a conflict weighs on the day itself, and long before it.
import { expect, test } from 'vitest'
import { aNewcomer } from '../testing/a-newcomer.ts'
import { aWedding, recordOf } from '../testing/a-wedding.ts'

const day = recordOf('clients').data['wedding_date'] as string
let next = 0

/** How it weighs that an assistant names a line one way and somebody in psql another. */
const weightAt = async (now: string) => {
  const wedding = await aWedding({ clock: () => new Date(now) })
  const assistant = await aNewcomer(wedding, 'assistant')
  const item = recordOf('timeline_items', next++)
  await assistant.hears()
  const late = assistant.edits(item, { title: 'Mine' })
  await wedding.sql(`update public.timeline_items set title = 'Theirs', key_moment = false where id = $1`, [item.id])
  const { body } = await assistant.sends([late])
  return body.conflicts[0]
}

test('what weighs medium a month before weighs high from two days before, and says why', async () => {
  expect(await weightAt('2026-05-20T12:00:00Z')).toMatchObject({
    severity: 'medium',
    because: 'Medium because it is about the title.',
  })
  expect(await weightAt(`${day}T06:00:00Z`)).toMatchObject({
    severity: 'high',
    because: 'High because it is about the title, and the wedding is at most 48 hours away.',
  })
})

test('who may decide goes by what a field weighs by itself: an assistant is not kept from it by the day', async () => {
  const wedding = await aWedding({ clock: () => new Date(`${day}T06:00:00Z`) })
  const assistant = await aNewcomer(wedding, 'assistant')
  const guest = recordOf('guests', next++)
  await assistant.hears()
  const goes = assistant.deletes(guest)
  await wedding.sql(`update public.guests set accessibility = 'Ramp' where id = $1`, [guest.id])
  const [conflict] = (await assistant.sends([goes])).body.conflicts
  expect(conflict).toMatchObject({ severity: 'critical', status: 'pending' })
  // and what moved only since then is of no weight of its own
  await wedding.sql(`update public.guests set rsvp = 'maybe' where id = $1`, [guest.id])
  const path = `/api/offline/conflicts/${conflict!.conflictId}/resolve`
  const decided = await assistant.asks(path, { method: 'POST', body: '{"choice":"client"}' })
  expect(decided.status).toBe(200)
  expect(await wedding.stored('guests', guest.id)).toBeUndefined()
})
