// The judgement behind P4, for the simulation and for real runs alike: takes everything that was ever committed and what stood before
// each person; names each value that somebody wrote over without having seen it, where no conflict row holds both, and each deleted
// record that an edit brought back.  Pure.
import { sameJson, type Json, type JsonObject } from '@wedsync/protocol'
import type { Schema } from '@wedsync/merge'
import { allCollections } from '@wedsync/wedding'
import { inOrganization, type ConflictRow, type LedgerRow, type Line } from '../model/rows.ts'
import { namesApart, partsIn } from './parts-in.ts'

type Written = Pick<Line, 'organizationId' | 'position' | 'table' | 'id' | 'action' | 'before' | 'after'> &
  Pick<Line, 'userId' | 'changeId'>
type Change = Pick<LedgerRow, 'action' | 'baseVersion' | 'data' | 'more'>
type Conflict = Pick<ConflictRow, 'organizationId' | 'conflictId' | 'changeId' | 'decisionId' | 'table' | 'id'> & {
  fields: readonly Pick<ConflictRow['fields'][number], 'field' | 'table' | 'id' | 'server' | 'resolved'>[]
}

export type Evidence = {
  /** Every line of history there is, in the order of its organization. */
  lines: readonly Written[]
  /** By organization and id: each change as it was first written down, before anything of it was forgotten. */
  ledger: ReadonlyMap<string, Change>
  /** By id of the change: what stood before the person at each edit that is in it, as their phone had it then. */
  saved: ReadonlyMap<string, readonly JsonObject[]>
  /** By id of the change: the words of its author's app, where they are not today's. */
  past?: ReadonlyMap<string, Schema>
  /** Each version of each conflict that was committed: it holds both values when it is written; its server side moves along later. */
  conflicts: readonly Conflict[]
  /** By conflict: the changes that ever waited for it. */
  waited: ReadonlyMap<string, ReadonlySet<string>>
}
export type Unseen = { line: Written & { changeId: string } } & (
  | { what: 'broughtBack' }
  /** `parts`: of a field that has some, those it is about. */
  | { what: 'writtenOver'; field: string; before: Json; seen: Json[]; parts?: string[] }
)

export const writtenOver = (evidence: Evidence): Unseen[] => {
  const byRecord = Map.groupBy(evidence.lines, recordOf)
  const byChange = Map.groupBy(evidence.lines, ({ changeId }) => changeId)
  const opened = Map.groupBy(evidence.conflicts, ({ changeId }) => changeId)
  const decidedBy = Map.groupBy(evidence.conflicts, ({ decisionId }) => decisionId)
  const versions = Map.groupBy(evidence.conflicts, ({ conflictId }) => conflictId)

  return evidence.lines.flatMap((line): Unseen[] => {
    const { changeId, organizationId } = line
    if (changeId === null || line.userId === null) return []
    const known = { ...line, changeId }
    const [decided] = decidedBy.get(changeId) ?? []
    if (line.action === 'create') {
      const change = evidence.ledger.get(inOrganization(organizationId, changeId))
      return change?.action === 'update' && !decided ? [{ what: 'broughtBack', line: known }] : []
    }
    const told = [...(opened.get(changeId) ?? []), ...(versions.get(decided?.conflictId ?? '') ?? [])]
    const lookedAt = line.action === 'delete' ? lastLookOf(evidence, byChange, known) : null
    return Object.entries(line.before ?? {}).flatMap(([field, before]): Unseen[] => {
      // nothing is lost of a field that holds nothing, nor of one that stands as it did when its author looked, read or not
      if (line.action === 'delete' && before === null) return []
      if (line.action === 'delete' && isOnlyDefault(evidence, byRecord.get(recordOf(line))!, known, field)) return []
      if (before === null && isOwnConsequence(byRecord.get(recordOf(line))!, line, field)) return []
      if (lookedAt !== null && isUnmoved(byRecord.get(recordOf(line))!, { from: lookedAt, to: line }, field)) return []
      const seen = [changeId, ...(evidence.waited.get(decided?.conflictId ?? '') ?? [])].flatMap((id) =>
        valuesSeen(evidence, byChange, line, id, field),
      )
      if (seen.some((value) => sameJson(value, before))) return []
      const held = told.flatMap((conflict) => heldBeside(conflict, line, field))
      if (held.some((value) => sameJson(value, before))) return []
      const parts = partsLost(line, field, [...seen, ...held])
      if (parts?.length === 0) return []
      return [{ what: 'writtenOver', line: known, field, before, seen, ...(parts && { parts }) }]
    })
  })
}

const recordOf = ({ table, id }: Written): string => `${table}/${id}`

