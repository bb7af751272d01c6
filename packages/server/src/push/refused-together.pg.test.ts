// What the database refuses was decided as if it could go in, and so was what came behind it in the same request: that is decided again
// without it, as if the two had come one after the other.
import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { agency, aWedding, endings, recordOf } from '../testing/a-wedding.ts'

const wedding = await aWedding()
const [planner, assistant] = [wedding.phoneOf('planner'), wedding.phoneOf('assistant')]
await Promise.all([planner.hears(), assistant.hears()])
const { scope } = recordOf('timeline_items')
const known = agency.records['assignments']!.find((one) => one['client_id'] === scope)!
const table_id = recordOf('tables').id

/** A guest, and somebody who is to work on the wedding and does so already: refused, both. And the guest's seat, in an action of its own. */
const aRefusedGuest = () => {
  const [one, two] = [randomUUID(), randomUUID()]
  const guest = planner.creates('guests', { client_id: scope, name: 'Ida' })
  const inVain = planner.creates('assignments', { client_id: scope, person_id: known['person_id']! })
  const seat = planner.creates('seat_assignments', { client_id: scope, guest_id: guest.id, table_id, seat: null })
  return { refused: [guest, inVain].map((change) => ({ ...change, groupId: one })), seat: { ...seat, groupId: two } }
}

test('[P11] [P13] a group that names a guest who could not be made fails with that, and puts nothing before a person', async () => {
  const item = recordOf('timeline_items', 3)
  const { refused, seat } = aRefusedGuest()
  const contested = { ...planner.edits(item, { cue: 'Mine' }), groupId: seat.groupId }
  await wedding.sql(`update public.timeline_items set cue = 'Theirs' where id = $1`, [item.id])
  const changes = [...refused, seat, contested]
  const answer = await planner.sends(changes)
  expect(endings(answer, changes)).toEqual([
    'duplicate_value',
    'duplicate_value',
    'depends_on_failed',
    'depends_on_failed',
  ])
  expect(await wedding.conflictLog(item.id)).toEqual([])
  // sent again, it is the same answer
  expect(endings(await planner.sends(changes), changes)).toEqual(endings(answer, changes))
})

test('[P4] [P13] and the side that such a group would have replaced stays what it was', async () => {
  const item = recordOf('timeline_items', 4)
  const first = planner.edits(item, { cue: 'Mine' })
  await wedding.sql(`update public.timeline_items set cue = 'Theirs' where id = $1`, [item.id])
  const { refused, seat } = aRefusedGuest()
  const later = { ...planner.edits(item, { cue: 'Later' }), groupId: seat.groupId, after: first.changeId }
  const changes = [first, ...refused, seat, later]
  const answer = await planner.sends(changes)
  expect(endings(answer, changes)).toEqual(['waiting', 'duplicate_value', 'duplicate_value', 'depends_on_failed', 'depends_on_failed']) // prettier-ignore
  const [conflict] = await wedding.conflictLog(item.id)
  expect(conflict!.fields).toMatchObject([{ field: 'cue', client: 'Mine', server: 'Theirs' }])
})
