// The laws every wording keeps, over all past versions: each field that was said otherwise, one step back or three.
import {
  contestedFields,
  editMeant,
  recordTold,
  wholeRecordTold,
  writesIntoGone,
  type Collection,
  type Schema,
} from '@wedsync/merge'
import { sameJson, schemaVersionCurrent, type JsonObject } from '@wedsync/protocol'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { allCollections } from '../all-collections.ts'
import { someFields, someValue } from '../testing/some-values.ts'
import { weddingSchemas } from './wedding-schemas.ts'

const runs = { numRuns: 400 }
const pasts = [0, 1, 2].map((version) => weddingSchemas.past(version)!)
const collectionOf = (name: string) => allCollections.find((one) => one.name === name)!

const wordings = pasts.flatMap(({ version, wordsOf }) =>
  allCollections.flatMap((collection) =>
    [...(wordsOf(collection.name)?.byOld.values() ?? [])].map((wording) => ({
      ...{ version, table: collection.name, was: wording.was, wording, now: collection.fieldOf(wording.is)! },
    })),
  ),
)

test('devices go on two versions back, what they made is understood three, and each has what the tables of that time had', () => {
  expect([weddingSchemas.oldest, weddingSchemas.current]).toEqual([schemaVersionCurrent - 2, schemaVersionCurrent])
  expect([weddingSchemas.past(3), weddingSchemas.past(-1), weddingSchemas.past(4)]).toEqual([null, null, null])
  expect(wordings.map(({ version, table, was }) => `${version} ${table}.${was}`)).toEqual([
    '0 vendor_contacts.name',
    '0 vendor_contacts.arrival_status',
    '0 vendor_contacts.phone',
    '0 timeline_items.starts_at',
    '0 timeline_items.status',
    '0 tasks.done',
    '1 vendor_contacts.arrival_status',
    '1 vendor_contacts.phone',
    '1 timeline_items.starts_at',
    '1 timeline_items.status',
    '1 tasks.done',
    '2 vendor_contacts.phone',
    '2 timeline_items.status',
  ])
  const [, first, second] = pasts.map(({ collections }) => collections)
  expect(first!.get('tasks')!.fieldNames).toContain('done')
  expect(first!.get('tasks')!.fieldNames).not.toContain('status')
  expect(second!.get('timeline_items')!.fieldNames).toEqual([
    ...collectionOf('timeline_items').fieldNames.filter((name) => name !== 'key_moment'),
    'colour',
  ])
  expect([first!.has('documents'), second!.has('documents')]).toEqual([false, false])
})

describe.each(wordings)('version $version, $table.$was', ({ wording, now }) => {
  const { then, told, meant, standsFor, isExact, laid } = wording
  const [old, today] = [someValue(then), someValue(now)]

  test('what an old phone writes comes back to it as it wrote it, whatever stood there before', () => {
    fc.assert(
      fc.property(old, today, (value, stood) => {
        expect(told(meant(value))).toEqual(value)
        expect(told(laid(value, stood))).toEqual(value)
      }),
      runs,
    )
  })

  test('whatever stands there, an old phone is shown something it can hold', () => {
    fc.assert(
      fc.property(today, (value) => {
        const shown = told(value)
        if (shown !== null) expect(then.read(shown)).toEqual({ ok: true, value: shown })
        else expect([then.isRequired, then.defaultValue]).toEqual([false, null])
      }),
      runs,
    )
  })

  test('[P12] what an old word comes to is a value of today, and one it stands for', () => {
    fc.assert(
      fc.property(old, today, (value, stood) => {
        for (const made of [meant(value), laid(value, stood)]) {
          if (made !== null) expect(now.read(made)).toEqual({ ok: true, value: made })
          expect(standsFor(value, made)).toBe(true)
        }
      }),
      runs,
    )
  })

  test('what stands is left as it is where the old word stands for it already', () => {
    fc.assert(
      fc.property(today, (stood) => {
        if (standsFor(told(stood), stood)) expect(laid(told(stood), stood)).toEqual(stood)
      }),
      runs,
    )
  })

  test('an old word stands only for what it would be shown as, and an exact one for a single value', () => {
    fc.assert(
      fc.property(old, today, (value, stood) => {
        if (!standsFor(value, stood)) return
        expect(told(stood)).toEqual(value)
        if (isExact(value)) expect(stood).toEqual(meant(value))
      }),
      runs,
    )
  })

  test('[P7] who reads and writes it is who reads and writes it today', () => {
    expect([then.readers, then.writers, then.isFixed, then.isGuarded]).toEqual([
      now.readers,
      now.writers,
      now.isFixed,
      now.isGuarded,
    ])
    expect(told(now.defaultValue)).toEqual(then.defaultValue)
  })
})

