import { strategies, type JsonObject, type Strategy } from '@wedsync/protocol'
import { describe, expect, test } from 'vitest'
import { collection } from './collection.ts'
import { contestedFields, type CheckedChange, type StoredRecord } from './contested-fields.ts'
import { type Collection } from './declaration.ts'
import { resolveConflict, type Author, type ResolveContext } from './resolve-conflict.ts'
import { keepsPlan } from './rules/keeps-plan.ts'
import { asked, rule, settled, type Rule } from './rules/rule.ts'
import { scalar } from './rules/scalar.ts'
import { items, lists, weddingId } from './testing/tables.ts'
import { int, text } from './values.ts'

const fields: JsonObject = {
  ...items.defaults,
  client_id: weddingId,
  title: 'Cake',
  place: 'Barn',
  starts: '2026-06-20T16:30',
}
const planner = { role: 'planner', userId: 'p' }
const assistant = { role: 'assistant', userId: 'a' }

const decide = (of: {
  data?: JsonObject
  base?: JsonObject
  now?: JsonObject
  moved?: string[]
  action?: CheckedChange['action']
  isDeleted?: boolean
  strategy?: Strategy
  by?: Author | null
  other?: Author | null
  context?: Partial<ResolveContext>
  collection?: Collection
}) => {
  const table = of.collection ?? items
  const moved = of.moved ?? Object.keys(of.now ?? {})
  const stored: StoredRecord = {
    version: 20,
    fields: { ...fields, ...of.now },
    fieldVersions: Object.fromEntries(table.fieldNames.map((name) => [name, moved.includes(name) ? 20 : 10])),
    isDeleted: of.isDeleted ?? false,
  }
  const change: CheckedChange = { action: of.action ?? 'update', data: of.data ?? {}, base: of.base, baseVersion: 10 }
  return resolveConflict({
    collection: table,
    change,
    stored,
    contested: contestedFields({ collection: table, change, stored }),
    strategy: of.strategy ?? 'merge',
    sides: {
      client: of.by === undefined ? planner : of.by,
      server: Object.fromEntries(table.fieldNames.map((name) => [name, of.other === undefined ? assistant : of.other])),
    },
    context: { hoursUntilEvent: 500, ...of.context },
  })
}

describe('without a disagreement', () => {
  test('the change is applied, or was there already', () => {
    expect(decide({ data: { title: 'Pie' } })).toEqual({
      does: 'update',
      write: { title: 'Pie' },
      outcome: 'applied',
      conflict: null,
    })
    expect(decide({ data: { title: 'Pie' }, now: { title: 'Pie' } })).toMatchObject({
      does: 'nothing',
      outcome: 'already_applied',
    })
    expect(decide({ action: 'create', data: fields })).toMatchObject({ does: 'nothing', outcome: 'already_applied' })
    expect(decide({ action: 'delete' })).toMatchObject({ does: 'delete', outcome: 'applied' })
    expect(decide({ action: 'delete', isDeleted: true })).toMatchObject({ does: 'nothing', outcome: 'already_applied' })
    expect(decide({ action: 'restore', data: {}, isDeleted: true })).toMatchObject({
      does: 'restore',
      outcome: 'applied',
    })
    expect(decide({ action: 'restore', data: {} })).toMatchObject({ does: 'nothing', outcome: 'already_applied' })
  })
})

