// The account of a run, in the words of the simulation: every change that was made is in exactly one state, and what is not as
// promised is named: lost, applied twice, silently overwritten, stuck. Read from the database and from the phones, when it is
// quiet; printed at the end of a long part.
import type { Processed } from '@wedsync/protocol'
import type { Entry } from '../../packages/client/src/outbox/entry.ts'
import type { Account } from '../simulation/checkers/accounted.ts'
import type { Made } from './a-noted-device.ts'
import { overwrittenUnseen } from './overwritten-unseen.ts'

export type Sql = <Row extends object>(text: string, values?: unknown[]) => Promise<Row[]>
/** A phone: what was made on it, what it still holds, and what it was told is safe. */
export type Accounted = {
  made: () => readonly Made[]
  outbox: () => readonly Entry[]
  acknowledged: ReadonlySet<string>
}
export type Problems = Record<'lost' | 'appliedTwice' | 'overwritten' | 'stuck', string[]>
export type Told = { runs: number; account: Account; problems: Problems }

const none = { applied: 0, merged: 0, folded: 0, overruled: 0, waiting: 0, kept: 0, failed: 0, thrownAway: 0 }
export const nothingTold = (): Told => ({
  runs: 0,
  account: { made: 0, ...none },
  problems: { lost: [], appliedTwice: [], overwritten: [], stuck: [] },
})

type Row = {
  id: string
  status: string | null
  outcome: Processed['outcome'] | null
  lines: number
  records: number
  /** What it waits for is not there. */
  isWaiting: boolean | null
}

/** One run's, of these phones. */
export const accountOf = async (sql: Sql, phones: readonly Accounted[]): Promise<Told> => {
  const told = nothingTold()
  const { account, problems } = told
  told.runs = 1
  const made = phones.flatMap((phone) => phone.made().map((one) => ({ ...one, phone })))
  const rows = await sql<Row>(
    `select c.id, q.status, q.receipt #>> '{processed,outcome}' as outcome,
            (select count(*)::integer from sync.history h where h.change_id = c.id) as lines,
            (select count(distinct (h.table_id, h.record_id))::integer from sync.history h where h.change_id = c.id) as records,
            q.status = 'pending' and (q.awaits_id is not null or q.awaits_change is not null) and not sync.is_due(q) as "isWaiting"
       from unnest($1::uuid[]) as c (id) left join public.offline_sync_queue q on q.change_id = c.id`,
    [made.map(({ changeId }) => changeId)],
  )
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
    if (isAppliedWithoutTrace(row, table)) problems.lost.push(`${says}: no line of history`)
    if (state === 'kept' || here?.state === 'waiting' || here?.state === 'sending') problems.stuck.push(says)
  }
  problems.overwritten = await overwrittenUnseen(sql)
  return told
}

const stateOf = (
  { status, outcome, isWaiting }: Row,
  here: Entry | undefined,
): Exclude<keyof Account, 'made'> | null => {
  if (status === null) return here === undefined ? null : here.state === 'stuck' ? 'failed' : 'waiting'
  if (status === 'conflict') return 'waiting'
  if (status === 'failed') return 'failed'
  if (status !== 'completed') return isWaiting ? 'waiting' : 'kept'
  return outcome === 'merged' ? 'merged' : outcome === 'server_won' ? 'overruled' : 'applied'
}

// of a plain change the ledger has no receipt: history is the only witness, unless it wanted what stood there
const isAppliedWithoutTrace = ({ status, outcome, lines }: Row, table: string): boolean =>
  status === 'completed' && outcome === 'applied' && lines === 0 && table !== 'conflicts'

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

/** Whether made = applied + merged + folded + overruled + waiting + kept + failed + thrown away. */
export const isWhole = ({ made, ...states }: Account): boolean =>
  made === Object.values(states).reduce((sum, count) => sum + count, 0)

export const problemsIn = ({ problems, account }: Told): string[] => [
  ...Object.entries(problems).flatMap(([what, list]) => list.map((one) => `${what}: ${one}`)),
  ...(isWhole(account) ? [] : [`the account is not whole: ${JSON.stringify(account)}`]),
]

/** What is printed at the end: the sums, and how sure they make anybody. */
export const reportOf = (title: string, { runs, account, problems }: Told): string => {
  const { made, ...states } = account
  const words = Object.entries(states).filter(([state, count]) => count > 0 || !['kept', 'thrownAway'].includes(state))
  const { lost, appliedTwice, overwritten, stuck } = problems
  const failures = [lost, appliedTwice, overwritten, stuck].reduce((sum, list) => sum + list.length, 0)
  return [
    `${title}: ${runs} runs`,
    `  changes made ${made} = ${words.map(([state, count]) => `${state === 'thrownAway' ? 'thrown away' : state} ${count}`).join(' + ')}`,
    `  lost ${lost.length}, applied twice ${appliedTwice.length}, silently overwritten ${overwritten.length}, stuck ${stuck.length}`,
    failures === 0 && runs > 0
      ? `  no failure in ${runs} runs: with 95 % certainty fewer than ${Math.min(100, 300 / runs).toPrecision(2)} % of runs fail`
      : `  ${failures} failures`,
  ].join('\n')
}
