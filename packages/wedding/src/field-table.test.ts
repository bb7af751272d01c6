// What becomes of two edits of a field, line by line of the table of the wedding day: how it ends, what stands, how much it weighs and why.
// A month before the wedding, unless a line says otherwise. A field whose own rule is not there yet asks a person.
import { contestedFields, resolveConflict, type Collection } from '@wedsync/merge'
import type { Json, JsonObject } from '@wedsync/protocol'
import { expect, test } from 'vitest'
import { allCollections } from './all-collections.ts'

type Line = {
  of: `${string}.${string}`
  base: Json
  /** What stands, and who wrote it; what comes, and whose it is. */
  stands: [Json, string]
  comes: [Json, string]
  /** The rest of the record. */
  in?: JsonObject
  hours?: number
  ends: 'merged' | 'asks'
  /** What is written, or proposed to the person who is asked. */
  value?: Json
  weighs: string
  because: string
}

const month = 30 * 24
const id = (digit: number) => `00000000-0000-4000-8000-00000000000${digit}`
const [nuts, severe, milk] = [
  { name: 'nuts', severity: 'mild' },
  { name: 'nuts', severity: 'severe' },
  { name: 'milk', severity: null },
]

// prettier-ignore
const lines: Line[] = [
  { of: 'clients.wedding_date', base: '2026-06-20', stands: ['2026-06-27', 'planner'], comes: ['2026-07-04', 'owner'], ends: 'asks', weighs: 'critical', because: 'Critical because the wedding date weighs that much.' },
  { of: 'clients.venue_name', base: 'Mill Barn', stands: ['Boathouse', 'planner'], comes: ['Kew Lane', 'venue'], ends: 'asks', weighs: 'critical', because: 'Critical because the venue weighs that much.' },
  { of: 'clients.curfew', base: '23:00', stands: ['23:30', 'planner'], comes: ['22:30', 'venue'], ends: 'asks', weighs: 'critical', because: 'Critical because the curfew weighs that much.' },
  { of: 'clients.headcount', base: 140, stands: [142, 'planner'], comes: [138, 'assistant'], ends: 'asks', weighs: 'high', because: 'High because the headcount weighs that much.' },
  { of: 'clients.emergency_contact', base: 'Ada', stands: ['Bea', 'planner'], comes: ['Cleo', 'lead'], ends: 'asks', weighs: 'critical', because: 'Critical because the emergency contact weighs that much.' },
  { of: 'clients.notes', base: 'Rain plan: barn.\n', stands: ['Rain plan: barn.\nCandles ordered.\n', 'planner'], comes: ['Ring bearer is Max.\nRain plan: barn.\n', 'assistant'], ends: 'merged', value: 'Ring bearer is Max.\nRain plan: barn.\nCandles ordered.\n', weighs: 'low', because: 'Low because the notes about the wedding weighs that much.' },
  { of: 'timeline_items.planned_start', base: '2026-06-20T16:00', stands: ['2026-06-20T16:30', 'planner'], comes: ['2026-06-20T16:15', 'assistant'], ends: 'asks', weighs: 'high', because: 'High because the start weighs that much.' },
  { of: 'timeline_items.planned_start', base: '2026-06-20T16:00', stands: ['2026-06-20T16:30', 'planner'], comes: ['2026-06-20T16:15', 'assistant'], in: { anchor: 'hard' }, ends: 'asks', weighs: 'critical', because: 'Critical because the start weighs that much.' },
  { of: 'timeline_items.title', base: 'Cake', stands: ['The cake', 'assistant'], comes: ['Cutting the cake', 'planner'], ends: 'merged', value: 'Cutting the cake', weighs: 'medium', because: 'Medium because the title weighs that much.' },
  { of: 'timeline_items.title', base: 'Cake', stands: ['The cake', 'planner'], comes: ['Cutting the cake', 'planner'], ends: 'asks', weighs: 'high', because: 'High because the title weighs medium and neither side has the last word.' },
  { of: 'timeline_items.title', base: 'Cake', stands: ['The cake', 'assistant'], comes: ['Cutting the cake', 'planner'], in: { key_moment: true }, ends: 'merged', value: 'Cutting the cake', weighs: 'high', because: 'High because the title weighs medium and this is a key moment.' },
  { of: 'timeline_items.owner_id', base: id(1), stands: [id(2), 'assistant'], comes: [id(3), 'lead'], hours: 6, ends: 'merged', value: id(3), weighs: 'high', because: 'High because who looks after it weighs medium and the wedding is at most 48 hours away.' },
  { of: 'timeline_items.status', base: 'planned', stands: ['started', 'venue'], comes: ['ready', 'assistant'], ends: 'merged', value: 'started', weighs: 'high', because: 'High because the status weighs that much.' },
  { of: 'timeline_items.status', base: 'planned', stands: ['skipped', 'planner'], comes: ['done', 'assistant'], ends: 'asks', weighs: 'high', because: 'High because the status weighs that much.' },
  { of: 'timeline_items.actual_start', base: null, stands: ['2026-06-20T14:06:00.000Z', 'venue'], comes: ['2026-06-20T14:02:00.000Z', 'assistant'], ends: 'merged', value: '2026-06-20T14:02:00.000Z', weighs: 'medium', because: 'Medium because when it began weighs that much.' },
  { of: 'timeline_items.actual_end', base: null, stands: ['2026-06-20T14:46:00.000Z', 'venue'], comes: ['2026-06-20T14:42:00.000Z', 'assistant'], ends: 'merged', value: '2026-06-20T14:46:00.000Z', weighs: 'medium', because: 'Medium because when it ended weighs that much.' },
  { of: 'timeline_items.participant_ids', base: [id(1)], stands: [[id(1), id(2)], 'planner'], comes: [[id(3)], 'assistant'], ends: 'merged', value: [id(2), id(3)], weighs: 'medium', because: 'Medium because who takes part weighs that much.' },
  { of: 'vendor_contacts.arrival_status', base: 'booked', stands: ['no_show', 'planner'], comes: ['arrived', 'vendor'], ends: 'asks', weighs: 'high', because: 'High because the arrival status weighs that much.' },
  { of: 'vendor_contacts.arrived_at', base: null, stands: ['2026-06-20T10:06:00.000Z', 'assistant'], comes: ['2026-06-20T10:02:00.000Z', 'vendor'], ends: 'merged', value: '2026-06-20T10:02:00.000Z', weighs: 'high', because: 'High because the time of arrival weighs that much.' },
  { of: 'vendor_contacts.email', base: 'a@x.example', stands: ['b@x.example', 'planner'], comes: ['c@x.example', 'assistant'], ends: 'asks', weighs: 'high', because: 'High because the email weighs that much.' },
  { of: 'vendor_contacts.replaced_by', base: null, stands: [id(1), 'planner'], comes: [id(2), 'assistant'], ends: 'asks', weighs: 'critical', because: 'Critical because the vendor who comes instead weighs that much.' },
  { of: 'guests.rsvp', base: 'none', stands: ['no', 'planner'], comes: ['yes', 'couple'], ends: 'merged', value: 'yes', weighs: 'medium', because: 'Medium because the answer to the invitation weighs that much.' },
  { of: 'guests.dietary', base: ['vegan'], stands: [['vegan', 'halal'], 'planner'], comes: [['gluten-free', 'vegan'], 'couple'], ends: 'merged', value: ['gluten-free', 'halal', 'vegan'], weighs: 'high', because: 'High because the dietary needs weighs that much.' },
  { of: 'guests.allergies', base: [nuts], stands: [[milk, nuts], 'planner'], comes: [[], 'couple'], ends: 'merged', value: [milk], weighs: 'critical', because: 'Critical because the allergies weighs that much.' },
  { of: 'guests.allergies', base: [nuts], stands: [[severe], 'planner'], comes: [[], 'couple'], ends: 'asks', value: [severe], weighs: 'critical', because: 'Critical because the allergies weighs that much.' },
  { of: 'guests.meal_choice', base: 'Fish', stands: ['Beef', 'planner'], comes: ['Risotto', 'couple'], ends: 'merged', value: 'Risotto', weighs: 'medium', because: 'Medium because the meal weighs that much.' },
  { of: 'guests.check_in_status', base: 'expected', stands: ['left', 'assistant'], comes: ['arrived', 'planner'], ends: 'merged', value: 'left', weighs: 'low', because: 'Low because whether they are there weighs that much.' },
  { of: 'tasks.status', base: 'open', stands: ['done', 'assistant'], comes: ['doing', 'planner'], ends: 'merged', value: 'done', weighs: 'medium', because: 'Medium because how far it is weighs that much.' },
  { of: 'payments.amount_minor', base: 100_000, stands: [120_000, 'planner'], comes: [90_000, 'owner'], ends: 'asks', weighs: 'critical', because: 'Critical because the amount weighs that much.' },
  { of: 'payments.due', base: '2026-06-01', stands: ['2026-06-05', 'planner'], comes: ['2026-06-10', 'owner'], ends: 'asks', weighs: 'critical', because: 'Critical because the day it is due weighs that much.' },
  { of: 'memberships.role', base: 'assistant', stands: ['planner', 'owner'], comes: ['viewer', 'planner'], ends: 'merged', value: 'planner', weighs: 'critical', because: 'Critical because the role weighs that much.' },
  { of: 'notes.body', base: 'Rain.', stands: ['Sun.', 'planner'], comes: ['Snow.', 'assistant'], ends: 'merged', value: 'Snow.\n— or —\nSun.', weighs: 'low', because: 'Low because the note weighs that much.' },
]