describe('the field’s rule decides', () => {
  test('whoever has the say stays, and the sentence says why', () => {
    const { write, outcome, conflict } = decide({
      data: { title: 'Pie', place: 'Lawn' },
      base: { title: 'Cake', place: 'Barn' },
      now: { title: 'Tart' },
    })
    expect({ write, outcome }).toEqual({ write: { title: 'Pie', place: 'Lawn' }, outcome: 'merged' })
    expect(conflict).toEqual({
      kind: 'fields',
      status: 'resolved',
      severity: 'medium',
      score: 0.22,
      because: 'Medium because it is about the title.',
      fields: [
        {
          field: 'title',
          base: 'Cake',
          client: 'Pie',
          server: 'Tart',
          resolved: 'Pie',
          weighed: { client: { role: 'planner' }, server: { role: 'assistant' }, trusted: ['owner', 'planner'] },
          rule: 'scalar@1',
          reason:
            "Kept the planner's “Pie” because the planner decides the title. The assistant's “Tart” is in the list.",
        },
      ],
      resolution: { strategy: 'merge', applied: true, confidence: 0.9 },
    })
  })
  test('the value that stands stays when its author has the say, and nothing is written', () => {
    expect(decide({ data: { title: 'Pie' }, now: { title: 'Tart' }, by: assistant, other: planner })).toMatchObject({
      does: 'nothing',
      write: {},
      outcome: 'merged',
      conflict: { fields: [{ resolved: 'Tart' }] },
    })
  })
  test('two planners ask; the rest of the change goes in', () => {
    const { write, outcome, conflict } = decide({
      data: { title: 'Pie', place: 'Lawn' },
      now: { title: 'Tart' },
      other: planner,
    })
    expect({ write, outcome }).toEqual({ write: { place: 'Lawn' }, outcome: 'waiting' })
    expect(conflict).toMatchObject({
      status: 'pending',
      severity: 'high',
      resolution: { applied: false, confidence: 0 },
    })
    expect(conflict?.fields[0]).not.toHaveProperty('resolved')
  })
  test('nobody known on the other side has no say', () => {
    expect(decide({ data: { title: 'Pie' }, now: { title: 'Tart' }, other: null })).toMatchObject({
      write: { title: 'Pie' },
    })
    expect(decide({ data: { title: 'Pie' }, now: { title: 'Tart' }, by: null, other: null }).outcome).toBe('waiting')
  })
  test('what a rule settled goes in while another field of the change waits', () => {
    const { write, conflict } = decide({
      data: { title: 'Pie', seen: '2026-06-20T10:00:00.000Z' },
      now: { title: 'Tart', seen: '2026-06-20T11:00:00.000Z' },
    })
    expect(write).toEqual({ title: 'Pie' })
    expect(conflict).toMatchObject({
      status: 'pending',
      fields: [
        { field: 'title', resolved: 'Pie' },
        { field: 'seen', rule: 'ask@1' },
      ],
    })
  })
  test('both people who were added take part', () => {
    const [one, two, three] = ['1', '2', '3'].map((digit) => weddingId.replace(/1$/, digit))
    expect(
      decide({ data: { people: [one!, two!] }, base: { people: [one!] }, now: { people: [one!, three!] } }),
    ).toMatchObject({ write: { people: [one, two, three] } })
    expect(decide({ data: { people: [one!, two!] }, now: { people: [one!, three!] } }).outcome).toBe('waiting')
  })
  test('the further step stays, done against skipped is for a person', () => {
    expect(decide({ data: { status: 'done' }, base: { status: 'skipped' }, now: { status: 'planned' } })).toMatchObject(
      { write: { status: 'done' } },
    )
    expect(decide({ data: { status: 'done' }, base: { status: 'planned' }, now: { status: 'skipped' } })).toMatchObject(
      {
        outcome: 'waiting',
        conflict: { fields: [{ reason: 'One says done and one says skipped, so a person decides the status.' }] },
      },
    )
  })
})

