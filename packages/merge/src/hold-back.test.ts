import { strategies, type Json, type JsonObject } from '@wedsync/protocol'
import { describe, expect, test } from 'vitest'
import { collection } from './collection.ts'
import { collections } from './collections.ts'
import { contestedFields, type CheckedChange, type StoredRecord } from './contested-fields.ts'
import { type BrokenDeclaration, type CollectionOptions } from './declaration.ts'
import { type Field } from './field.ts'
import { freezeAt, holdsOf, mayBeFrozen } from './holds.ts'
import { resolveConflict } from './resolve-conflict.ts'
import { ask } from './rules/ask.ts'
import { scalar } from './rules/scalar.ts'
import { weddings } from './testing/tables.ts'
import { idOf, int, labels, oneOf, text, wallTime } from './values.ts'

const fields = {
  title: text({ max: 40 }).merges(scalar).trusts('lead', 'planner'),
  curfew: wallTime().called('the curfew').merges(scalar).trusts('lead', 'planner').weighs('critical').frozen(),
  room: text({ max: 40 }).frozen().together('place'),
  floor: int().together('place'),
  phones: labels().byDefault({}).merges(ask).frozen(),
  anchor: oneOf('soft', 'hard').byDefault('soft').merges(scalar),
  starts: wallTime().merges(ask),
  seen: oneOf('team', 'all')
    .byDefault('team')
    .merges(scalar)
    .approvedBy(['planner'], (_, after) => after === 'all'),
}
const options: CollectionOptions = {
  scope: 'wedding',
  isScope: true,
  createdBy: ['planner', 'assistant'],
  frozenWhere: [
    { fields: ['starts'], where: { field: 'anchor', values: ['hard'] } },
    { fields: ['anchor'], where: { field: 'anchor', values: ['hard'] }, to: ['soft'] },
  ],
}
const plans = collection('plans', fields, options)
const freeze = { from: 10, to: 20, until: '12:00 on 21 June' }
const stands: JsonObject = { ...plans.defaults, title: 'Cake', curfew: '2026-06-20T23:00', room: 'Barn', floor: 1 }

const decide = (of: {
  data?: JsonObject
  now?: JsonObject
  moved?: string[]
  action?: CheckedChange['action']
  author?: string
  at?: number
  strategy?: (typeof strategies)[number]
  base?: JsonObject
  isDeleted?: boolean
}) => {
  const stored: StoredRecord = {
    version: 20,
    fields: { ...stands, ...of.now },
    fieldVersions: Object.fromEntries(plans.fieldNames.map((name) => [name, of.moved?.includes(name) ? 20 : 10])),
    isDeleted: of.isDeleted ?? false,
  }
  const change: CheckedChange = { action: of.action ?? 'update', data: of.data ?? {}, base: of.base, baseVersion: 10 }
  const author = of.author ?? 'assistant'
  return resolveConflict({
    ...{ collection: plans, change, stored, strategy: of.strategy ?? 'merge' },
    contested: contestedFields({ collection: plans, change, stored }),
    sides: { client: { role: author, userId: 'a' }, server: { curfew: { role: 'planner', userId: 'p' } } },
    context: { hoursUntilEvent: 500 },
    holds: holdsOf({ collection: plans, record: stored.fields, author, freeze: freezeAt(freeze, of.at ?? 15) }),
  })
}
const asked = (outcome: ReturnType<typeof decide>) => outcome.conflict?.fields.map(({ field }) => field).sort()

