// What becomes of two edits of a field, line by line of the table of the wedding day: how it ends, what stands, how much it weighs and why.
// A month before the wedding, unless a line says otherwise.
import { contestedFields, resolveConflict, type Collection } from '@wedsync/merge'
import type { Intent, Json, JsonObject } from '@wedsync/protocol'
import { expect, test } from 'vitest'
import { allCollections } from './all-collections.ts'

type Line = {
  of: `${string}.${string}`
  base: Json
  /** What stands, and who wrote it; what comes, and whose it is. */
  stands: [Json, string, Intent?]
  comes: [Json, string, Intent?]
  /** The rest of the record. */
  in?: JsonObject
  /** Of the wedding. */
  wedding?: JsonObject
  hours?: number
  dependants?: number
  /** With which of the two fixed times hold. */
  holdsWith?: ('stands' | 'comes')[]
  ends: 'merged' | 'asks'
  /** What is written, or proposed to the person who is asked. */
  value?: Json
  weighs: string
  because: string
}

const month = 30 * 24
const id = (digit: number) => `00000000-0000-4000-8000-00000000000${digit}`
const later = (minutes: number, cause: string): Intent => ({
  op: 'shift_by',
  minutes,
  cause: cause === 'rain' ? id(8) : id(9),
})
const due = { headcount_due_at: '2026-05-01', time_zone: 'Europe/London' }
const line = (name: string, text: string, done = false) => ({ id: name, text, done })
const [nuts, severe, milk] = [
  { name: 'nuts', severity: 'mild' },
  { name: 'nuts', severity: 'severe' },
  { name: 'milk', severity: null },
]

