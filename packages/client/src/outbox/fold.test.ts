import fc from 'fast-check'
import { expect, test } from 'vitest'
import { collection, longText, textRule, type Collection } from '@wedsync/merge'
import { aPhone, anItem, tables, wedding } from '../testing/a-phone.ts'
import { createTestServer, idFrom } from '../testing/test-server.ts'

type Exported = {
  changes: { state: string; change: { data: object; base?: object; after?: string; changeId: string } }[]
}

const edits = fc.array(
  fc.record({
    field: fc.constantFrom('title', 'place', 'note'),
    value: fc.constantFrom('a', 'b', 'c'),
    thenSends: fc.boolean(),
  }),
  { minLength: 1, maxLength: 8 },
)

test('[P3] however edits are folded: none is lost, each says what the person saw, and what was sent never alters', async () => {
  await fc.assert(
    fc.asyncProperty(edits, async (walk) => {
      const server = createTestServer()
      const id = idFrom('item')
      server.writes('items', id, anItem('start'), wedding)
      const phone = await aPhone(server)
      await phone.syncNow()
      phone.weather(() => Promise.reject(new TypeError('offline')))
      const seen: Record<string, unknown> = anItem('start')
      const sent = new Map<string, string>()
      for (const { field, value, thenSends } of walk) {
        await phone.save('items', id, { [field]: value })
        seen[field] = value
        expect(await phone.read('items', id)).toMatchObject(seen)
        if (thenSends) await phone.syncNow()
        const { changes } = JSON.parse(await phone.exportOutbox()) as Exported
        for (const { change, state } of changes) {
          if (state === 'sending') sent.set(change.changeId, sent.get(change.changeId) ?? JSON.stringify(change))
          if (sent.has(change.changeId)) expect(JSON.stringify(change)).toBe(sent.get(change.changeId))
        }
      }
      // laid over one another in order, each finds the values it says the person saw
      const { changes } = JSON.parse(await phone.exportOutbox()) as Exported
      let record: Record<string, unknown> = anItem('start')
      for (const [place, { change }] of changes.entries()) {
        expect(record).toMatchObject(change.base!)
        expect(change.after).toBe(changes[place - 1]?.change.changeId)
        record = { ...record, ...change.data }
      }
      expect(record).toEqual(seen)
      phone.weather(null)
      await phone.syncNow()
      expect(server.record('items', id)).toEqual(seen)
      await phone.stop()
    }),
    { numRuns: 25 },
  )
}, 60_000)

test.each([
  ['seen as it was before their last words', 'Door at six\nRing twice', { note: 'Door at six' }, 2],
  ['seen with their last words', 'Door at six\nKnock\nRing twice', { note: 'Door at six\nKnock' }, 1],
  ['of which nobody says how it was seen', 'Door at six\nKnock\nRing twice', undefined, 1],
] as const)('[P3] a note %s: each change says what its person saw', async (_, then, seen, entries) => {
  const server = createTestServer()
  const id = idFrom('item')
  server.writes('items', id, { ...anItem('Cake'), note: 'Door at six' }, wedding)
  const phone = await aPhone(server, { collections: tables.map(withNotes) })
  await phone.syncNow()
  phone.weather(() => Promise.reject(new TypeError('offline')))
  await phone.save('items', id, { note: 'Door at six\nKnock' })
  await phone.save('items', id, { note: then }, seen && { seen })
  const { changes } = JSON.parse(await phone.exportOutbox()) as Exported
  expect(changes.map(({ change }) => [change.base, change.data])).toEqual(
    entries === 2
      ? [
          [{ note: 'Door at six' }, { note: 'Door at six\nKnock' }],
          [{ note: 'Door at six' }, { note: then }],
        ]
      : [[{ note: 'Door at six' }, { note: then }]],
  )
  await phone.stop()
})

/** The same table, with notes that are merged by their words. */
const withNotes = (one: Collection): Collection =>
  one.name === 'items'
    ? collection('items', { ...one.fields, note: longText().merges(textRule) }, { scope: 'wedding', createdBy: ['planner'], deletedBy: ['planner'], audience: [{ roles: ['planner'], where: { is: 'any' } }], refersTo: one.refersTo })
    : one // prettier-ignore
