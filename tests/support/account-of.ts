// The account of a run, in the words of the simulation: every change that was made is in exactly one state, and what is not as
// promised is named: lost, applied twice, silently overwritten, stuck. Read from the database and from the phones, when it is
// quiet; printed at the end of a long part.
import { conflictsTable, sameJson, type JsonObject, type Processed } from '@wedsync/protocol'
import type { Entry } from '../../packages/client/src/outbox/entry.ts'
import { emptyAccount, type Account } from '../simulation/checkers/accounted.ts'
import { boundOf, isWhole, sumOf } from '../simulation/line-of-account.ts'
import type { Made } from './a-noted-device.ts'
import { overwrittenUnseen } from './overwritten-unseen.ts'

export type Sql = <Row extends object>(text: string, values?: unknown[]) => Promise<Row[]>
/** A phone: what was made on it, what it still holds, and what it was told is safe. */
export type Accounted = {
  made: () => readonly Made[]
  outbox: () => readonly Pick<Entry, 'changeId' | 'state'>[]
  acknowledged: ReadonlySet<string>
}
export type Problems = Record<'lost' | 'appliedTwice' | 'overwritten' | 'stuck', string[]>
export type Told = { runs: number; account: Account; problems: Problems }

export const nothingTold = (): Told => ({
  runs: 0,
  account: emptyAccount(),
  problems: { lost: [], appliedTwice: [], overwritten: [], stuck: [] },
})

type Row = {
  id: string
  status: string | null
  outcome: Processed['outcome'] | null
  /** Lines of history under its id, and of how many records. */
  lines: number
  records: number
  /** Lines under the id of the decision by which it went in. */
  decided: number
  /**
   * What it wanted, and where its record stood then: its own, or, where what it makes was there already and a person decided for it, the
   * one that was.
   */
  wanted: { records: string[]; version: string; data: JsonObject | null }
  /** What it waits for is not there. */
  isWaiting: boolean | null
}

/** One run's, of these phones. Their database keeps evidence. */
export const accountOf = async (sql: Sql, phones: readonly Accounted[]): Promise<Told> => {
  const told = nothingTold()
  const { account, problems } = told
  told.runs = 1
  const made = phones.flatMap((phone) => phone.made().map((one) => ({ ...one, phone })))
  const rows = await sql<Row>(rowsOfChanges, [made.map(({ changeId }) => changeId)])
  const rowById = new Map(rows.map((row) => [row.id, row]))
  for (const { changeId, folded, by, action, table, phone } of made) {
    const row = rowById.get(changeId)!
    const here = phone.outbox().find((entry) => entry.changeId === changeId)
    const says = `${changeId} of ${by} (${action} ${table}, ${row.status ?? 'unknown there'}, ${here?.state ?? 'not here'})`
    account.made += 1 + folded
    account.folded += folded
    const state = stateOf(row, here)
    if (state === null) problems.lost.push(says)
    else account[state] += 1
    if (state !== null && row.status === null && phone.acknowledged.has(changeId))
      problems.lost.push(`${says}: it was acknowledged`)
    if (row.lines > row.records) problems.appliedTwice.push(says)
    if (state === 'applied' && table !== conflictsTable && !(await isTraced(sql, row)))
      problems.lost.push(`${says}: it says applied, and no history knows of it`)
    if (state === 'kept' || here?.state === 'waiting' || here?.state === 'sending') problems.stuck.push(says)
  }
  problems.overwritten = await overwrittenUnseen(sql, phones)
  return told
}