// prettier-ignore
const lines: Line[] = [
  { of: 'clients.wedding_date', base: '2026-06-20', stands: ['2026-06-27', 'planner'], comes: ['2026-07-04', 'owner'], ends: 'asks', weighs: 'critical', because: 'Critical because it is about the wedding date.' },
  { of: 'clients.venue_name', base: 'Mill Barn', stands: ['Boathouse', 'planner'], comes: ['Kew Lane', 'venue'], ends: 'asks', weighs: 'critical', because: 'Critical because it is about the venue.' },
  { of: 'clients.time_zone', base: 'Europe/London', stands: ['Europe/Paris', 'planner'], comes: ['Europe/Dublin', 'owner'], ends: 'asks', weighs: 'critical', because: 'Critical because it is about the time zone.' },
  { of: 'clients.curfew', base: '23:00', stands: ['23:30', 'planner'], comes: ['22:30', 'venue'], ends: 'merged', value: '22:30', weighs: 'critical', because: 'Critical because it is about the curfew.' },
  { of: 'clients.headcount', base: 140, stands: [142, 'planner'], comes: [138, 'assistant'], ends: 'asks', weighs: 'high', because: 'High because it is about the headcount.' },
  { of: 'clients.emergency_contact', base: 'Ada', stands: ['Bea', 'planner'], comes: ['Cleo', 'lead'], ends: 'asks', weighs: 'critical', because: 'Critical because it is about the emergency contact.' },
  { of: 'clients.notes', base: 'Rain plan: barn.\n', stands: ['Rain plan: barn.\nCandles ordered.\n', 'planner'], comes: ['Ring bearer is Max.\nRain plan: barn.\n', 'assistant'], ends: 'merged', value: 'Ring bearer is Max.\nRain plan: barn.\nCandles ordered.\n', weighs: 'low', because: 'Low because it is about the notes about the wedding.' },
  { of: 'clients.ceremony_start', base: '2026-06-20T15:00', stands: ['2026-06-20T15:15', 'planner', later(15, 'rain')], comes: ['2026-06-20T15:30', 'lead', later(30, 'rain')], ends: 'asks', weighs: 'critical', because: 'Critical because it is about the start of the ceremony.' },
  { of: 'clients.ceremony_start', base: '2026-06-20T15:00', stands: ['2026-06-20T15:15', 'planner', later(15, 'rain')], comes: ['2026-06-20T15:30', 'lead', later(30, 'traffic')], ends: 'asks', value: '2026-06-20T15:30', weighs: 'critical', because: 'Critical because it is about the start of the ceremony.' },
  { of: 'clients.plan_b_active', base: null, stands: [false, 'planner'], comes: [true, 'assistant'], hours: 5, ends: 'merged', value: true, weighs: 'critical', because: 'Critical because it is about plan B.' },
  { of: 'clients.plan_b_active', base: null, stands: [false, 'planner'], comes: [true, 'assistant'], ends: 'asks', weighs: 'critical', because: 'Critical because it is about plan B.' },
  { of: 'clients.headcount', base: 140, stands: [142, 'planner'], comes: [138, 'assistant'], in: due, ends: 'asks', weighs: 'critical', because: 'Critical because it is about the headcount, and the headcount is due already.' },
  { of: 'timeline_items.planned_start', base: '2026-06-20T16:00', stands: ['2026-06-20T16:30', 'planner'], comes: ['2026-06-20T16:15', 'assistant'], ends: 'asks', weighs: 'high', because: 'High because it is about the start.' },
  { of: 'timeline_items.planned_start', base: '2026-06-20T16:00', stands: ['2026-06-20T16:30', 'assistant'], comes: ['2026-06-20T16:15', 'assistant'], ends: 'asks', weighs: 'critical', because: 'Critical because it is about the start, and neither side has the last word.' },
  { of: 'timeline_items.planned_start', base: '2026-06-20T16:00', stands: ['2026-06-20T16:15', 'planner', later(15, 'rain')], comes: ['2026-06-20T16:30', 'assistant', later(30, 'rain')], in: { anchor: 'hard' }, ends: 'asks', weighs: 'critical', because: 'Critical because it is about the start.' },
  { of: 'timeline_items.planned_start', base: '2026-06-20T16:00', stands: ['2026-06-20T16:15', 'planner', later(15, 'rain')], comes: ['2026-06-20T16:30', 'assistant', later(30, 'traffic')], in: { anchor: 'hard' }, ends: 'asks', value: '2026-06-20T16:30', weighs: 'critical', because: 'Critical because it is about the start.' },
  { of: 'timeline_items.duration_min', base: 60, stands: [90, 'lead'], comes: [70, 'assistant'], holdsWith: ['comes'], ends: 'merged', value: 70, weighs: 'medium', because: 'Medium because it is about the length.' },
  { of: 'timeline_items.duration_min', base: 60, stands: [70, 'assistant'], comes: [90, 'lead'], holdsWith: ['stands'], ends: 'merged', value: 70, weighs: 'medium', because: 'Medium because it is about the length.' },
  { of: 'timeline_items.duration_min', base: 60, stands: [90, 'lead'], comes: [70, 'assistant'], holdsWith: ['stands', 'comes'], ends: 'merged', value: 90, weighs: 'medium', because: 'Medium because it is about the length.' },
  { of: 'timeline_items.duration_min', base: 60, stands: [90, 'assistant'], comes: [70, 'assistant'], holdsWith: [], ends: 'asks', weighs: 'high', because: 'High because it is about the length, and neither side has the last word.' },
  { of: 'timeline_items.min_duration_min', base: 10, stands: [20, 'lead'], comes: [15, 'assistant'], holdsWith: ['comes'], ends: 'merged', value: 15, weighs: 'medium', because: 'Medium because it is about the shortest length.' },
  { of: 'timeline_items.min_duration_min', base: 10, stands: [20, 'assistant'], comes: [15, 'lead'], ends: 'merged', value: 15, weighs: 'medium', because: 'Medium because it is about the shortest length.' },
  { of: 'timeline_items.compressible', base: null, stands: [true, 'assistant'], comes: [false, 'assistant'], ends: 'merged', value: true, weighs: 'medium', because: 'Medium because it is about whether it can be shortened, and neither side has the last word.' },
  { of: 'timeline_items.sort_key', base: 'a1', stands: ['a2', 'venue'], comes: ['a3', 'assistant'], ends: 'merged', value: 'a3', weighs: 'low', because: 'Low because it is about the order.' },
  { of: 'timeline_items.anchor', base: null, stands: ['soft', 'assistant'], comes: ['hard', 'lead'], ends: 'merged', value: 'hard', weighs: 'high', because: 'High because it is about whether the time is fixed.' },
  { of: 'timeline_items.locked', base: null, stands: [true, 'planner'], comes: [false, 'lead'], ends: 'merged', value: false, weighs: 'high', because: 'High because it is about the lock.' },
  { of: 'timeline_items.location', base: 'Barn', stands: ['Orchard', 'planner'], comes: ['Tithe barn', 'venue'], ends: 'merged', value: 'Tithe barn', weighs: 'medium', because: 'Medium because it is about the place.' },
  { of: 'timeline_items.title', base: 'Cake', stands: ['The cake', 'assistant'], comes: ['Cutting the cake', 'planner'], dependants: 3, ends: 'merged', value: 'Cutting the cake', weighs: 'high', because: 'High because it is about the title, and several others wait for it.' },
  { of: 'timeline_items.cue', base: 'Song', stands: ['Valerie', 'assistant'], comes: ['Hey Ya', 'owner'], ends: 'merged', value: 'Hey Ya', weighs: 'high', because: 'High because it is about the cue.' },
  { of: 'timeline_items.cue', base: 'Song', stands: ['Valerie', 'assistant'], comes: ['Hey Ya', 'owner'], hours: 20, ends: 'asks', weighs: 'critical', because: 'Critical because it is about the cue, and the wedding is at most 48 hours away.' },
  { of: 'timeline_items.public_note', base: 'On the lawn.', stands: ['In the barn.', 'planner'], comes: ['In the tent.', 'assistant'], ends: 'asks', value: 'In the barn.\n— or —\nIn the tent.', weighs: 'low', because: 'Low because it is about the note for everyone.' },
  { of: 'timeline_items.internal_note', base: 'Bring tape.\nCall Sam.\n', stands: ['Bring tape.\nCall Sam.\nAnd a torch.\n', 'planner'], comes: ['Bring gaffer tape.\nCall Sam.\n', 'assistant'], ends: 'merged', value: 'Bring gaffer tape.\nCall Sam.\nAnd a torch.\n', weighs: 'low', because: 'Low because it is about the internal note.' },
  { of: 'timeline_items.guest_visible', base: null, stands: [false, 'planner'], comes: [true, 'assistant'], ends: 'merged', value: false, weighs: 'critical', because: 'Critical because it is about whether guests see it.' },
  { of: 'timeline_items.vendor_id', base: id(1), stands: [id(2), 'assistant'], comes: [id(3), 'planner'], ends: 'merged', value: id(3), weighs: 'medium', because: 'Medium because it is about the vendor.' },
  { of: 'timeline_dependencies.lag_min', base: 5, stands: [10, 'planner'], comes: [15, 'assistant'], ends: 'asks', weighs: 'high', because: 'High because it is about the minutes between.' },
  { of: 'vendor_contacts.phones', base: { mobile: '+441111111' }, stands: [{ mobile: '+442222222' }, 'planner'], comes: [{ mobile: '+443333333' }, 'vendor'], ends: 'asks', value: { mobile: '+443333333' }, weighs: 'high', because: 'High because it is about the phones.' },
  { of: 'guests.plus_one', base: null, stands: [false, 'planner'], comes: [true, 'couple'], wedding: due, ends: 'merged', value: true, weighs: 'high', because: 'High because it is about whether they bring somebody, and the headcount is due already.' },
  { of: 'guests.checked_in_at', base: null, stands: ['2026-06-20T14:06:00.000Z', 'planner'], comes: ['2026-06-20T14:02:00.000Z', 'assistant'], ends: 'merged', value: '2026-06-20T14:02:00.000Z', weighs: 'low', because: 'Low because it is about when they came.' },
  { of: 'form_responses.answers', base: { song: 'Valerie' }, stands: [{ song: 'Crazy' }, 'planner'], comes: [{ song: 'Hey Ya' }, 'couple'], ends: 'merged', value: { song: 'Hey Ya' }, weighs: 'medium', because: 'Medium because it is about the answers.' },
  { of: 'form_responses.answers', base: { song: 'Valerie' }, stands: [{ song: 'Crazy' }, 'planner'], comes: [{ song: 'Hey Ya' }, 'couple'], in: { status: 'submitted' }, ends: 'merged', value: { song: 'Hey Ya' }, weighs: 'high', because: 'High because it is about the answers, and these answers were handed in.' },
  { of: 'tasks.checklist', base: [line('a', 'Rings')], stands: [[line('a', 'Rings', true)], 'assistant'], comes: [[line('a', 'Both rings')], 'planner'], ends: 'merged', value: [line('a', 'Both rings', true)], weighs: 'medium', because: 'Medium because it is about the checklist.' },
  { of: 'tasks.owner_id', base: id(1), stands: [id(2), 'assistant'], comes: [id(3), 'planner'], ends: 'merged', value: id(3), weighs: 'medium', because: 'Medium because it is about who looks after it.' },
  { of: 'tasks.due', base: '2026-06-01T10:00', stands: ['2026-06-02T10:00', 'planner'], comes: ['2026-06-03T10:00', 'lead'], ends: 'merged', value: '2026-06-03T10:00', weighs: 'medium', because: 'Medium because it is about when it is due.' },
  { of: 'shot_list_items.done', base: null, stands: [true, 'assistant'], comes: [false, 'planner'], ends: 'merged', value: true, weighs: 'low', because: 'Low because it is about whether it is taken.' },
  { of: 'documents.hash', base: 'a1', stands: ['b2', 'planner'], comes: ['c3', 'assistant'], ends: 'asks', weighs: 'medium', because: 'Medium because it is about the file.' },
  { of: 'notes.visibility', base: 'venue', stands: ['team', 'assistant'], comes: ['all', 'planner'], ends: 'merged', value: 'team', weighs: 'critical', because: 'Critical because it is about who may read it.' },
  { of: 'people.role', base: 'assistant', stands: ['planner', 'owner'], comes: ['viewer', 'owner'], ends: 'merged', value: 'viewer', weighs: 'critical', because: 'Critical because it is about the role.' },
  { of: 'timeline_items.title', base: 'Cake', stands: ['The cake', 'assistant'], comes: ['Cutting the cake', 'planner'], ends: 'merged', value: 'Cutting the cake', weighs: 'medium', because: 'Medium because it is about the title.' },
  { of: 'timeline_items.title', base: 'Cake', stands: ['The cake', 'planner'], comes: ['Cutting the cake', 'planner'], ends: 'asks', weighs: 'high', because: 'High because it is about the title, and neither side has the last word.' },
  { of: 'timeline_items.title', base: 'Cake', stands: ['The cake', 'assistant'], comes: ['Cutting the cake', 'planner'], in: { key_moment: true }, ends: 'merged', value: 'Cutting the cake', weighs: 'high', because: 'High because it is about the title, and this is a key moment.' },
  { of: 'timeline_items.owner_id', base: id(1), stands: [id(2), 'assistant'], comes: [id(3), 'lead'], hours: 6, ends: 'merged', value: id(3), weighs: 'high', because: 'High because it is about who looks after it, and the wedding is at most 48 hours away.' },
  { of: 'timeline_items.status', base: 'planned', stands: ['started', 'venue'], comes: ['ready', 'assistant'], ends: 'merged', value: 'started', weighs: 'high', because: 'High because it is about the status.' },
  { of: 'timeline_items.status', base: 'planned', stands: ['skipped', 'planner'], comes: ['done', 'assistant'], ends: 'asks', weighs: 'high', because: 'High because it is about the status.' },
  { of: 'timeline_items.actual_start', base: null, stands: ['2026-06-20T14:06:00.000Z', 'venue'], comes: ['2026-06-20T14:02:00.000Z', 'assistant'], ends: 'merged', value: '2026-06-20T14:02:00.000Z', weighs: 'medium', because: 'Medium because it is about when it began.' },
  { of: 'timeline_items.actual_end', base: null, stands: ['2026-06-20T14:46:00.000Z', 'venue'], comes: ['2026-06-20T14:42:00.000Z', 'assistant'], ends: 'merged', value: '2026-06-20T14:46:00.000Z', weighs: 'medium', because: 'Medium because it is about when it ended.' },
  { of: 'timeline_items.participant_ids', base: [id(1)], stands: [[id(1), id(2)], 'planner'], comes: [[id(3)], 'assistant'], ends: 'merged', value: [id(2), id(3)], weighs: 'medium', because: 'Medium because it is about who takes part.' },
  { of: 'vendor_contacts.arrival_status', base: 'booked', stands: ['no_show', 'planner'], comes: ['arrived', 'vendor'], ends: 'asks', weighs: 'high', because: 'High because it is about the arrival status.' },
  { of: 'vendor_contacts.arrived_at', base: null, stands: ['2026-06-20T10:06:00.000Z', 'assistant'], comes: ['2026-06-20T10:02:00.000Z', 'vendor'], ends: 'merged', value: '2026-06-20T10:02:00.000Z', weighs: 'high', because: 'High because it is about the time of arrival.' },
  { of: 'vendor_contacts.email', base: 'a@x.example', stands: ['b@x.example', 'planner'], comes: ['c@x.example', 'assistant'], ends: 'asks', value: 'b@x.example', weighs: 'high', because: 'High because it is about the email.' },
  { of: 'vendor_contacts.replaced_by', base: null, stands: [id(1), 'planner'], comes: [id(2), 'assistant'], ends: 'asks', weighs: 'critical', because: 'Critical because it is about the vendor who comes instead.' },
  { of: 'guests.rsvp', base: 'none', stands: ['no', 'planner'], comes: ['yes', 'couple'], ends: 'merged', value: 'yes', weighs: 'medium', because: 'Medium because it is about the answer to the invitation.' },
  { of: 'guests.dietary', base: ['vegan'], stands: [['vegan', 'halal'], 'planner'], comes: [['gluten-free', 'vegan'], 'couple'], ends: 'merged', value: ['gluten-free', 'halal', 'vegan'], weighs: 'high', because: 'High because it is about the dietary needs.' },
  { of: 'guests.allergies', base: [nuts], stands: [[milk, nuts], 'planner'], comes: [[], 'couple'], ends: 'merged', value: [milk], weighs: 'critical', because: 'Critical because it is about the allergies.' },
  { of: 'guests.allergies', base: [nuts], stands: [[severe], 'planner'], comes: [[], 'couple'], ends: 'asks', value: [severe], weighs: 'critical', because: 'Critical because it is about the allergies.' },
  { of: 'guests.meal_choice', base: 'Fish', stands: ['Beef', 'planner'], comes: ['Risotto', 'couple'], ends: 'merged', value: 'Risotto', weighs: 'medium', because: 'Medium because it is about the meal.' },
  { of: 'guests.check_in_status', base: 'expected', stands: ['left', 'assistant'], comes: ['arrived', 'planner'], ends: 'merged', value: 'left', weighs: 'low', because: 'Low because it is about whether they are there.' },
  { of: 'tasks.status', base: 'open', stands: ['done', 'assistant'], comes: ['doing', 'planner'], ends: 'merged', value: 'done', weighs: 'medium', because: 'Medium because it is about how far it is.' },
  { of: 'payments.amount_minor', base: 100_000, stands: [120_000, 'planner'], comes: [90_000, 'owner'], ends: 'asks', weighs: 'critical', because: 'Critical because it is about the amount.' },
  { of: 'payments.due', base: '2026-06-01', stands: ['2026-06-05', 'planner'], comes: ['2026-06-10', 'owner'], ends: 'asks', weighs: 'critical', because: 'Critical because it is about the day it is due.' },
  { of: 'memberships.role', base: 'assistant', stands: ['planner', 'owner'], comes: ['viewer', 'planner'], ends: 'merged', value: 'planner', weighs: 'critical', because: 'Critical because it is about the role.' },
  { of: 'notes.body', base: 'Rain.', stands: ['Sun.', 'planner'], comes: ['Snow.', 'assistant'], ends: 'merged', value: 'Snow.\n— or —\nSun.', weighs: 'low', because: 'Low because it is about the note.' },
]

