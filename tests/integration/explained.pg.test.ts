// What became of an edit, and why: told to the coordinator from her own phone, with no signal, and to a developer over HTTP, in one
// and the same words. Real device libraries, the real server, a real PostgreSQL.
import { afterAll, expect, test } from 'vitest'
import { createMemoryDisk, createMemoryStore, startSync } from '@wedsync/client'
import { ConflictDetail, deriveId, type Role } from '@wedsync/protocol'
import { allCollections } from '@wedsync/wedding'
import { accountOf, aToken, aWedding, recordOf } from '../../packages/server/src/testing/a-wedding.ts'

const wedding = await aWedding()
const item = recordOf('timeline_items', 2)

const aDevice = async (role: Role) => {
  const { userId, organizationId, name } = accountOf(role)
  const token = await aToken({ sub: userId, role: 'authenticated', app_metadata: { organization_id: organizationId } })
  const network = { isOn: true }
  const engine = await startSync({
    ...{ baseUrl: 'http://wedsync.test', collections: allCollections, token: () => token },
    user: { id: userId, organizationId, role, name },
    store: createMemoryStore(createMemoryDisk()).open,
    fetch: (address, init) =>
      network.isOn ? Promise.resolve(wedding.fetch(address, init)) : Promise.reject(new TypeError('fetch failed')),
    ...{ locks: null, pollEveryMs: 3_600_000, followsStream: false },
  })
  afterAll(() => engine.stop())
  await engine.syncNow()
  return { engine, network }
}
const [tom, priya] = [await aDevice('assistant'), await aDevice('planner')]

/** Both edit without having heard of each other, Priya first; answers the id of Tom's change. */
const bothEdit = async (priyas: Record<string, string>, toms: Record<string, string>): Promise<string> => {
  for (const { engine } of [tom, priya]) await engine.syncNow()
  const before = new Set(changesOf(await tom.engine.exportOutbox()))
  tom.network.isOn = false
  await tom.engine.save(item.table, item.id, toms)
  const mine = changesOf(await tom.engine.exportOutbox()).find((id) => !before.has(id))!
  await priya.engine.save(item.table, item.id, priyas)
  await priya.engine.syncNow()
  tom.network.isOn = true
  return mine
}
const changesOf = (text: string): string[] =>
  (JSON.parse(text) as { changes: { change: { changeId: string } }[] }).changes.map(({ change }) => change.changeId)

test('an edit that nobody else met is told as that, from the moment it is saved', async () => {
  const mine = await bothEdit({ internal_note: 'Priya was here' }, { location: 'Orchard' })
  const about = { of: 'change', id: mine, table: item.table, record: item.id, fields: [] }
  expect(await tom.engine.explain(mine)).toEqual({
    ...about,
    says: 'This is saved on this phone, and goes up with the next signal.',
  })
  await tom.engine.syncNow()
  await tom.engine.syncNow()
  expect(await tom.engine.explain(mine.toUpperCase())).toEqual({
    ...about,
    says: 'Nobody else had changed this meanwhile, so it went in as it was.',
  })
})

test('what a rule settled is told with its inputs, the rule, its version and a sentence, and comes to the same again', async () => {
  const mine = await bothEdit({ title: 'The first dance' }, { title: 'Dance!' })
  await tom.engine.syncNow()
  await tom.engine.syncNow()
  const told = await tom.engine.explain(mine)
  expect(told).toMatchObject({
    fields: [
      {
        field: 'title',
        called: 'the title',
        inputs: { client: 'Dance!', server: 'The first dance', weighed: { trusted: expect.any(Array) as never } },
        ...{ rule: 'scalar', version: 1, isSameAgain: true },
        result: { settled: 'The first dance' },
        says: expect.stringContaining('because the lead decides the title') as never,
      },
    ],
  })
  expect(told!.says).toBe(told!.fields[0]!.says)
})

test('what waits for a person is told as that, and then who decided it; on the phone and over HTTP in the same words', async () => {
  const mine = await bothEdit({ cue: 'Lights down' }, { cue: 'The band begins' })
  await tom.engine.syncNow()
  const conflictId = deriveId('conflict', mine)
  tom.network.isOn = false
  const waits = await tom.engine.explain(mine)
  expect(waits).toMatchObject({
    of: 'change',
    fields: [{ field: 'cue', isSameAgain: true, result: { waits: true } }],
  })
  expect(waits!.says).toMatch(/because .+ A person decides\.$/)
  const here = await tom.engine.explain(conflictId)
  expect(here).toMatchObject({ of: 'conflict', id: conflictId, table: item.table, record: item.id, says: waits!.says })
  tom.network.isOn = true

  const { status, body } = await wedding.phoneOf('assistant').asks(`/api/offline/conflicts/${conflictId}`)
  expect(status).toBe(200)
  expect(ConflictDetail.parse(body).explanation).toEqual(here!.fields)

  await priya.engine.syncNow()
  await priya.engine.decide(conflictId, { choice: 'client' })
  await priya.engine.syncNow()
  await tom.engine.syncNow()
  expect(await tom.engine.explain(mine)).toMatchObject({
    fields: [{ result: { settled: 'The band begins', choice: 'client' }, isSameAgain: null }],
    says: expect.stringMatching(/this was kept\. .+ decided this\.$/) as never,
  })
})

test('of what this device does not hold nothing is told', async () => {
  expect(await tom.engine.explain(deriveId('conflict', item.id))).toBeNull()
})
