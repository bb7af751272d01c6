// Whatever a batch holds, and however its changes hang together, it gets an answer: one ending a change, groups whole, and the same
// answer when it is sent once more. Made of a few records, a few groups and every way in which a change can be wrong.
import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { aWedding, endings, recordOf, sealed, type Sent } from '../testing/a-wedding.ts'

const wedding = await aWedding()
const planner = wedding.phoneOf('planner')
const assistant = wedding.phoneOf('assistant')
await Promise.all([planner.hears(), assistant.hears()])
const { scope } = recordOf('timeline_items')
const items = [0, 1, 2].map((nth) => recordOf('timeline_items', nth))

const deeds = ['edit', 'edit', 'contest', 'create', 'delete', 'restore', 'decide'] as const
const faults = [
  ...['none', 'none', 'none', 'unknown field', 'unknown table', 'unknown action', 'damaged', 'too long', 'of nobody'],
  ...['no such parent', 'no such record', 'no such predecessor', 'said before', 'same id', 'no base'],
] as const
const wish = fc.record({
  deed: fc.constantFrom(...deeds),
  fault: fc.constantFrom(...faults),
  record: fc.nat(2),
  group: fc.option(fc.nat(1)),
  after: fc.option(fc.nat(5)),
})
type Wish = typeof wish extends fc.Arbitrary<infer Made> ? Made : never

const madeOf = ({ deed, record }: Wish, nth: number): Sent => {
  const item = items[record]!
  if (deed === 'create') return assistant.creates('notes', { client_id: scope, body: `Note ${nth}` })
  if (deed === 'delete') return assistant.deletes(item)
  if (deed === 'restore') return { ...assistant.edits(item, {}), action: 'restore' }
  if (deed === 'decide')
    return {
      ...{ changeId: randomUUID(), action: 'update', table: 'conflicts', id: randomUUID() },
      data: { choice: 'client' },
    }
  return assistant.edits(item, deed === 'edit' ? { location: `Place ${nth}` } : { cue: `Cue ${nth}` })
}

const spoiled = (change: Sent, { fault }: Wish, sent: readonly Sent[]): Sent => {
  switch (fault) {
    case 'unknown field':
      return { ...change, data: { ...change.data, colour: 'red' } }
    case 'unknown table':
      return { ...change, table: 'unicorns' }
    case 'unknown action':
      return { ...change, action: 'paint' as never }
    case 'damaged':
      return { ...sealed(change), data: { ...change.data, title: 'Not as it was sealed' } }
    case 'too long':
      return { ...change, data: { ...change.data, title: 'a'.repeat(300) } }
    case 'of nobody':
      return { ...change, id: recordOf('memberships', 0).id }
    case 'no such parent':
      return { ...change, data: { ...change.data, vendor_id: randomUUID() } }
    case 'no such record':
      return { ...change, id: randomUUID() }
    case 'no such predecessor':
      return { ...change, after: randomUUID() }
    case 'said before':
      return sent.at(-1) ?? change
    case 'same id':
      return { ...change, changeId: sent.at(-1)?.changeId ?? change.changeId }
    case 'no base':
      return { ...change, base: undefined, baseVersion: null }
    default:
      return change
  }
}

// a decision stands by itself, whatever group it says it belongs to
const batchOf = (wishes: readonly Wish[]): Sent[] => {
  const groups = [randomUUID(), randomUUID()]
  const sent: Sent[] = []
  for (const [nth, one] of wishes.entries()) {
    const after = one.after === null ? undefined : sent[one.after]?.changeId
    const change = { ...madeOf(one, nth), ...(one.group !== null && one.deed !== 'decide' && { groupId: groups[one.group]! }), ...(after && { after }) } // prettier-ignore
    sent.push(spoiled(change, one, sent))
  }
  return sent
}

const isIn = (ending: string) => ['applied', 'merged', 'already_applied', 'client_won', 'server_won'].includes(ending)

test('[P2] [P11] [P14] whatever a batch holds, every change of it has one ending, groups are whole, and asked again it is the same', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(wish, { minLength: 1, maxLength: 7 }), async (wishes) => {
      await planner.hears()
      // somebody in town moved what this phone saw long ago
      await planner.sends([planner.edits(planner.shows(items[0]!) ?? items[0]!, { cue: `Town ${randomUUID()}` })])
      const changes = batchOf(wishes)
      const batchId = randomUUID()
      const answer = await assistant.sends(changes, { batchId })
      expect(answer.status).toBe(200)
      const first = endings(answer, changes)
      expect(first).not.toContain('no receipt')
      const told = changes.map(({ groupId }, nth) => ({ groupId, ending: first[nth]! }))
      for (const [groupId, members] of Map.groupBy(told, (one) => one.groupId))
        if (groupId) expect(new Set(members.map(({ ending }) => isIn(ending))).size, first.join()).toBe(1)
      const again = endings(await assistant.sends(changes, { batchId }), changes)
      expect(again.map(isIn)).toEqual(first.map(isIn))
    }),
    { numRuns: 40, seed: 1, endOnFailure: true },
  )
}, 120_000)