const outcomeOf = ({
  of,
  base,
  stands,
  comes,
  in: rest = {},
  wedding = {},
  hours = month,
  dependants = 0,
  holdsWith,
}: Line) => {
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
    sides: {
      client: { role: comes[1], userId: 'c' },
      ...(comes[2] && { intents: { [field]: comes[2] } }),
      server: { [field]: { role: stands[1], userId: 's', ...(stands[2] && { intent: stands[2] }) } },
    },
    context: { hoursUntilEvent: hours, scopeRecord: wedding, at: Date.parse('2026-05-20T12:00Z'), dependants },
    ...(holdsWith && { keepsPlan: (_field: string, value: Json) => holdsWith.includes(value === comes[0] ? 'comes' : 'stands') }), // prettier-ignore
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
  const told = conflict!.fields.find((one) => one.field === field)
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

// prettier-ignore
const wholes: { table: string; field: string; value: Json; does: 'update' | 'delete'; weighs: string; because: string }[] = [
  { table: 'guests', field: 'name', value: 'Rose', does: 'update', weighs: 'critical', because: 'Critical because it is about the whole entry.' },
  { table: 'vendor_contacts', field: 'category', value: 'band', does: 'delete', weighs: 'critical', because: 'Critical because it is about the whole entry.' },
  { table: 'tasks', field: 'title', value: 'Rings', does: 'update', weighs: 'high', because: 'High because it is about the whole entry.' },
  { table: 'timeline_items', field: 'title', value: 'Cake', does: 'delete', weighs: 'high', because: 'High because it is about the whole entry.' },
]

test.each(wholes)(
  'a record of $table that one deletes and the other edits waits for a person ($does)',
  ({ table, field, value, does, weighs, because }) => {
    const collection = allCollections.find(({ name }) => name === table)!
    const stored = {
      version: 9,
      fields: { ...collection.defaults, [field]: 'as it was' },
      fieldVersions: { ...Object.fromEntries(collection.fieldNames.map((name) => [name, 1])), [field]: 9 },
      isDeleted: does === 'update',
    }
    const data = does === 'update' ? { [field]: value } : {}
    const change = { action: does, data, base: { [field]: 'as it was before' }, baseVersion: 5 }
    const { outcome, write, conflict } = resolveConflict({
      ...{ collection, change, stored, strategy: 'merge' as const },
      contested: contestedFields({ collection, change, stored }),
      sides: { client: { role: 'planner', userId: 'c' }, server: {} },
      context: { hoursUntilEvent: month },
    })
    expect([outcome, write, conflict!.kind]).toEqual([
      'waiting',
      {},
      does === 'update' ? 'edit_deleted' : 'delete_edited',
    ])
    expect([conflict!.severity, conflict!.because]).toEqual([weighs, because])
  },
)