// tables in which anything was said otherwise, as each past version has them
const tables = pasts.flatMap((schema) =>
  ['timeline_items', 'tasks', 'vendor_contacts', 'guests', 'notes'].flatMap((name) =>
    schema.wordsOf(name) ? [{ schema, name, version: schema.version }] : [],
  ),
)

describe.each(tables)('an edit on a phone of version $version, in $name', ({ schema, name }) => {
  const today = collectionOf(name)
  const then = schema.collections.get(name)!
  const words = schema.wordsOf(name)!
  const newNames = [...words.byNew.keys()]
  const oldNames = [...words.byOld.keys()]

  const stored = fc.record(Object.fromEntries(newNames.map((field) => [field, someValue(today.fields[field]!)])))
  const positions = fc.record(Object.fromEntries(newNames.map((field) => [field, fc.integer({ min: 1, max: 20 })])))
  const edited: fc.Arbitrary<JsonObject> = oldNames.length > 0 ? someFields(then, oldNames) : fc.constant({})

  test('[P4] writes over nothing that it could not see and that moved, or that it has no word for', () => {
    fc.assert(
      fc.property(stored, positions, edited, fc.boolean(), (fields, fieldVersions, data, isStale) => {
        const seenAt = 10
        const shown = recordTold(schema, name, fields)!
        const base = Object.fromEntries(Object.keys(data).map((field) => [field, shown[field] ?? null]))
        const hasMoved = (field: string) => isStale && fieldVersions[field]! > seenAt
        const edit = editMeant(schema, name, { action: 'update', data, base }, { fields, hasMoved })
        const found = contestedFields({
          collection: today,
          change: { action: 'update', ...edit, baseVersion: isStale ? seenAt : 20 },
          stored: { version: 20, fields, fieldVersions, isDeleted: false },
        })
        for (const field of Object.keys(found.clean)) {
          const wording = words.byNew.get(field)!
          const value = data[wording.was]!
          // what goes in is what was wanted, over something that was seen as it stands, and only where it was touched
          expect(wording.told(found.clean[field]!)).toEqual(value)
          expect(wording.standsFor(shown[wording.was]!, fields[field]!)).toBe(true)
          expect(value).not.toEqual(shown[wording.was])
          if (!wording.keepsRest) expect(hasMoved(field)).toBe(false)
        }
        // fields it does not know stay out of it
        expect(Object.keys(edit.data).filter((field) => words.byNew.get(field) === null)).toEqual([])
      }),
      { numRuns: 1500 },
    )
  })

  test('that gives everything back as it was shown changes nothing', () => {
    fc.assert(
      fc.property(stored, (fields) => {
        const shown = recordTold(schema, name, fields)!
        const edit = editMeant(schema, name, { action: 'update', data: shown, base: shown }, { fields, hasMoved: () => true }) // prettier-ignore
        for (const [field, value] of Object.entries(edit.data)) expect(value).toEqual(fields[field])
      }),
      runs,
    )
  })

  test('on a record nobody touched since comes to what it was meant to be', () => {
    fc.assert(
      fc.property(edited, edited, (base, data) => {
        const fields = editMeant(schema, name, { action: 'create', data: base }).data
        const plain = editMeant(schema, name, { action: 'update', data, base })
        const over = editMeant(schema, name, { action: 'update', data, base }, { fields, hasMoved: () => false })
        for (const [field, value] of Object.entries(plain.data)) expect(over.data[field]).toEqual(value)
      }),
      runs,
    )
  })

  test('a record goes down and up again as that version would have written it', () => {
    fc.assert(
      fc.property(stored, (fields) => {
        const shown = recordTold(schema, name, fields)!
        expect(namesOf(shown).every((field) => then.fieldOf(field))).toBe(true)
        const back = editMeant(schema, name, { action: 'create', data: shown }).data
        expect(recordTold(schema, name, back)).toEqual(shown)
      }),
      runs,
    )
  })
})