describe('fields that only make sense together', () => {
  const now = { starts: '2026-06-20T18:00', minutes: 30 }
  test('end on one side together', () => {
    expect(decide({ data: { starts: '2026-06-20T17:00', minutes: 20 }, now }).write).toEqual({
      starts: '2026-06-20T17:00',
      minutes: 20,
    })
    expect(
      decide({ data: { starts: '2026-06-20T17:00', minutes: 20 }, now, by: assistant, other: planner }),
    ).toMatchObject({ write: {}, outcome: 'merged' })
  })
  test('wait together where the result would mix both', () => {
    const { write, conflict } = decide({ data: { starts: '2026-06-20T17:00' }, now })
    expect(write).toEqual({})
    expect(conflict).toMatchObject({
      status: 'pending',
      fields: [
        {
          proposed: '2026-06-20T17:00',
          reason: 'The start belongs to fields that only make sense together, so they wait for a person together.',
        },
      ],
    })
  })
  test('need not wait for what both sides stand on: nobody moved it since its author looked', () => {
    const length = { data: { minutes: 20 }, now: { minutes: 30 } }
    expect(decide(length)).toMatchObject({
      write: { minutes: 20 },
      outcome: 'merged',
      conflict: { status: 'resolved' },
    })
    expect(decide({ ...length, moved: ['minutes', 'starts'] })).toMatchObject({ write: {}, outcome: 'waiting' })
    // only its value would tell, and nobody said that
    const stored = { version: 20, fields: { ...fields, minutes: 30 }, fieldVersions: {}, isDeleted: false }
    const of = {
      collection: items,
      change: { action: 'update' as const, data: { minutes: 20 }, base: { minutes: 15 } },
    }
    for (const baseVersion of [null, undefined, 10]) {
      const change = { ...of.change, baseVersion }
      const contested = contestedFields({ ...of, change, stored })
      const sides = { client: planner, server: { minutes: assistant } }
      expect(
        resolveConflict({
          ...of,
          change,
          stored,
          contested,
          sides,
          strategy: 'merge',
          context: { hoursUntilEvent: 1 },
        }),
      ).toMatchObject({ write: {}, outcome: 'waiting' })
    }
  })
  test('wait together when one of them must ask', () => {
    const critical = decide({
      data: { starts: '2026-06-20T17:00', minutes: 20 },
      now: { ...now, fixed: true },
      moved: ['starts'],
      strategy: 'client_wins',
    })
    expect(critical.write).toEqual({})
    expect(critical.conflict?.fields.map((field) => 'resolved' in field)).toEqual([false, false])
  })
})

test('whether the plan holds with a side is asked of both, told to the rule, and kept', () => {
  const lengths = collection('lengths', { minutes: int().merges(keepsPlan(scalar)), title: text({ max: 9 }).merges(scalar) }, { scope: 'organization', plan: { fields: ['minutes'], tables: ['lengths'], missedMin: () => 0 } }) // prettier-ignore
  const stored = {
    version: 9,
    fields: { minutes: 45, title: 'A' },
    fieldVersions: { minutes: 9, title: 9 },
    isDeleted: false,
  }
  const change: CheckedChange = {
    action: 'update',
    data: { minutes: 30, title: 'B' },
    base: { minutes: 15, title: '' },
    baseVersion: 5,
  }
  const { write, conflict } = resolveConflict({
    ...{ collection: lengths, change, stored, contested: contestedFields({ collection: lengths, change, stored }) },
    ...{ strategy: 'merge', sides: { client: null, server: {} }, context: { hoursUntilEvent: null } },
    keepsPlan: (field, value) => (field === 'minutes' ? value === 30 : undefined),
  })
  expect(write).toEqual({ minutes: 30 })
  expect(conflict!.fields.map(({ field, weighed }) => [field, weighed])).toEqual([
    ['minutes', { client: { keepsPlan: true }, server: { keepsPlan: false }, trusted: [] }],
    ['title', { client: {}, server: {}, trusted: [] }],
  ])
})

test('of what somebody deletes there is no value with which a plan would hold', () => {
  const asked: unknown[] = []
  const stored = { version: 20, fields, fieldVersions: { title: 20 }, isDeleted: false }
  const change: CheckedChange = { action: 'delete', data: {}, base: { title: 'Old' }, baseVersion: 10 }
  resolveConflict({
    ...{ collection: items, change, stored, contested: contestedFields({ collection: items, change, stored }) },
    ...{ strategy: 'merge', sides: { client: planner, server: {} }, context: { hoursUntilEvent: null } },
    keepsPlan: (_field, value) => {
      asked.push(value)
      return true
    },
  })
  expect(asked).not.toContain(undefined)
})