describe('in the freeze', () => {
  test('what nobody contests is proposed, with what stands beside it; the rest goes in', () => {
    expect(decide({ data: { curfew: '2026-06-20T23:30', title: 'Pie' } })).toEqual({
      ...{ does: 'update', write: { title: 'Pie' }, outcome: 'waiting' },
      conflict: {
        ...{ kind: 'proposal', status: 'pending', severity: 'critical', score: 0.22 },
        because: 'Critical because it is about the curfew.',
        fields: [
          {
            ...{ field: 'curfew', base: '2026-06-20T23:00', client: '2026-06-20T23:30', server: '2026-06-20T23:00' },
            rule: 'freeze@1',
            reason: 'The plan is frozen until 12:00 on 21 June, so the lead decides about the curfew.',
          },
        ],
        resolution: { strategy: 'merge', applied: false, confidence: 0 },
      },
    })
  })
  test.each(strategies)('and no strategy puts it in: %s', (strategy) => {
    const data = { curfew: '2026-06-20T23:30' }
    expect(decide({ data, strategy })).toMatchObject({ does: 'nothing', outcome: 'waiting' })
    const both = decide({ data, strategy, now: { curfew: '2026-06-20T22:00' }, moved: ['curfew'] })
    expect(both).toMatchObject({ does: 'nothing', outcome: 'waiting', conflict: { kind: 'fields', fields: [{ rule: 'freeze@1' }] } }) // prettier-ignore
  })
  test('what a rule would have made of two is proposed to the lead', () => {
    const now = { curfew: '2026-06-20T22:00' }
    const outcome = decide({ data: { curfew: '2026-06-20T23:30' }, now, moved: ['curfew'] })
    expect(outcome.conflict?.fields).toMatchObject([{ proposed: now.curfew }])
  })
  test.each(['owner', 'lead'])('what the %s wants goes in, and so does everybody’s before and after', (author) => {
    const data = { curfew: '2026-06-20T23:30' }
    expect(decide({ data, author })).toMatchObject({ outcome: 'applied', write: data })
    for (const at of [9, 20]) expect(decide({ data, at })).toMatchObject({ outcome: 'applied', write: data })
    for (const at of [10, 19]) expect(decide({ data, at })).toMatchObject({ outcome: 'waiting' })
  })
  test('fields that only make sense together wait together, and say so', () => {
    const outcome = decide({ data: { room: 'Lawn', floor: 2 } })
    expect(outcome).toMatchObject({ does: 'nothing', conflict: { kind: 'proposal' } })
    expect(asked(outcome)).toEqual(['floor', 'room'])
    expect(outcome.conflict?.fields.find(({ field }) => field === 'floor')?.reason).toContain('together')
    // one alone that the freeze does not name goes in
    expect(decide({ data: { floor: 2 } })).toMatchObject({ outcome: 'applied' })
  })
  test('of a value with labels nothing goes in while one of them is contested', () => {
    const outcome = decide({
      base: { phones: { mobile: '+441' } },
      data: { phones: { mobile: '+442', office: '+443' } },
      now: { phones: { mobile: '+444' } },
      moved: ['phones'],
    })
    expect(outcome).toMatchObject({ does: 'nothing', conflict: { kind: 'fields', fields: [{ server: { mobile: '+444' }, client: { mobile: '+442', office: '+443' } }] } }) // prettier-ignore
  })
  test('some fields are held in some records, and some only for what they would become', () => {
    const starts = '2026-06-20T12:00'
    expect(decide({ data: { starts } })).toMatchObject({ outcome: 'applied' })
    expect(decide({ data: { anchor: 'hard', starts } })).toMatchObject({ outcome: 'applied' })
    expect(asked(decide({ data: { starts, anchor: 'soft' }, now: { anchor: 'hard' } }))).toEqual(['anchor', 'starts'])
  })
  test('what stands already is no change, and what is made or comes back is made anew', () => {
    expect(decide({ data: { curfew: stands['curfew']! } })).toMatchObject({ outcome: 'already_applied' })
    expect(decide({ action: 'restore', data: { title: 'Pie' }, isDeleted: true })).toMatchObject({ does: 'restore' })
  })
  test('a delete waits as well: it would take away what is held', () => {
    const outcome = decide({ action: 'delete' })
    expect(outcome).toMatchObject({ does: 'nothing', outcome: 'waiting', conflict: { kind: 'proposal' } })
    expect(asked(outcome)).toEqual(['curfew', 'phones', 'room'])
    expect(outcome.conflict?.fields.every(({ client }) => client === undefined)).toBe(true)
    expect(decide({ action: 'delete', at: 9 })).toMatchObject({ does: 'delete' })
    expect(decide({ action: 'delete', isDeleted: true })).toMatchObject({ outcome: 'already_applied' })
  })
})

test('what needs somebody’s word needs it at any time, and only in the direction that is meant', () => {
  expect(decide({ data: { seen: 'all' }, at: 0 }).conflict).toMatchObject({ kind: 'proposal', fields: [{ rule: 'approval@1' }] }) // prettier-ignore
  expect(decide({ data: { seen: 'team' }, now: { seen: 'all' }, at: 0 })).toMatchObject({ outcome: 'applied' })
  for (const author of ['planner', 'lead'])
    expect(decide({ data: { seen: 'all' }, at: 0, author })).toMatchObject({ outcome: 'applied' })
})