// the position its author looked at: they say so, or it is where they made the record; null where positions tell nothing
const lastLookOf = (
  { ledger }: Evidence,
  byChange: ReadonlyMap<string | null, readonly Written[]>,
  line: Written & { changeId: string },
): number | null => {
  const first = ledger.get(inOrganization(line.organizationId, line.changeId))
  if (!first || first.more?.['fromBefore'] === true) return null
  if (first.baseVersion !== null) return first.baseVersion
  for (let changeId = afterOf(first); changeId !== null;) {
    const row = ledger.get(inOrganization(line.organizationId, changeId))
    if (row?.action === 'create')
      return byChange.get(changeId)?.find(({ action }) => action === 'create')?.position ?? null
    changeId = row ? afterOf(row) : null
  }
  return null
}

const isUnmoved = (ofRecord: readonly Written[], { from, to }: { from: number; to: Written }, field: string): boolean =>
  !ofRecord.some(
    ({ position, before, after }) =>
      position > from &&
      position < to.position &&
      (Object.hasOwn(after ?? {}, field) || Object.hasOwn(before ?? {}, field)),
  )

// whoever deletes a vendor takes it off every line that named it: that nothing stands there is their own doing, heard of or not
const isOwnConsequence = (ofRecord: readonly Written[], to: Written, field: string): boolean => {
  const last = ofRecord.findLast(({ position, after }) => position < to.position && Object.hasOwn(after ?? {}, field))
  return last !== undefined && last.changeId === null && last.userId === to.userId
}

// what its author saw, and what earlier changes of its chain wrote themselves
const valuesSeen = (
  { ledger, saved, past }: Evidence,
  byChange: ReadonlyMap<string | null, readonly Written[]>,
  line: Written,
  first: string,
  field: string,
): Json[] => {
  const values: Json[] = []
  for (let changeId: string | null = first; changeId !== null;) {
    const row = ledger.get(inOrganization(line.organizationId, changeId))
    if (!row) break
    const data = row.data as JsonObject | null
    for (const base of saved.get(changeId) ?? []) values.push(...valueSeen(base, past?.get(changeId), line, field))
    if (changeId !== first && data && Object.hasOwn(data, field)) values.push(data[field]!)
    // whoever makes a record makes it with what they have no place for, or may not read
    if (row.action === 'create')
      values.push(...(byChange.get(changeId) ?? []).flatMap(({ after }) => after?.[field] ?? []))
    // a restored record had these values last, whoever saw them
    if (row.action === 'create' || row.action === 'restore') break
    changeId = afterOf(row)
  }
  return values
}

// an older word that stands for what stood says all its author could see of it
const valueSeen = (base: JsonObject, schema: Schema | undefined, { table, before }: Written, field: string): Json[] => {
  const wording = schema?.wordsOf(table)?.byNew.get(field)
  const name = wording === undefined ? field : wording?.was
  if (name === undefined || !Object.hasOwn(base, name)) return []
  const seen = base[name]!
  if (!wording) return [seen]
  const stood = before?.[field] ?? null
  return [!isLabels(stood) && wording.standsFor(seen, stood) ? stood : wording.meant(seen)]
}

// the field holds what every new record does, and its author had no place for it, or nobody ever gave it anything: nothing of anybody's
// is lost. A phone whose app was brought up to date has records as its older app loaded them
const isOnlyDefault = (
  { past }: Evidence,
  ofRecord: readonly Written[],
  { changeId, table, before }: Written & { changeId: string },
  field: string,
) =>
  sameJson(before?.[field] ?? null, defaultOf(table, field)) &&
  (past?.get(changeId)?.wordsOf(table)?.byNew.get(field) === null ||
    ofRecord.every(({ action, after }) => action === 'create' || !Object.hasOwn(after ?? {}, field)))

const defaultOf = (table: string, field: string): Json =>
  allCollections.find(({ name }) => name === table)?.defaults[field] ?? null

const afterOf = ({ more }: Change): string | null => (more?.['after'] as string | undefined) ?? null

// of a field with parts, which of those that were moved nobody had seen as they stood, and no conflict says so; null for any other field
const partsLost = ({ table, before, after }: Written, field: string, known: readonly Json[]): string[] | null => {
  const [stood, stands] = [partsIn(table, field, before?.[field]), partsIn(table, field, after?.[field])]
  if (!stood || !stands) return null
  const looks = known.map((value) => partsIn(table, field, value))
  return namesApart(stood, stands).filter((name) => !looks.some((look) => look && look.get(name) === stood.get(name)))
}

const isLabels = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

// the other side of it; what a rule settled before a person decided is in it as well
const heldBeside = (conflict: Conflict, line: Written, field: string): Json[] =>
  conflict.organizationId === line.organizationId
    ? conflict.fields.flatMap((one) =>
        one.field === field && (one.table ?? conflict.table) === line.table && (one.id ?? conflict.id) === line.id
          ? [one.server ?? null, one.resolved ?? null]
          : [],
      )
    : []