const outcomeOf = ({ of, base, stands, comes, in: rest = {}, hours = month }: Line) => {
  const [tableName, field] = of.split('.') as [string, string]
  const collection: Collection = allCollections.find(({ name }) => name === tableName)!
  const stored = {
    version: 9,
    fields: { ...collection.defaults, ...rest, [field]: stands[0] },
    fieldVersions: { ...Object.fromEntries(collection.fieldNames.map((name) => [name, 1])), [field]: 9 },
    isDeleted: false,
  }
  const change = { action: 'update' as const, data: { [field]: comes[0] }, base: { [field]: base }, baseVersion: 5 }
  return resolveConflict({
    ...{ collection, change, stored, strategy: 'merge' as const },
    contested: contestedFields({ collection, change, stored }),
    sides: { client: { role: comes[1], userId: 'c' }, server: { [field]: { role: stands[1], userId: 's' } } },
    context: { hoursUntilEvent: hours },
  })
}

test.each(
  lines.map(
    (line) => [`${line.of}: ${JSON.stringify(line.stands[0])} meets ${JSON.stringify(line.comes[0])}`, line] as const,
  ),
)('%s', (_, line) => {
  const field = line.of.split('.')[1]!
  const { outcome, write, conflict } = outcomeOf(line)
  expect({ severity: conflict!.severity, because: conflict!.because }).toEqual({
    severity: line.weighs,
    because: line.because,
  })
  const [told] = conflict!.fields
  if (line.ends === 'asks') {
    expect([outcome, conflict!.status, write]).toEqual(['waiting', 'pending', {}])
    expect(told).toMatchObject({ client: line.comes[0], ...(line.value !== undefined && { proposed: line.value }) })
  } else {
    expect([outcome, conflict!.status, told!.resolved]).toEqual(['merged', 'resolved', line.value])
    expect(write).toEqual(JSON.stringify(line.value) === JSON.stringify(told!.server) ? {} : { [field]: line.value })
  }
  // both sides stand there, and a sentence a coordinator understands
  expect(told).toMatchObject({ base: line.base, rule: expect.stringMatching(/^[a-z_]+@\d+$/) as string })
  expect(told!.reason).toMatch(/^[A-Z].*\.$/)
})
