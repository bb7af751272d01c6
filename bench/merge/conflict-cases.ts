// Conflicts to settle: one for every rule there is, one of a whole line of the run sheet, and notes of 2 kB and of 100 kB. Each
// goes the whole way from "is it contested?" to the outcome. A case that turns out to be none stops the benchmark.
import {
  allRules,
  answers,
  bool,
  collection,
  contestedFields,
  day,
  idsOf,
  instant,
  int,
  labels,
  listOf,
  longText,
  oneOf,
  resolveConflict,
  text,
  textRule,
  timeOfDay,
  wallTime,
  words,
  type Collection,
  type Field,
  type Outcome,
  type Rule,
} from '@wedsync/merge'
import { canonicalJson, type Json, type JsonObject } from '@wedsync/protocol'
import { timelineItem } from '@wedsync/wedding'
import { longNotes, noteOf } from './notes.ts'

export type ConflictCase = { name: string; settle: () => Outcome }
type Sides = readonly [base: Json, client: Json, server: Json]

/** One for every rule, and all fields of a line of the run sheet at once. */
export const conflictCases = (): ConflictCase[] => [
  ...allRules.map((rule) => {
    const { field, sides } = sampleFor(rule)
    const given = rule.given ? ` ${canonicalJson(rule.given)}` : ''
    return caseOf(`${rule.name}${given}`, oneField(field.merges(rule)), { value: sides })
  }),
  caseOf('a note of 2 kB', oneField(longText().merges(textRule)), { value: noteOf(30) }),
  caseOf('all of a line of the run sheet', timelineItem, wholeLine(timelineItem)),
]

/** Of as many bytes as a note may have; however odd they are. */
export const longTextCases = (): ConflictCase[] =>
  Object.entries(longNotes()).map(([name, sides]) =>
    caseOf(`100 kB: ${name}`, oneField(longText().merges(textRule)), { value: sides }),
  )

const caseOf = (name: string, of: Collection, torn: Readonly<Record<string, Sides>>): ConflictCase => {
  const each = (side: 0 | 1 | 2): JsonObject =>
    Object.fromEntries(Object.entries(torn).map(([field, sides]) => [field, sides[side]]))
  const change = { action: 'update', data: each(1), base: each(0), baseVersion: 7 } as const
  const fieldVersions = Object.fromEntries(Object.keys(torn).map((field) => [field, 9]))
  const stored = { version: 9, fields: { ...of.defaults, ...each(2) }, fieldVersions, isDeleted: false }
  const server = Object.fromEntries(Object.keys(torn).map((field) => [field, { role: 'assistant', userId: 'b' }]))
  const settle = () =>
    resolveConflict({
      collection: of,
      change,
      stored,
      contested: contestedFields({ collection: of, change, stored }),
      strategy: 'merge',
      sides: { client: { role: 'planner', userId: 'a' }, server },
      context: { hoursUntilEvent: 20 },
    })
  const fields = settle().conflict?.fields.length
  if (fields !== Object.keys(torn).length) throw new Error(`${name}: ${String(fields)} fields are contested`)
  return { name, settle }
}

const oneField = (value: Field): Collection => collection('things', { value }, { scope: 'organization' })

const someIds = (digits: readonly number[]): string[] =>
  digits.map((digit) => `00000000-0000-4000-8000-${String(digit).padStart(12, '0')}`)
const entry = (name: string, severity: string) => ({ name, severity })
const number = (last: number) => `+44770090012${last}`

/** What a field of each kind may hold, and two edits of it that differ. */
const samples: Record<string, readonly [Field, ...Sides]> = {
  text: [text({ max: 200 }), 'First dance', 'First dance, band', 'First dance on the lawn'],
  long_text: [longText(), ...noteOf(30)],
  wall_time: [wallTime(), '2026-06-20T15:30', '2026-06-20T15:45', '2026-06-20T16:00'],
  day: [day(), '2026-06-20', '2026-06-21', '2026-06-27'],
  time_of_day: [timeOfDay(), '15:30', '15:45', '16:00'],
  instant: [instant(), null, '2026-06-20T14:02:00.000Z', '2026-06-20T14:06:00.000Z'],
  int: [int(), 40, 52, 35],
  bool: [bool(), null, true, false],
  one_of: [oneOf('planned', 'ready', 'started', 'done', 'skipped'), 'planned', 'ready', 'started'],
  ids: [idsOf('people'), someIds([1, 2, 3, 4]), someIds([1, 2, 3, 4, 5]), someIds([1, 3, 4])],
  words: [words(), ['vegan'], ['halal', 'vegan'], ['kosher']],
  entries: [
    listOf({ name: text({ max: 80, min: 1 }).required(), severity: text({ max: 40 }) }, { by: 'name', isOrdered: false }), // prettier-ignore
    [entry('egg', 'mild'), entry('nuts', 'mild')],
    [entry('egg', 'mild'), entry('milk', 'mild'), entry('nuts', 'mild')],
    [entry('egg', 'severe'), entry('nuts', 'mild')],
  ],
  labels: [labels().byDefault({}), { mobile: number(1) }, { mobile: number(2) }, { mobile: number(3), van: number(4) }],
  answers: [answers(), { song: 'At last' }, { song: 'Yesterday' }, { song: 'Blackbird', guests: 12 }],
}

const line = {
  id: text({ max: 64, min: 1 }).required(),
  text: text({ max: 500 }).required(),
  done: bool().byDefault(false),
}
const lineOf = (id: string, says: string, done: boolean) => ({ id, text: says, done })
const checklists: Sides = [
  [lineOf('a', 'Rings', false), lineOf('b', 'Vows', false)],
  [lineOf('a', 'Both rings', false), lineOf('b', 'Vows', false)],
  [lineOf('a', 'Rings', true), lineOf('b', 'Vows', false), lineOf('c', 'Ribbon', false)],
]

const sampleFor = ({ name, worksOn, given }: Rule): { field: Field; sides: Sides } => {
  const steps = Array.isArray(given?.['steps']) ? given['steps'] : []
  const isBox = typeof steps[0] === 'boolean'
  // its own words, of which one that is neither first nor last disagrees with the last
  if (!isBox && steps.length > 2)
    return { field: oneOf(...(steps as string[])), sides: [steps[0]!, steps[1]!, steps[2]!] }
  if (given?.['by'] === 'id') return { field: listOf(line, { by: 'id' }), sides: checklists }
  // a rule of texts is worth its salt on a note
  const kind = isBox ? 'bool' : worksOn?.includes('long_text') ? 'long_text' : (worksOn?.[0] ?? 'text')
  const sample = samples[kind]
  if (!sample) throw new Error(`The benchmark knows no values of the kind ${kind}, for the rule ${name}.`)
  const [field, ...sides] = sample
  return { field, sides }
}

/** Every field that two people can edit, edited by both. */
const wholeLine = ({ fields, fieldNames }: Collection): Record<string, Sides> =>
  Object.fromEntries(
    fieldNames.flatMap((name): [string, Sides][] => {
      const { kind, options, isFixed, read } = fields[name]!
      const [, ...known] = samples[kind] ?? [null, ...([null, 'a0', 'a1'] as Sides)]
      const sides = options ? ([options[0], options[1], options.at(-1)!] as Sides) : kind === 'id' ? idSides : known
      const isTorn = canonicalJson(sides[1]) !== canonicalJson(sides[2])
      return !isFixed && isTorn && sides.slice(1).every((side) => read(side).ok) ? [[name, sides]] : []
    }),
  )
const idSides: Sides = [null, ...(someIds([1, 2]) as [string, string])]
