import fc from 'fast-check'
import { expect, test } from 'vitest'
import { aPhone, anItem, wedding } from '../testing/a-phone.ts'
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