test('somebody who skips an item is asked, not overruled, when an old phone that cannot show it ticks it', () => {
  const schema: Schema = weddingSchemas.past(2)!
  const items: Collection = collectionOf('timeline_items')
  const judged = (status: string, more: { movedAt: number; data: JsonObject; base: JsonObject }) => {
    const hasMoved = () => more.movedAt > 10
    const edit = editMeant(schema, items.name, { action: 'update', ...more }, { fields: { status }, hasMoved })
    return contestedFields({
      collection: items,
      change: { action: 'update', ...edit, baseVersion: 10 },
      stored: { version: 20, fields: { status }, fieldVersions: { status: more.movedAt }, isDeleted: false },
    })
  }
  const tick = { data: { status: 'done' }, base: { status: 'planned' } }
  // it looked planned, and was skipped long before
  expect(judged('skipped', { ...tick, movedAt: 5 }).contested).toEqual([
    { field: 'status', base: 'planned', client: 'done', server: 'skipped' },
  ])
  // ready is a kind of planned: seen, and so ticked
  expect(judged('ready', { ...tick, movedAt: 5 }).clean).toEqual({ status: 'done' })
  // made ready meanwhile, which the old phone does not show: the rule decides, between planned, done and ready
  expect(judged('ready', { ...tick, movedAt: 15 }).contested).toEqual([
    { field: 'status', base: 'planned', client: 'done', server: 'ready' },
  ])
  // moved to what it was taken for: nobody knows what was seen
  expect(judged('planned', { ...tick, movedAt: 15 }).contested).toEqual([
    { field: 'status', client: 'done', server: 'planned' },
  ])
  expect(judged('done', { ...tick, movedAt: 15 }).agreed).toEqual(['status'])
})

test('a second number that an old phone cannot show is still there after it changed the first', () => {
  const schema = weddingSchemas.past(1)!
  const fields = { phones: { mobile: '+441111111', office: '+442222222' } }
  const edit = editMeant(
    schema,
    'vendor_contacts',
    { action: 'update', data: { phone: '+449999999' }, base: { phone: '+441111111' } },
    { fields, hasMoved: () => true },
  )
  expect(edit).toEqual({
    data: { phones: { mobile: '+449999999', office: '+442222222' } },
    base: { phones: { mobile: '+441111111', office: '+442222222' } },
  })
  expect(sameJson(edit.data, fields)).toBe(false)
})

test('what an old phone writes into a field that is gone is told back to it, and what it gives back as shown is no edit', () => {
  const schema = weddingSchemas.past(1)!
  const shown = wholeRecordTold(schema, 'timeline_items', { title: 'Speeches', planned_start: null })!
  expect(shown).toEqual({ title: 'Speeches', starts_at: null, colour: null })
  const edit = (data: JsonObject, base: JsonObject) => ({ action: 'update', data, base }) as const
  expect(writesIntoGone(schema, 'timeline_items', edit({ colour: 'red' }, { colour: null }))).toBe('colour')
  expect(writesIntoGone(schema, 'timeline_items', edit({ colour: 'red' }, { colour: 'red' }))).toBe(null)
  expect(writesIntoGone(schema, 'timeline_items', { action: 'create', data: { title: 'Cake', colour: null } })).toBe(
    null,
  )
  const both = edit({ title: 'Speeches!', colour: null }, { title: 'Speeches', colour: 'red' })
  expect(editMeant(schema, 'timeline_items', both)).toEqual({
    data: { title: 'Speeches!' },
    base: { title: 'Speeches' },
  })
})

const namesOf = (fields: JsonObject): string[] => Object.keys(fields)