test('what the freeze holds is proposed, whatever is proposed of it; to delete it is about the whole entry', () => {
  const because = (of: Parameters<typeof decide>[0]) => decide(of).conflict
  expect(because({ action: 'delete' })).toMatchObject({
    ...{ kind: 'proposal', status: 'pending', severity: 'critical' },
    because: 'Critical because it is about the curfew.',
  })
  const anchored = collection('plans', { client_id: idOf('clients').required(), room: text({ max: 9 }).weighs('low').frozen() }, { scope: 'wedding' }) // prettier-ignore
  const stored = { version: 5, fields: { room: 'Barn' }, fieldVersions: { room: 5 }, isDeleted: false }
  const weigh = (change: CheckedChange) =>
    resolveConflict({
      ...{ collection: anchored, change, stored, strategy: 'merge', context: { hoursUntilEvent: 500 } },
      contested: contestedFields({ collection: anchored, change, stored }),
      sides: { client: { role: 'planner', userId: 'a' }, server: { room: { role: 'planner', userId: 'b' } } },
      holds: holdsOf({ collection: anchored, record: stored.fields, author: 'assistant', freeze }),
    }).conflict
  expect(weigh({ action: 'delete', data: {}, base: { room: 'Barn' }, baseVersion: 5 })).toMatchObject({ kind: 'proposal', because: 'High because it is about the whole entry.' }) // prettier-ignore
  expect(weigh({ action: 'update', data: { room: 'Hall' }, base: { room: 'Barn' }, baseVersion: 5 })).toMatchObject({
    ...{ kind: 'proposal', status: 'pending', because: 'Low because it is about the room.' },
  })
})

describe('why a field waits', () => {
  const why = (name: string, wanted: Json | undefined, of: { record?: JsonObject; author?: string; isFrozen?: boolean } = {}) =>
    holdsOf({ collection: plans, record: { ...stands, ...of.record }, author: of.author ?? 'assistant', freeze: of.isFrozen === false ? null : freeze })(name, wanted) // prettier-ignore
  const frozen = { rule: 'freeze@1' }
  test('is told in words, by whose word it waits for', () => {
    const reason = 'Such a change of the seen waits for the word of the planner.'
    expect(why('seen', 'all', { isFrozen: false })).toEqual({ rule: 'approval@1', reason })
    const both = collection('plans', { seen: text({ max: 4 }).approvedBy(['planner', 'owner'], () => true) }, { scope: 'organization' }) // prettier-ignore
    expect(holdsOf({ collection: both, record: {}, author: 'vendor', freeze: null })('seen', 'all')?.reason).toBe('Such a change of the seen waits for the word of the planner or the owner.') // prettier-ignore
  })
  test('is nothing where it stands so already, or would be as empty as it is', () => {
    expect(why('curfew', stands['curfew'])).toBeNull()
    expect(why('starts', null, { record: { anchor: 'hard' } })).toBeNull()
    expect(why('seen', 'team')).toBeNull()
  })
  test('where its record would go, the freeze holds it, and nobody is asked for their word', () => {
    expect(why('curfew', undefined)).toMatchObject(frozen)
    expect(why('starts', undefined, { record: { anchor: 'hard' } })).toMatchObject(frozen)
    expect(why('anchor', undefined, { record: { anchor: 'hard' } })).toBeNull()
    expect(why('seen', undefined)).toBeNull()
    expect(why('title', undefined)).toBeNull()
  })
  test('some are held in some records only, and to become some things only', () => {
    const hard = { record: { anchor: 'hard' } }
    expect(why('starts', '2026-06-20T12:00', hard)).toMatchObject(frozen)
    expect(why('starts', '2026-06-20T12:00')).toBeNull()
    expect(why('anchor', 'soft', hard)).toMatchObject(frozen)
    expect(why('anchor', 'hard')).toBeNull()
    expect(why('anchor', null, hard)).toBeNull()
    expect(why('no_such_field', 'x')).toBeNull()
    const several = collection('plans', { ...fields }, { ...options, frozenWhere: [{ fields: ['starts'], where: { field: 'anchor', values: ['hard', 'soft'] } }] }) // prettier-ignore
    expect(holdsOf({ collection: several, record: stands, author: 'assistant', freeze })('starts', 'x')).toMatchObject(frozen) // prettier-ignore
  })
  test('a freeze that is over holds nothing', () => {
    expect(freezeAt(null, 15)).toBeNull()
    expect([9, 10, 19, 20].map((at) => freezeAt(freeze, at) !== null)).toEqual([false, true, true, false])
    expect(mayBeFrozen(plans, 'no_such_field')).toBe(false)
  })
})

test('the names alone tell what a freeze may hold', () => {
  expect(plans.fieldNames.filter((name) => mayBeFrozen(plans, name))).toEqual(['curfew', 'room', 'phones', 'anchor', 'starts']) // prettier-ignore
})

