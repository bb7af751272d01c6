// Whoever waits for a lock is asked anew who they are once they have it: what held it may have changed that.
import { expect, test } from 'vitest'
import { aWedding, endings, recordOf, type Answer } from '../testing/a-wedding.ts'

const wedding = await aWedding()

/** What is answered to a request that waited until `statements` were through. */
const answerAfter = async (
  statements: readonly [string, unknown[]][],
  send: () => Promise<Answer>,
): Promise<Answer> => {
  const holder = await wedding.database.admin.connect()
  await holder.query('begin')
  for (const [text, values] of statements) await holder.query(text, values)
  const answer = send()
  const waiting = `select from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`
  await expect.poll(async () => (await wedding.sql(waiting)).length).toBeGreaterThan(0)
  await holder.query('commit')
  holder.release()
  return answer
}

test('[P7] [P13] a vendor whose contact is deleted meanwhile is told what they would be told a moment later', async () => {
  const vendor = wedding.phoneOf('vendor')
  await vendor.hears()
  const [own] = await wedding.sql<{ id: string; person_id: string }>(
    `select v.id, v.person_id from public.vendor_contacts v join public.people p on p.id = v.person_id
      where exists (select from public.memberships m where m.person_id = p.id and m.user_id = $1) limit 1`,
    [vendor.userId],
  )
  const contact = { table: 'vendor_contacts', id: own!.id }
  const [early, late] = [1, 2].map((nth) => vendor.edits(contact, { phones: { mobile: `+4420000${nth}` } }))
  const deleted: [string, unknown[]] = ['delete from public.vendor_contacts where id = $1', [own!.id]]
  const answer = await answerAfter([deleted], () => vendor.sends([early!]))
  const after = await vendor.sends([late!])
  expect(endings(answer, [early!])).toEqual(endings(after, [late!]))
  expect(endings(answer, [early!])).toEqual(['forbidden'])
})

test('[P7] somebody whose role is another one meanwhile is answered under that', async () => {
  const assistant = wedding.phoneOf('assistant')
  await assistant.hears()
  const item = recordOf('timeline_items', 1)
  const edit = assistant.edits(item, { cue: 'Lights' })
  const statements: [string, unknown[]][] = [
    ['select from public.timeline_items where id = $1 for update', [item.id]],
    [`update public.memberships set role = 'viewer' where user_id = $1`, [assistant.userId]],
  ]
  const group = { ...edit, groupId: crypto.randomUUID() }
  const answer = await answerAfter(statements, () => assistant.sends([group]))
  expect(endings(answer, [group])).toEqual(['forbidden'])
  expect((await wedding.stored('timeline_items', item.id))!['cue']).not.toBe('Lights')
})