describe('the strategies somebody can wish for', () => {
  const edit = { data: { title: 'Pie', place: 'Lawn' }, now: { title: 'Tart' } }
  test('the new value, with the other one kept in the row', () => {
    expect(decide({ ...edit, strategy: 'client_wins' })).toMatchObject({
      write: { title: 'Pie', place: 'Lawn' },
      outcome: 'client_won',
      conflict: { status: 'resolved', fields: [{ server: 'Tart', resolved: 'Pie' }] },
    })
  })
  test('the value that stands, with the new one kept in the row', () => {
    expect(decide({ ...edit, strategy: 'server_wins' })).toMatchObject({
      write: { place: 'Lawn' },
      outcome: 'server_won',
      conflict: { status: 'resolved', fields: [{ client: 'Pie', resolved: 'Tart' }] },
    })
  })
  test('a person: only what nobody contests goes in', () => {
    expect(decide({ ...edit, strategy: 'manual' })).toMatchObject({
      write: { place: 'Lawn' },
      outcome: 'waiting',
      conflict: { status: 'pending' },
    })
  })
  test.each(['money', 'open', 'starts'])(
    'what is critical (%s) is never decided by who came first, unless a person chose so',
    (name) => {
      const values: Record<string, [JsonObject, JsonObject]> = {
        money: [{ money: 5 }, { money: 7 }],
        open: [{ open: true }, { open: false }],
        starts: [{ starts: '2026-06-20T17:00' }, { starts: '2026-06-20T18:00' }],
      }
      const [data, now] = values[name]!
      for (const strategy of ['client_wins', 'server_wins'] as const) {
        const of = { data, now: { ...now, fixed: true }, moved: [name], strategy }
        expect(decide(of)).toMatchObject({ write: {}, outcome: 'waiting' })
        expect(decide({ ...of, context: { isChosenByPerson: true } }).outcome).not.toBe('waiting')
      }
    },
  )
})

describe('an edit is never lost to a delete without a person seeing it', () => {
  test.each(strategies)('whatever was wished for: %s', (strategy) => {
    expect(decide({ data: { title: 'Pie' }, isDeleted: true, strategy })).toMatchObject({
      does: 'nothing',
      outcome: 'waiting',
      conflict: { kind: 'edit_deleted', status: 'pending', fields: [{ rule: 'edit_deleted@1' }] },
    })
    expect(decide({ action: 'delete', now: { title: 'Tart' }, strategy })).toMatchObject({
      does: 'nothing',
      outcome: 'waiting',
      conflict: { kind: 'delete_edited' },
    })
    expect(decide({ action: 'create', data: { ...fields, title: 'Pie' }, strategy })).toMatchObject({
      does: 'nothing',
      outcome: 'waiting',
      conflict: { kind: 'create_exists' },
    })
  })
})

describe('a rule that fails has decided nothing', () => {
  const withRule = (broken: Rule) =>
    collection(
      'things',
      { title: text({ max: 4, min: 1 }).required().merges(broken), size: int({ max: 9 }).merges(broken) },
      { scope: 'organization' },
    )
  const make = (answer: Rule['settle']) =>
    rule({ name: 'odd', version: 3, isSymmetric: true, worksOn: null, decide: answer })
  const of = { data: { title: 'Pie' }, now: { title: 'Tart' } }
  test('when it throws', () => {
    const table = withRule(
      make(() => {
        throw new Error('broken')
      }),
    )
    expect(decide({ ...of, collection: table })).toMatchObject({
      write: {},
      outcome: 'waiting',
      conflict: {
        fields: [
          {
            rule: 'odd@3',
            client: 'Pie',
            server: 'Tart',
            reason: 'The two edits of the title could not be compared, so a person decides.',
          },
        ],
      },
    })
  })
  test('when it settles on what the field refuses', () => {
    for (const value of ['much too long', null]) {
      expect(decide({ ...of, collection: withRule(make(() => settled(value, 'Because.', 1))) })).toMatchObject({
        write: {},
        outcome: 'waiting',
      })
    }
    const empties = withRule(make(() => settled(null, 'Because.', 1)))
    expect(decide({ data: { size: 5 }, now: { size: 6 }, collection: empties })).toMatchObject({
      write: { size: null },
      outcome: 'merged',
    })
  })
  test('when it only proposes, the proposal is in the row', () => {
    const table = withRule(make(() => asked('Look.', 'Flan')))
    expect(decide({ ...of, collection: table }).conflict?.fields[0]).toMatchObject({
      proposed: 'Flan',
      reason: 'Look.',
    })
  })
})