describe('a page that contradicts itself is named', () => {
  const fault = (more: Record<string, Field>, but: Partial<CollectionOptions> = {}) => {
    try {
      collection('plans', { ...fields, ...more }, { ...options, ...but })
    } catch (thrown) {
      return (thrown as Error).message
    }
    return 'nothing wrong'
  }
  const where = { field: 'anchor', values: ['hard'] }
  test.each([
    ['nothing wrong', {}, {}],
    ['never changes', { title: text({ max: 4 }).fixed().frozen() }, {}],
    ['nobody is asked', { seen: text({ max: 4 }).writeBy('planner').approvedBy(['planner']) }, {}],
    ['nobody could give their word', { seen: text({ max: 4 }).approvedBy([]) }, {}],
    ['holds nothing_there, which there is not', {}, { frozenWhere: [{ fields: ['nothing_there'], where }] }],
    ['in every record and in some', {}, { frozenWhere: [{ fields: ['curfew'], where }] }],
    ['that anchor never holds', {}, { frozenWhere: [{ fields: ['starts'], where: { field: 'anchor', values: ['firm'] } }] }], // prettier-ignore
    ['for a value that it never holds', {}, { frozenWhere: [{ fields: ['anchor'], where, to: ['loose'] }] }],
    ['only what belongs to a wedding', {}, { scope: 'organization', isScope: false }],
    ['told by nowhere', {}, { freezes: { from: 'nowhere', to: 'starts', zone: 'title', told: () => null } }],
  ] as const)('%s', (says, more, but) => {
    expect(fault(more, but as Partial<CollectionOptions>)).toContain(says)
  })
  test.each([
    ['a clause about a field there is not', {}, { frozenWhere: [{ fields: ['starts'], where: { field: 'mood', values: ['hard'] } }] }, ['plans: is frozen by mood, which there is not']],
    ['a clause about one that never changes', { title: text({ max: 4 }).fixed() }, { frozenWhere: [{ fields: ['title'], where }] }, ['plans.title: never changes, so there is nothing to hold']],
    ['one bad value beside a good one', {}, { frozenWhere: [{ fields: ['starts'], where: { field: 'anchor', values: ['hard', 'firm'] } }] }, ['plans: is frozen by a value that anchor never holds']],
    ['empty is a value like another', {}, { frozenWhere: [{ fields: ['starts'], where: { field: 'title', values: [null] }, to: [null] }] }, []],
    ['one bad end beside a good one', {}, { frozenWhere: [{ fields: ['anchor'], where, to: ['soft', 'loose'] }] }, ['plans.anchor: is frozen for a value that it never holds']],
    ['a freeze that is told by no scope', { client_id: idOf('clients').required() }, { isScope: false, freezes: { from: 'starts', to: 'starts', zone: 'title', told: (): null => null } }, ["plans: only a scope's own record says when its plan is frozen"]],
    ['a freeze told by all it needs', {}, { freezes: { from: 'starts', to: 'starts', zone: 'title', told: (): null => null } }, []],
    ['one who may change it is asked for nobody’s word, another is', { seen: text({ max: 4 }).writeBy('planner', 'assistant').approvedBy(['planner']) }, {}, []],
  ] as const)('%s', (_, more, but, faults) => {
    let found: readonly string[] = []
    try {
      collection('plans', { ...fields, ...more }, { ...options, ...(but as Partial<CollectionOptions>) })
    } catch (thrown) {
      found = (thrown as BrokenDeclaration).faults
    }
    expect(found).toEqual(faults)
  }) // prettier-ignore
  test('what is held only in some records, or only by a field, is held by a wedding’s freeze all the same', () => {
    const title = text({ max: 4 })
    const said = (more: Record<string, Field>, frozenWhere: CollectionOptions['frozenWhere']) => () =>
      collection('plans', { title, anchor: fields.anchor, ...more }, { scope: 'organization', ...(frozenWhere && { frozenWhere }) }) // prettier-ignore
    const says = 'only what belongs to a wedding is held by its freeze'
    expect(said({}, undefined)).not.toThrow()
    expect(said({ title: title.frozen() }, undefined)).toThrow(says)
    expect(said({}, [{ fields: ['title'], where }])).toThrow(says)
  })
  test('and so is a freeze of which no table says when it is', () => {
    const says = 'no table says when there is one'
    expect(() => collections([plans])).toThrow(says)
    expect(() => collections([weddings])).not.toThrow()
    const client = { client_id: idOf('clients').required(), title: text({ max: 4 }), anchor: fields.anchor }
    const sayer = collection('clients', { starts: wallTime(), zone: text({ max: 9 }) }, { scope: 'wedding', isScope: true, freezes: { from: 'starts', to: 'starts', zone: 'zone', told: () => null } }) // prettier-ignore
    const inOne = collection('ones', { ...client, title: client.title.frozen() }, { scope: 'wedding' })
    const inSome = collection('somes', client, { scope: 'wedding', frozenWhere: [{ fields: ['title'], where }] })
    for (const held of [inOne, inSome]) {
      expect(() => collections([weddings, held])).toThrow(`${held.name}: is held by a freeze, and ${says}`)
      expect(() => collections([sayer, held])).not.toThrow()
    }
  })
})
