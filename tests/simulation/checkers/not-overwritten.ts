// P4: nothing that its author had not seen is overwritten without a conflict row that holds both values, and what somebody
// deleted comes back only by a decision, or where its author says so.
import { sameJson, type Json, type JsonObject } from '@wedsync/protocol'
import type { Schema } from '@wedsync/merge'
import { allCollections, weddingSchemas } from '@wedsync/wedding'
import { inOrganization, type ConflictRow, type LedgerRow, type Line, type Waiting } from '../model/rows.ts'
import { allLines, short, type MakeChecker } from './checker.ts'
import type { Happening } from '../world/events.ts'

export const notOverwritten: MakeChecker = (world, report) => {
  // as each change was first written down: what it carried is forgotten when a season has passed
  const ledger: Ledger = new Map()
  // a conflict holds both values when it is written; its server side moves along later
  const conflicts: ConflictRow[] = []
  const saved: SeenBy = new Map()
  // conflict → the changes that waited for it
  const waited = new Map<string, Set<string>>()
  const hear = (happening: Happening) => {
    if (happening.what === 'saved') {
      const { changeId, change } = happening.entry
      const seen = {
        base: change.base ?? {},
        schema: weddingSchemas.past(change.schemaVersion ?? weddingSchemas.current),
      }
      saved.set(changeId, [...(saved.get(changeId) ?? []), seen])
    }
    if (happening.what !== 'committed') return
    for (const [key, row] of (happening.written.get('ledger') ?? new Map()) as Map<string, LedgerRow | undefined>)
      if (row && (row.data !== null || !ledger.has(key))) ledger.set(key, row)
    for (const [, one] of (happening.written.get('waiting') ?? new Map()) as Map<string, Waiting | undefined>)
      if (one) waited.set(one.conflictId, (waited.get(one.conflictId) ?? new Set<string>()).add(one.changeId))
    for (const [, row] of (happening.written.get('conflict') ?? new Map()) as Map<string, ConflictRow | undefined>)
      if (row) conflicts.push(row)
  }
  const conclude = () => {
    const lines = allLines(world)
    for (const line of lines) {
      const { changeId, organizationId } = line
      if (changeId === null || line.userId === null) continue
      const decided = conflicts.find((conflict) => conflict.decisionId === changeId)
      if (line.action === 'create') {
        const change = ledger.get(inOrganization(organizationId, changeId))
        if (change?.action === 'update' && !decided)
          report(`${short(changeId)} brought ${line.table}/${short(line.id)} back, which somebody had deleted`)
        continue
      }
      for (const [field, before] of Object.entries(line.before ?? {})) {
        const after = line.after?.[field]
        // nothing is lost of a field that holds nothing, nor of one that stands as it did when its author looked, read or not
        if (line.action === 'delete' && (before === null || isUnmoved(ledger, lines, line, field))) continue
        // nor of one that its author's app has no place for, while it holds what every new record does
        if (
          line.action === 'delete' &&
          sameJson(before, defaultOf(line, field)) &&
          isUnknownTo(saved.get(changeId), line, field)
        )
          continue
        const seen = [changeId, ...(waited.get(decided?.conflictId ?? '') ?? [])].flatMap((id) =>
          valuesSeen({ ledger, saved }, line, id, field),
        )
        if (isSeen(before, after, seen)) continue
        const decidedId = decided?.conflictId
        if (conflicts.some((conflict) => holdsBoth({ conflict, decidedId }, line, field, before))) continue
        report(
          `${short(changeId)} wrote over ${field} = ${JSON.stringify(before)} of ${line.table}/${short(line.id)} at ${line.position}; seen was ${JSON.stringify(seen)}, and no conflict says so`,
        )
      }
    }
  }
  return { hear, conclude }
}

const defaultOf = ({ table }: Line, field: string): Json =>
  (allCollections.find(({ name }) => name === table)?.defaults[field] as Json | undefined) ?? null

const isUnknownTo = (seen: readonly Seen[] | undefined, { table }: Line, field: string): boolean =>
  seen?.some(({ schema }) => schema?.wordsOf(table)?.byNew.get(field) === null) ?? false

type Ledger = Map<string, LedgerRow>
/** What stood before the person when they made it, as the phone had it then, in the words of its app; null: today's. */
type Seen = { base: JsonObject; schema: Schema | null }
type SeenBy = Map<string, Seen[]>

const isSeen = (before: Json, after: Json | undefined, seen: readonly Json[]): boolean => {
  if (seen.some((value) => sameJson(value, before))) return true
  if (!isLabels(before) || !isLabels(after)) return false
  const touched = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter(
    (label) => !sameJson(before[label] ?? null, after[label] ?? null),
  )
  return touched.every((label) =>
    seen.some((value) => isLabels(value) && sameJson(value[label] ?? null, before[label] ?? null)),
  )
}

const isLabels = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const isUnmoved = (ledger: Ledger, lines: readonly Line[], line: Line, field: string): boolean => {
  const row = ledger.get(inOrganization(line.organizationId, line.changeId!))
  if (row?.baseVersion == null || row.more?.['fromBefore'] === true) return false
  return !lines.some(
    ({ table, id, position, before, after }) =>
      table === line.table &&
      id === line.id &&
      position > row.baseVersion! &&
      position < line.position &&
      (Object.hasOwn(after ?? {}, field) || Object.hasOwn(before ?? {}, field)),
  )
}

// what its author saw, and what earlier changes of its chain wrote themselves
const valuesSeen = (
  { ledger, saved }: { ledger: Ledger; saved: SeenBy },
  line: Line,
  first: string,
  field: string,
): Json[] => {
  const values: Json[] = []
  for (let changeId: string | null = first; changeId !== null;) {
    const row = ledger.get(inOrganization(line.organizationId, changeId))
    if (!row) break
    const data = row.data as JsonObject | null
    for (const one of saved.get(changeId) ?? []) values.push(...valueSeen(one, line, field))
    if (changeId !== first && data && Object.hasOwn(data, field)) values.push(data[field]!)
    // a restored record had these values last, whoever saw them
    if (row.action === 'create' || row.action === 'restore') break
    changeId = (row.more?.['after'] as string | undefined) ?? null
  }
  return values
}

// an older word that stands for what stood says all its author could see of it
const valueSeen = ({ base, schema }: Seen, { table, before }: Line, field: string): Json[] => {
  const wording = schema?.wordsOf(table)?.byNew.get(field)
  const name = wording === undefined ? field : wording?.was
  if (name === undefined || !Object.hasOwn(base, name)) return []
  const seen = base[name]!
  if (!wording) return [seen]
  const stood = before?.[field] ?? null
  return [!isLabels(stood) && wording.standsFor(seen, stood) ? stood : wording.meant(seen)]
}

type Held = { conflict: ConflictRow; decidedId: string | undefined }

const holdsBoth = ({ conflict, decidedId }: Held, line: Line, field: string, before: Json): boolean =>
  (conflict.changeId === line.changeId || conflict.conflictId === decidedId) &&
  conflict.organizationId === line.organizationId &&
  conflict.fields.some(
    (one) =>
      one.field === field &&
      (one.table ?? conflict.table) === line.table &&
      (one.id ?? conflict.id) === line.id &&
      // what a rule settled before a person decided is in it as well
      [one.server, one.resolved].some((value) => sameJson(value ?? null, before)),
  )
