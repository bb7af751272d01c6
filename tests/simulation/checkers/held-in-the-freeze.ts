// The freeze: while a plan is frozen nobody but an owner or the lead moves what guards it, whichever way their change comes; and who reads a
// note is never widened by somebody who may not give their word. Goes by what was written, when and by whom, not by how it was decided.
import type { Collection } from '@wedsync/merge'
import type { Json, JsonObject } from '@wedsync/protocol'
import { allCollections, client } from '@wedsync/wedding'
import { linesOf, rowKey, type Line, type Row } from '../model/rows.ts'
import type { World } from '../world/world.ts'
import { allLines, short, type MakeChecker } from './checker.ts'

const collections = new Map(allCollections.map((collection) => [collection.name, collection]))
/** Between what is decided and what is written a freeze may begin, which was none yet. */
const lateMs = 10_000

export const heldInTheFreeze: MakeChecker = (world, report) => ({
  conclude: () => {
    for (const line of allLines(world)) {
      const collection = collections.get(line.table)
      if (!collection || line.userId === null || line.changeId === null || line.action === 'create') continue
      if (roleOf(line) === 'owner' || isLead(world, line)) continue
      const who = `${roleOf(line)} ${short(line.userId)}`
      const what = (field: string) => `${field} of ${line.table}/${short(line.id)}`
      for (const field of widenedBy(collection, line))
        report(`${who} made ${what(field)} ${JSON.stringify(line.after![field])}, and nobody gave their word`)
      if (!isFrozenAt(world, line)) continue
      const stood = stoodBefore(world, line)
      for (const [field, wanted] of wantedBy(collection, line))
        if (isHeld(collection, stood, field, wanted))
          report(`${who} wrote ${what(field)} in the freeze, where ${JSON.stringify(stood[field] ?? null)} stood`)
    }
  },
})

const roleOf = ({ role }: Line): string => (role ?? '').replace(/^app_/, '')

// a delete takes away whatever is there
const wantedBy = ({ fieldNames }: Collection, { action, after }: Line): [string, Json | undefined][] =>
  action === 'delete' ? fieldNames.map((field) => [field, undefined]) : Object.entries(after ?? {})

const widenedBy = ({ fieldOf }: Collection, line: Line): string[] =>
  line.action === 'delete'
    ? []
    : Object.entries(line.after ?? {}).flatMap(([field, after]) => {
        const { approval = null } = fieldOf(field) ?? {}
        const needsWord = approval !== null && !approval.by.includes(roleOf(line))
        return needsWord && approval.asks(line.before?.[field] ?? null, after) ? [field] : []
      })

const isHeld = (
  { fieldOf, frozenWhere }: Collection,
  stood: JsonObject,
  field: string,
  wanted: Json | undefined,
): boolean =>
  fieldOf(field)?.isFrozen === true ||
  frozenWhere.some(
    ({ fields, where, to }) =>
      fields.includes(field) &&
      where.values.includes(stood[where.field] ?? null) &&
      (to === undefined || (wanted !== undefined && to.includes(wanted))),
  )

// who leads it, or did when the world began
const isLead = ({ plan, model }: World, { scope, userId }: Line): boolean => {
  const own = plan.cast.people.flatMap((person) => (person.userId === userId ? [person.personId] : []))
  const first = plan.cast.rows.flatMap(([table, row]) => (table === 'assignments' ? [row] : []))
  return [...first, ...model.reads.rows<Row>('assignments')].some(
    (row) => row['client_id'] === scope && row['is_lead'] === true && own.includes(row['person_id'] as string),
  )
}

// nobody here freezes or thaws a plan: what it is at the end it was from the beginning
const isFrozenAt = ({ model }: World, { scope, at }: Line): boolean => {
  const row = model.reads.get<Row>('row', rowKey(client.name, scope))
  const freeze = row ? client.freezes!.told(row) : null
  return freeze !== null && freeze.from <= at - lateMs && at < freeze.to
}

// from what stands now, what moved since is taken back: what is old enough may be forgotten
const stoodBefore = ({ model: { reads } }: World, { table, id, position }: Line): JsonObject => {
  const since = linesOf(reads, table, id).filter((line) => line.position >= position)
  const back = since.toSorted((one, other) => other.position - one.position).map(({ before }) => before ?? {})
  return Object.assign({ ...reads.get<Row>('row', rowKey(table, id)) }, ...back) as JsonObject
}
