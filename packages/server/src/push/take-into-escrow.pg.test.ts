// Whoever lost all access still hands over what they made while they had it: those who plan find it, and nobody else.
import { expect, test } from 'vitest'
import { aWedding, endings, recordOf, sealed, type Phone, type Sent } from '../testing/a-wedding.ts'

const wedding = await aWedding()
const [owner, assistant] = (['owner', 'assistant'] as const).map((role) => wedding.phoneOf(role)) as [Phone, Phone]
const scope = recordOf('clients').id
const leaves = (who: Phone) => wedding.sql('delete from public.memberships where user_id = $1', [who.userId])
const ledgerOf = (who: Phone) =>
  wedding.sql<{ status: string; error_code: string; data: unknown }>(
    'select status, error_code, data from public.offline_sync_queue where user_id = $1 order by received_at, change_id',
    [who.userId],
  )

test('[P8] unsent edits of somebody who left are kept for those who plan, and the phone forgets the wedding', async () => {
  const someone = await wedding.phoneOfPerson('assistant')
  await someone.hears()
  const note = someone.creates('notes', { client_id: scope, body: 'Peonies arrive at nine' })
  await someone.sends([note])
  await leaves(someone)

  const edit = sealed(someone.edits(recordOf('timeline_items'), { title: 'Mine' }))
  const answer = await someone.sends([edit, note], { cursor: someone.view.cursor })
  expect(answer.status).toBe(200)
  // what went in before is told as it stands
  expect(endings(answer, [edit, note])).toEqual(['forbidden', 'applied'])
  expect(answer.body.revokedScopes).toContain(scope)
  expect(answer.body.serverChanges).toEqual([])
  expect(await wedding.stored('timeline_items', edit.id)).not.toMatchObject({ title: 'Mine' })
  expect(await ledgerOf(someone)).toContainEqual({ status: 'failed', error_code: 'forbidden', data: { title: 'Mine' } })
  // sent again, it is the same answer and the same row
  expect(endings(await someone.sends([edit]), [edit])).toEqual(['forbidden'])
  expect(await ledgerOf(someone)).toHaveLength(2)

  expect((await assistant.asks(`/api/offline/retry/${edit.changeId}`, { method: 'POST' })).status).toBe(404)
  const tried = await owner.asks(`/api/offline/retry/${edit.changeId}`, { method: 'POST' })
  expect(tried.body).toMatchObject({ processed: [{ outcome: 'applied' }] })
  expect(await wedding.stored('timeline_items', edit.id)).toMatchObject({ title: 'Mine' })
})

test('[P3] a change that is wrong in itself is there too, with its own reason', async () => {
  const someone = await wedding.phoneOfPerson('planner')
  await someone.sends([someone.creates('notes', { client_id: scope, body: 'First' })])
  await leaves(someone)
  const changes = [
    someone.edits(recordOf('timeline_items'), { colour: 'red' }),
    { ...someone.edits(recordOf('timeline_items'), { title: 'x' }), checksum: '0'.repeat(64) },
  ] as Sent[]
  expect(endings(await someone.sends(changes), changes)).toEqual(['unknown_field', 'checksum_mismatch'])
  // what was damaged on its way is not what they wrote
  expect((await ledgerOf(someone)).map(({ error_code }) => error_code)).toEqual([null, 'unknown_field'])
})

test('[P7] nobody fills the ledger of a company they never belonged to', async () => {
  const rival = await wedding.rival()
  const theirs = wedding.phoneOf('planner', { organization: rival })
  await theirs.hears()
  const before = await wedding.traces()
  const stranger = wedding.phoneAs(theirs)
  const change = stranger.creates('notes', { client_id: scope, body: 'Never here' })
  expect((await stranger.sends([change])).status).toBe(403)
  expect(await wedding.traces()).toEqual(before)
})

test('[P8] [P9] whoever belonged here hands over from a phone the database does not know, because an older copy of it was put back', async () => {
  const someone = await wedding.phoneOfPerson('assistant')
  await someone.hears()
  await wedding.sql('delete from public.offline_sync_status where user_id = $1', [someone.userId])
  await leaves(someone)
  const note = someone.creates('notes', { client_id: scope, body: 'Peonies arrive at nine' })
  expect(endings(await someone.sends([note]), [note])).toEqual(['forbidden'])
  expect(await ledgerOf(someone)).toMatchObject([{ status: 'failed', error_code: 'forbidden' }])
  expect(await wedding.stored('notes', note.id)).toBeUndefined()
})