test('phones that nobody contests go in beside those that wait', () => {
  const base = { phones: { mobile: '+447700900001' } }
  const { write, outcome } = decide({
    data: { phones: { mobile: '+447700900002', office: '+447700900003' } },
    base,
    now: { phones: { mobile: '+447700900004' } },
  })
  expect({ write, outcome }).toEqual({
    write: { phones: { mobile: '+447700900004', office: '+447700900003' } },
    outcome: 'waiting',
  })
})

test('a decision says nothing in words only a programmer uses', () => {
  for (const strategy of strategies) {
    const { conflict } = decide({
      data: { title: 'Pie', money: 3, seen: '2026-06-20T10:00:00.000Z' },
      now: { title: 'Tart', money: 4, seen: null },
      strategy,
    })
    for (const { reason } of conflict!.fields) expect(reason).not.toMatch(/merge|client|server|conflict/i)
    expect(conflict!.because).not.toMatch(/merge|client|server|conflict/i)
  }
})

describe('whether a record stays at all', () => {
  test.each([
    ['edit_deleted', { data: { note: 'Mine' }, isDeleted: true }, 'Somebody deleted this while somebody else changed it, so a person decides whether it stays.'],
    ['delete_edited', { action: 'delete', now: { note: 'Theirs' } }, 'Somebody changed this while somebody else deleted it, so a person decides whether it stays.'],
    ['create_exists', { action: 'create', data: { ...fields, note: 'Mine' } }, 'This is there already with other values, so a person decides which of the two stays.'],
  ] as const)('weighs as much as the whole entry, and says why a person decides: %s', (kind, of, reason) => {
    expect(decide(of)).toMatchObject({
      ...{ does: 'nothing', write: {}, outcome: 'waiting' },
      conflict: {
        ...{ kind, status: 'pending', severity: 'high' },
        because: 'High because it is about the whole entry.',
        fields: [{ field: 'note', rule: `${kind}@1`, reason }],
        resolution: { strategy: 'merge', applied: false, confidence: 0 },
      },
    })
  }) // prettier-ignore
})

describe('what is kept with a conflict, so that it can be asked again', () => {
  const wish = { data: { title: 'Pie' }, now: { title: 'Tart' } }
  const weighedOf = (of: Parameters<typeof decide>[0]) => decide(of).conflict!.fields[0]!.weighed
  test('who said it with what intent, whose word counts, and how near the day was', () => {
    const [client, server] = [{ role: 'planner' }, { role: 'assistant' }]
    const trusted = ['owner', 'planner']
    expect(weighedOf(wish)).toEqual({ client, server, trusted })
    expect(weighedOf({ ...wish, context: { hoursUntilEvent: 12 } })).toEqual({ client, server, trusted, isClose: true })
    expect(weighedOf({ ...wish, by: null, other: null })).toEqual({ client: {}, server: {}, trusted })
    const intent = { kind: 'set_to' } as unknown as NonNullable<Author['intent']>
    expect(weighedOf({ ...wish, other: { ...assistant, intent } })).toEqual({ client, server: { ...server, intent }, trusted }) // prettier-ignore
  })
  test('nothing where no rule was asked', () => {
    expect(weighedOf({ data: { note: 'Mine' }, isDeleted: true })).toBeUndefined()
  })
  test('by what the lines of a list are told apart', () => {
    const line = (says: string) => ({ id: 'a', text: says, done: false })
    const stored = { version: 20, fields: { lines: [line('Theirs')], files: [{ id: 'x' }] }, fieldVersions: {}, isDeleted: false } // prettier-ignore
    const change: CheckedChange = { action: 'update', data: { lines: [line('Mine')], files: [] }, base: { lines: [line('Rings')], files: [{ id: 'y' }] }, baseVersion: 10 } // prettier-ignore
    const { conflict } = resolveConflict({
      ...{ collection: lists, change, stored, strategy: 'merge', context: { hoursUntilEvent: 500 } },
      contested: contestedFields({ collection: lists, change, stored }),
      sides: { client: planner, server: { lines: planner } },
    })
    expect(conflict!.fields.map(({ field, keyedBy }) => [field, keyedBy])).toEqual([['lines', 'id'], ['files', undefined]]) // prettier-ignore
    expect(conflict!.fields[0]).not.toHaveProperty('proposed')
    expect(conflict!.fields[1]).not.toHaveProperty('keyedBy')
  })
})

