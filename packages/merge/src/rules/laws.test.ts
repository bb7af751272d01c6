// The laws every rule keeps, tested once over the list of all rules. A new rule joins by one line in `all-rules.ts`.
import { canonicalJson, isJsonObject, sameJson, type Intent, type Json } from '@wedsync/protocol'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Field } from '../field.ts'
import { answers, listOf } from '../structured-values.ts'
import { bool, idsOf, instant, int, labels, longText, oneOf, text, wallTime } from '../values.ts'
import { runs } from '../testing/runs.ts'
import { allRules } from './all-rules.ts'
import { orMarker } from './join-texts.ts'
import { type Rule, type RuleContext, type Side } from './rule.ts'

const context: RuleContext = { called: 'the place', trusted: ['owner', 'lead', 'planner'] }

const words = fc.constantFrom('a', 'b', ' ', '\n', 'lawn', 'barn', 'constructor', '__proto__', '— or —', '.')
const texts = fc.array(words, { maxLength: 14 }).map((parts) => parts.join(''))
const ids = fc.subarray(['1', '2', '3', '4', '5'].map((digit) => `00000000-0000-4000-8000-00000000000${digit}`))
const moments = fc
  .integer({ min: 0, max: 400 })
  .map((minute) => new Date(Date.UTC(2026, 5, 20, 14, minute)).toISOString())
const allergies = listOf({ name: text({ max: 80, min: 1 }).required(), severity: text({ max: 40 }) }, { by: 'name', isOrdered: false }) // prettier-ignore
const entries = fc
  .dictionary(fc.constantFrom('egg', 'milk', 'nuts', 'sesame'), fc.constantFrom('mild', 'severe', null), { maxKeys: 4 })
  .map((all) => Object.keys(all).sort().map((name) => ({ name, severity: all[name]! }))) // prettier-ignore
const any = fc.oneof(texts, fc.integer(), fc.constant(null), fc.boolean())

const numbers = fc.dictionary(fc.constantFrom('mobile', 'office', 'van'), fc.constantFrom('+441111111', '+442222222', '+443333333')) // prettier-ignore
const said = fc.dictionary(fc.constantFrom('q1', 'q2', '__proto__'), fc.constantFrom(null, 'yes', 'no', 4, true), { noNullPrototype: true }).map((all) => Object.fromEntries(Object.entries(all).filter(([name]) => name !== '__proto__').sort())) // prettier-ignore
const line = {
  id: text({ max: 8, min: 1 }).required(),
  text: text({ max: 40 }).required(),
  done: bool().byDefault(false),
}
const checklist = fc.uniqueArray(
  fc.record({ id: fc.constantFrom('a', 'b', 'c', 'd'), text: fc.constantFrom('Rings', 'Vows', 'Ribbon'), done: fc.boolean() }), // prettier-ignore
  { selector: ({ id }) => id },
)
const walls = fc.integer({ min: 0, max: 12 }).map((step) => new Date(Date.UTC(2026, 5, 20, 15, step * 5)).toISOString().slice(0, 16)) // prettier-ignore

/** What a field with this rule may hold, and such a field. */
const sampleFor = ({ name, worksOn, given }: Rule): { value: fc.Arbitrary<Json>; field: Field | null } => {
  const steps = given?.['steps'] as (string | boolean)[] | undefined
  if (steps) {
    const isBox = typeof steps[0] === 'boolean'
    return { value: fc.constantFrom(...steps), field: isBox ? bool() : oneOf(...(steps as string[])) }
  }
  if (name === 'when_close' && worksOn !== null) return { value: fc.boolean(), field: bool() }
  if (given?.['by'] === 'id') return { value: checklist, field: listOf(line, { by: 'id' }) }
  if (worksOn?.includes('entries')) return { value: entries, field: allergies }
  if (worksOn?.includes('labels')) {
    const isNumbers = given?.['of'] === 'candidates@1'
    return isNumbers ? { value: numbers, field: labels() } : { value: said, field: answers() }
  }
  if (worksOn?.includes('wall_time')) return { value: fc.option(walls), field: wallTime() }
  if (worksOn?.includes('ids')) return { value: ids, field: idsOf('people') }
  if (worksOn?.includes('instant')) return { value: fc.option(moments), field: instant() }
  if (worksOn?.includes('int')) return { value: fc.option(fc.integer({ min: -50, max: 50 })), field: int() }
  if (worksOn?.includes('text')) return { value: fc.option(texts), field: longText() }
  if (worksOn !== null) throw new Error(`the laws know no values for ${worksOn.join(', ')}`)
  return { value: any, field: null }
}
const intent: fc.Arbitrary<Intent | undefined> = fc.constantFrom(
  undefined,
  { op: 'set_to' },
  ...[5, 10, 15].flatMap((minutes): Intent[] => [
    { op: 'shift_by', minutes, cause: 'rain' },
    { op: 'shift_by', minutes, cause: 'traffic' },
  ]),
)
const role = fc.option(fc.constantFrom('owner', 'lead', 'planner', 'assistant', 'couple'), { nil: undefined })
const editsFor = (rule: Rule) => {
  const { value } = sampleFor(rule)
  const side: fc.Arbitrary<Side> = fc.record({ value, role, intent })
  return fc.tuple(value, side, side)
}