// each table is read once: asked change by change, a season of ten thousand of them took longer than its kills
const rowsOfChanges = `
  with lines as materialized (
    select h.change_id, count(*)::integer as lines, count(distinct (h.table_id, h.record_id))::integer as records
      from sync.history h where h.change_id = any ($1) group by h.change_id
  ), deciding as materialized (
    select o.change_id, o.device_id, o.more ->> 'groupId' as group_id, h.record_id
      from public.sync_conflict_log l
      join public.offline_sync_queue o on o.change_id = l.change_id
      join sync.history h on h.change_id = l.decision_id
  ), decided as materialized (
    select d.change_id, d.record_id, count(*) as lines from deciding d group by 1, 2
  ), decided_together as materialized (
    select d.device_id, d.group_id, d.record_id, count(*) as lines from deciding d where d.group_id is not null group by 1, 2, 3
  ), made_twice as materialized (
    select m.change_id, array_agg(distinct coalesce((f ->> 'id')::uuid, l.record_id)) as records
      from public.offline_sync_queue m
      join public.offline_sync_queue o on o.change_id = m.change_id or (o.device_id = m.device_id and o.more ->> 'groupId' = m.more ->> 'groupId')
      join public.sync_conflict_log l on l.change_id = o.change_id and l.status = 'resolved'
     cross join jsonb_array_elements(l.fields) f
     where m.change_id = any ($1) and m.action = 'create' and f ->> 'rule' like 'twice@%' and coalesce(f ->> 'table', l.table_name) = m.table_name
     group by 1
  )
  select c.id, q.status, q.receipt #>> '{processed,outcome}' as outcome,
         coalesce(n.lines, 0) as lines, coalesce(n.records, 0) as records,
         (coalesce(d.lines, 0) + coalesce(t.lines, 0))::integer as decided,
         json_build_object('records', array[q.record_id] || coalesce(w.records, '{}'), 'data', q.data,
                           'version', coalesce(q.version::text, q.receipt #>> '{processed,version}')) as wanted,
         q.status = 'pending' and (q.awaits_id is not null or q.awaits_change is not null) and not sync.is_due(q) as "isWaiting"
    from unnest($1::uuid[]) as c (id)
    left join public.offline_sync_queue q on q.change_id = c.id
    left join lines n on n.change_id = c.id
    left join decided d on d.change_id = c.id and d.record_id = q.record_id
    left join made_twice w on w.change_id = c.id
    left join decided_together t on t.device_id = q.device_id and t.group_id = q.more ->> 'groupId' and t.record_id = q.record_id`

const stateOf = (
  { status, outcome, isWaiting }: Row,
  here: Pick<Entry, 'state'> | undefined,
): Exclude<keyof Account, 'made'> | null => {
  if (status === null) return here === undefined ? null : here.state === 'stuck' ? 'failed' : 'waiting'
  if (status === 'conflict') return 'waiting'
  if (status === 'failed') return 'failed'
  if (status !== 'completed') return isWaiting ? 'waiting' : 'kept'
  return outcome === 'merged' ? 'merged' : outcome === 'server_won' ? 'overruled' : 'applied'
}

// under its own id, under that of the decision it went in by, or because it wanted what stood there
const isTraced = async (sql: Sql, { lines, decided, outcome, wanted }: Row): Promise<boolean> => {
  if (lines > 0 || decided > 0) return true
  if (outcome === 'already_applied') return true
  for (const record of wanted.records) if (await stoodIn(sql, record, wanted)) return true
  return false
}

const stoodIn = async (sql: Sql, record: string, { version, data }: Row['wanted']): Promise<boolean> => {
  const history = await sql<{ isLater: boolean; before: JsonObject | null; after: JsonObject | null }>(
    'select position > $2::bigint as "isLater", before, after from sync.history where record_id = $1 order by position',
    [record, version],
  )
  return Object.entries(data ?? {}).every(([field, value]) => {
    const earlier = history.findLast(({ isLater, after }) => !isLater && after && Object.hasOwn(after, field))
    const later = history.find(({ isLater, before }) => isLater && before && Object.hasOwn(before, field))
    const stood = earlier?.after?.[field] ?? later?.before?.[field] ?? null
    return sameJson(stood, value)
  })
}

/** Both together. */
export const addTold = (one: Told, other: Told): Told => {
  const sum = nothingTold()
  sum.runs = one.runs + other.runs
  for (const key of Object.keys(sum.account) as (keyof Account)[])
    sum.account[key] = one.account[key] + other.account[key]
  for (const key of Object.keys(sum.problems) as (keyof Problems)[])
    sum.problems[key] = [...new Set([...one.problems[key], ...other.problems[key]])]
  return sum
}

export const problemsIn = ({ problems, account }: Told): string[] => [
  ...Object.entries(problems).flatMap(([what, list]) => list.map((one) => `${what}: ${one}`)),
  ...(isWhole(account) ? [] : [`the account is not whole: ${JSON.stringify(account)}`]),
]

/** What is printed at the end: the sums, and how sure they make anybody. */
export const reportOf = (title: string, { runs, account, problems }: Told): string => {
  const { lost, appliedTwice, overwritten, stuck } = problems
  const failures = [lost, appliedTwice, overwritten, stuck].reduce((sum, list) => sum + list.length, 0)
  return [
    `${title}: ${runs} runs`,
    `  changes ${sumOf(account)}`,
    `  lost ${lost.length}, applied twice ${appliedTwice.length}, silently overwritten ${overwritten.length}, stuck ${stuck.length}`,
    failures === 0 && runs > 0 ? `  ${boundOf(runs)}` : `  ${failures} failures`,
  ].join('\n')
}
