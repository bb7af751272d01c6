// Reads everything that devices ever wrote into a database, and names each field whose value somebody wrote over without having
// seen it, where no conflict row holds both values.  Shows P4.
import { isJsonObject, sameJson, type Json, type JsonObject } from '@wedsync/protocol'
import { allCollections } from '@wedsync/wedding'
import type { Sql } from './account-of.ts'

type Line = {
  changeId: string
  table: string
  id: string
  action: string
  position: string
  before: JsonObject
  after: JsonObject | null
}
type LedgerRow = {
  changeId: string
  action: string
  data: JsonObject | null
  base: JsonObject | null
  after: string | null
  /** What its author was told is contested, when it came. */
  told: Contested[] | null
  /** What belongs to one action of one device; null: it stands for itself. */
  actionOf: string | null
}
type Conflict = {
  changeId: string
  decisionId: string | null
  table: string
  id: string
  version: number
  fields: Contested[]
}
type Contested = { field: string; server?: Json; table?: string; id?: string }
type Ledger = ReadonlyMap<string, LedgerRow>

const defaults = new Map(allCollections.map(({ name, defaults: given }) => [name, given as JsonObject]))

export const overwrittenUnseen = async (sql: Sql): Promise<string[]> => {
  const lines = await sql<Line>(
    `select h.change_id as "changeId", t.name as "table", h.record_id as id, h.action, h.position, h.before, h.after
       from sync.history h join sync.tables t using (table_id)
      where h.change_id is not null and h.user_id is not null and h.action <> 'create' and h.before is not null
      order by h.position`,
  )
  const ledger = await sql<LedgerRow>(
    `select change_id as "changeId", action, data, base, more ->> 'after' as after,
            coalesce(receipt #> '{conflict,fields}', receipt #> '{processed,conflict,fields}') as told,
            device_id || (more ->> 'groupId') as "actionOf" from public.offline_sync_queue`,
  )
  const conflicts = await sql<Conflict>(
    `select change_id as "changeId", decision_id as "decisionId", table_name as "table", record_id as id, version::integer as version, fields
       from public.sync_conflict_log`,
  )
  const rows: Ledger = new Map(ledger.map((row) => [row.changeId, row]))
  const members = Map.groupBy(ledger, (row) => row.actionOf)
  const openedBy = Map.groupBy(conflicts, ({ changeId }) => changeId)
  const decidedBy = Map.groupBy(conflicts, ({ decisionId }) => decisionId)

  // whoever decides for somebody's side writes what they wanted, on what they had seen
  const standsFor = (changeId: string): string[] => [
    changeId,
    ...(decidedBy.get(changeId) ?? []).flatMap((conflict) => {
      const actionOf = rows.get(conflict.changeId)?.actionOf ?? null
      const together = actionOf === null ? [] : (members.get(actionOf) ?? [])
      return [conflict.changeId, ...together.map((row) => row.changeId)]
    }),
  ]
  return lines.flatMap((line) =>
    Object.entries(line.before).flatMap(([field, before]) => {
      // nothing of anybody's is lost of a field that holds nothing, or what every new record holds
      if (line.action === 'delete' && sameJson(before, defaults.get(line.table)?.[field] ?? null)) return []
      if (line.action === 'delete' && before === null) return []
      const seen = standsFor(line.changeId).flatMap((changeId) => valuesSeen(rows, changeId, field))
      if (isSeen(before, line.after?.[field], seen)) return []
      const told = [...(openedBy.get(line.changeId) ?? []), ...(decidedBy.get(line.changeId) ?? [])]
      if (told.some((conflict) => holds(conflict, line, field, before))) return []
      // while a conflict waits its sides move along: then its author's receipt has them as they stood, or it was told of the field
      const receipt = rows.get(line.changeId)?.told ?? []
      if (receipt.some((one) => one.field === field && sameJson(one.server ?? null, before))) return []
      if ((openedBy.get(line.changeId) ?? []).some((conflict) => hasMovedSince(conflict, line, field))) return []
      const says = `wrote over ${field} = ${JSON.stringify(before)} of ${line.table}/${line.id} at ${line.position}`
      return [`${line.changeId} ${says} (${line.action}); seen was ${JSON.stringify(seen)}`]
    }),
  )
}

// what the change says it saw, and what earlier changes of its chain wrote themselves
const valuesSeen = (rows: Ledger, changeId: string, field: string): Json[] => {
  const values: Json[] = []
  for (let id: string | null = changeId; id !== null;) {
    const row: LedgerRow | undefined = rows.get(id)
    if (!row) break
    if (row.base && Object.hasOwn(row.base, field)) values.push(row.base[field]!)
    if (id !== changeId && row.data && Object.hasOwn(row.data, field)) values.push(row.data[field]!)
    if (row.action === 'create' || row.action === 'restore') break
    id = row.after
  }
  return values
}

// of a field with labels, label by label
const isSeen = (before: Json, after: Json | undefined, seen: readonly Json[]): boolean => {
  if (seen.some((value) => sameJson(value, before))) return true
  if (!isJsonObject(before) || !isJsonObject(after)) return false
  return [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .filter((label) => !sameJson(before[label] ?? null, after[label] ?? null))
    .every((label) =>
      seen.some((value) => isJsonObject(value) && sameJson(value[label] ?? null, before[label] ?? null)),
    )
}

// a rule settled it, the person is asked about another field, and others wrote on: both values are in what the rule made of them
const hasMovedSince = (conflict: Conflict, line: Line, field: string): boolean =>
  conflict.version > 1 &&
  conflict.fields.some(
    (one) =>
      one.field === field &&
      (one.table ?? conflict.table) === line.table &&
      (one.id ?? conflict.id) === line.id &&
      Object.hasOwn(one, 'resolved'),
  )

const holds = (conflict: Conflict, line: Line, field: string, before: Json): boolean =>
  conflict.fields.some(
    (one) =>
      one.field === field &&
      (one.table ?? conflict.table) === line.table &&
      (one.id ?? conflict.id) === line.id &&
      sameJson(one.server ?? null, before),
  )