const named = allRules.map((rule) => ({
  rule,
  name: `${rule.name}${rule.given ? ` ${canonicalJson(rule.given)}` : ''}`,
}))
describe.each(named)('the rule $name', ({ rule }) => {
  test('decides the same every time it is asked the same', () => {
    fc.assert(
      fc.property(editsFor(rule), ([base, one, other]) => {
        expect(rule.settle(base, one, other, context)).toEqual(rule.settle(base, one, other, context))
      }),
      runs(1500),
    )
  })

  test('keeps what both wanted, when both wanted the same', () => {
    fc.assert(
      fc.property(editsFor(rule), ([base, one, other]) => {
        expect(rule.settle(base, one, { ...other, value: one.value }, context)).toMatchObject({ settled: one.value })
      }),
      runs(1500),
    )
  })

  test('keeps the changed value, when only one of the two changed it', () => {
    fc.assert(
      fc.property(editsFor(rule), ([base, one, other]) => {
        expect(rule.settle(base, one, { ...other, value: base }, context)).toMatchObject({ settled: one.value })
        expect(rule.settle(base, { ...one, value: base }, other, context)).toMatchObject({ settled: other.value })
      }),
      runs(1500),
    )
  })

  test('decides the same whichever of the two is named first', () => {
    if (!rule.isSymmetric) return
    fc.assert(
      fc.property(editsFor(rule), ([base, one, other]) => {
        expect(rule.settle(base, one, other, context)).toEqual(rule.settle(base, other, one, context))
      }),
      runs(1500),
    )
  })

  test('changes nothing when the same edit comes a second time', () => {
    fc.assert(
      fc.property(editsFor(rule), ([base, one, other]) => {
        const first = rule.settle(base, one, other, context)
        if ('ask' in first) return
        const again = rule.settle(base, { value: first.settled }, { ...other, value: first.settled }, context)
        expect(again).toMatchObject({ settled: first.settled })
        if (rule.name !== 'text' && rule.name !== 'public_text') return
        for (const side of [one, other])
          if (!sameJson(first.settled, base) && !sameJson(side.value, base))
            expect(rule.settle(base, { value: first.settled }, side, context)).toMatchObject({ settled: first.settled })
      }),
      runs(1500),
    )
  })

  test('[P12] invents nothing: every piece of the result was there before, or one of the two wrote it', () => {
    fc.assert(
      fc.property(editsFor(rule), ([base, one, other]) => {
        const answer = rule.settle(base, one, other, context)
        const result = 'ask' in answer ? answer.proposed : answer.settled
        if (result === undefined) return
        if (rule.isSum && typeof base === 'number' && one.value !== null && other.value !== null) {
          const isNews =
            ![base, other.value].some((value) => sameJson(value, one.value)) && !sameJson(other.value, base)
          if (isNews) expect(result).toBe((one.value as number) + (other.value as number) - base)
          return
        }
        const known = new Set([base, one.value, other.value].flatMap(tokensOf))
        expect(tokensOf(result).filter((token) => !known.has(token))).toEqual([])
      }),
      runs(1500),
    )
  })

  test('settles only on values that the field can hold', () => {
    fc.assert(
      fc.property(editsFor(rule), ([base, one, other]) => {
        const answer = rule.settle(base, one, other, context)
        const { field } = sampleFor(rule)
        if ('ask' in answer || field === null || answer.settled === null) return
        expect(field.read(answer.settled)).toEqual({ ok: true, value: answer.settled })
      }),
      runs(1500),
    )
  })

  test('[P13] is frozen under its name and version, and says why in words a coordinator uses', () => {
    expect(Object.isFrozen(rule)).toBe(true)
    expect(`${rule.name}@${rule.version}`).toMatch(/^[a-z_]+@\d+$/)
    fc.assert(
      fc.property(editsFor(rule), ([base, one, other]) => {
        const { reason } = rule.settle(undefined, { ...one, value: 'x' }, { ...other, value: base }, context)
        expect(reason).toMatch(/^[A-Z“].*\.$/)
        expect(reason).not.toMatch(/merge|client|server|conflict/i)
      }),
      runs(100),
    )
  })
})

const tokensOf = (value: Json): string[] => {
  if (Array.isArray(value))
    return value.flatMap((entry) => (isJsonObject(entry) ? tokensOf(entry) : canonicalJson(entry)))
  // of an entry, each part
  if (isJsonObject(value)) return Object.entries(value).map(([name, part]) => `${name}: ${canonicalJson(part)}`)
  if (typeof value !== 'string') return [canonicalJson(value)]
  return value.replaceAll(orMarker, ' ').match(/[^\s.]+|\./g) ?? []
}
