// Reads everything that devices ever wrote into a database, and what was kept of it on the way; names each value that somebody wrote
// over without having seen it, where no conflict row holds both, and each deleted record that an edit brought back. The judgement is
// the simulation's.  Shows P4.
import type { JsonObject } from '@wedsync/protocol'
import { inOrganization } from '../simulation/model/rows.ts'
import { writtenOver, type Evidence, type Unseen } from '../simulation/checkers/written-over.ts'
import type { Accounted, Sql } from './account-of.ts'

type Of<Rows extends keyof Evidence> = Evidence[Rows] extends readonly (infer Row)[]
  ? Row
  : Evidence[Rows] extends ReadonlyMap<string, infer Row>
    ? Row
    : never
type Change = Of<'ledger'> & { organizationId: string; changeId: string; base: JsonObject | null }

export const overwrittenUnseen = async (sql: Sql, phones: readonly Accounted[]): Promise<string[]> => {
  const lines = await sql<Of<'lines'>>(linesOfHistory)
  const changes = await sql<Change>(changesAsTheyCame)
  const conflicts = await sql<Of<'conflicts'>>(versionsOfConflicts)
  const waiting = await sql<{ conflictId: string; changeId: string }>(
    'select conflict_id as "conflictId", change_id as "changeId" from evidence.waited',
  )
  const waited = Map.groupBy(waiting, ({ conflictId }) => conflictId)
  return writtenOver({
    ...{ lines, conflicts },
    ledger: new Map(changes.map((row) => [inOrganization(row.organizationId, row.changeId), row])),
    // of a phone that nobody looked into we know what it says it saw
    saved: new Map([
      ...changes.map(({ changeId, base }) => [changeId, base ? [base] : []] as const),
      ...phones.flatMap((phone) => phone.made().map(({ changeId, bases }) => [changeId, bases] as const)),
    ]),
    waited: new Map([...waited].map(([id, rows]) => [id, new Set(rows.map(({ changeId }) => changeId))])),
  }).map(said)
}

const said = (unseen: Unseen): string => {
  const { changeId, table, id, action, position } = unseen.line
  if (unseen.what === 'broughtBack') return `${changeId} brought ${table}/${id} back, which somebody had deleted`
  const { field, before, seen } = unseen
  return `${changeId} wrote over ${field} = ${JSON.stringify(before)} of ${table}/${id} at ${position} (${action}); seen was ${JSON.stringify(seen)}, and no conflict says so`
}

const linesOfHistory = `
  select h.organization_id as "organizationId", h.change_id as "changeId", h.user_id as "userId", t.name as "table",
         h.record_id as id, h.action, h.position::double precision as position, h.before, h.after
    from sync.history h join sync.tables t using (table_id) order by h.position`

// what was forgotten counts as it was
const changesAsTheyCame = `
  select q.organization_id as "organizationId", q.change_id as "changeId", q.action, q.data, q.base, q.more,
         q.base_version::double precision as "baseVersion"
    from public.offline_sync_queue q
   where not exists (select from evidence.ledger e where e.organization_id = q.organization_id and e.change_id = q.change_id)
   union all
  select (e.kept).organization_id, (e.kept).change_id, (e.kept).action, (e.kept).data, (e.kept).base, (e.kept).more,
         (e.kept).base_version::double precision
    from evidence.ledger e`

const versionsOfConflicts = `
  select (c.kept).organization_id as "organizationId", c.conflict_id as "conflictId", (c.kept).change_id as "changeId",
         (c.kept).decision_id as "decisionId", (c.kept).table_name as "table", (c.kept).record_id as id, (c.kept).fields as fields
    from evidence.conflicts c order by c.nth`