test('a conflict is as sure as the least sure of what was settled, and waits if any of it does', () => {
  const now = { title: 'Tart', people: [weddingId], seen: '2026-06-20T11:00:00.000Z' }
  const both = decide({ data: { title: 'Pie', people: [] }, base: { people: [] }, now: { ...now, people: [weddingId] }, moved: ['title', 'people'] }) // prettier-ignore
  expect(both.conflict!.resolution).toMatchObject({ applied: true, confidence: 0.9 })
  const waits = decide({ data: { title: 'Pie', seen: '2026-06-20T10:00:00.000Z' }, now, moved: ['title', 'seen'] })
  expect(waits.conflict).toMatchObject({ status: 'pending', resolution: { applied: false, confidence: 0 } })
})

test('a strategy that picks a side does not keep apart what belongs together', () => {
  const now = { starts: '2026-06-20T18:00', minutes: 30 }
  for (const [strategy, outcome, write] of [
    ['client_wins', 'client_won', { starts: '2026-06-20T17:00' }],
    ['server_wins', 'server_won', {}],
  ] as const)
    expect(decide({ data: { starts: '2026-06-20T17:00' }, now, strategy })).toMatchObject({ outcome, write })
})

test('of an edit that takes back what stands as well, what somebody else moved beside it still waits with it', () => {
  const now = { starts: '2026-06-20T18:00', minutes: 20 }
  const found = decide({ data: { starts: '2026-06-20T17:00', minutes: 20 }, now })
  expect(found.conflict!.fields.map(({ field }) => field)).toEqual(['starts', 'minutes'])
  expect(found).toMatchObject({ outcome: 'merged', write: { starts: '2026-06-20T17:00' } })
})

describe('of fields that belong together, each with somebody else in charge', () => {
  const meals = collection(
    'meals',
    {
      dish: text({ max: 9 }).merges(scalar).trusts('planner').together('meal'),
      count: int().merges(scalar).trusts('assistant').together('meal'),
      room: text({ max: 9 }).merges(scalar).trusts('planner').together('place'),
      floor: int().merges(scalar).trusts('planner').together('place'),
      mood: text({ max: 9 }),
    },
    { scope: 'organization' },
  )
  const now = { dish: 'Pie', count: 80, room: 'Barn', floor: 1, mood: 'calm' }
  const wanted = { dish: 'Tart', count: 90, room: 'Hall', floor: 2, mood: 'loud' }
  const only = (...names: (keyof typeof now)[]) => ({
    ...{ collection: meals, now, moved: names },
    data: Object.fromEntries(names.map((name) => [name, wanted[name]])),
  })
  test('no side gets half: both wait, each with what its rule would have said', () => {
    const { write, outcome, conflict } = decide(only('dish', 'count'))
    expect({ write, outcome }).toEqual({ write: {}, outcome: 'waiting' })
    expect(conflict!.fields.map(({ field, proposed }) => [field, proposed])).toEqual([['dish', 'Tart'], ['count', 80]]) // prettier-ignore
  })
  test('what waits beside them, or belongs to others, holds up neither', () => {
    const { write, conflict } = decide(only('room', 'floor', 'mood'))
    expect(write).toEqual({ room: 'Hall', floor: 2 })
    expect(conflict!.fields.map((field) => [field.field, 'resolved' in field])).toEqual([['room', true], ['floor', true], ['mood', false]]) // prettier-ignore
    const apart = decide(only('dish', 'count', 'room', 'floor'))
    expect(apart.write).toEqual({ room: 'Hall', floor: 2 })
  })
  test('one of them alone, which its author may say, goes with what both stand on', () => {
    expect(decide(only('dish'))).toMatchObject({ write: { dish: 'Tart' }, outcome: 'merged' })
    expect(decide({ ...only('count'), by: planner })).toMatchObject({ write: {}, outcome: 'merged' })
  })
})
