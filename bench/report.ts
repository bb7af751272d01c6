// Takes the rounds as measured; prints a line a round and a table at the end: medians over the rounds, and the ratio of each
// round before its median, because two figures of different minutes cannot be compared here.
import os from 'node:os'
import pg from 'pg'
import type { Figures } from './w1.ts'

export type Round = { limitRate: number; results: (Figures & { name: string })[] }

const floorName = 'floor'

/** What it ran on, and how busy that was. */
export const machineLine = async (adminUrl: string): Promise<string> => {
  const admin = new pg.Client({ connectionString: adminUrl })
  await admin.connect()
  const text = `select current_setting('server_version') as version, current_setting('fsync') as fsync,
    current_setting('synchronous_commit') as commit, current_setting('shared_buffers') as buffers`
  const { rows } = await admin.query<{ version: string; fsync: string; commit: string; buffers: string }>(text)
  await admin.end()
  const { version, fsync, commit, buffers } = rows[0]!
  const load = os.loadavg().map((one) => one.toFixed(1))
  return (
    `${os.cpus().length} × ${os.cpus()[0]?.model.trim() ?? 'unknown'}, ${Math.round(os.totalmem() / 2 ** 30)} GiB, Node ${process.version}, ` +
    `PostgreSQL ${version} (fsync ${fsync}, synchronous_commit ${commit}, shared_buffers ${buffers}), load ${load.join(' ')}`
  )
}

export const printRound = (nth: number, { limitRate, results }: Round): void => {
  const floor = rateOf(results, floorName)
  const each = results.map(({ name, itemsPerSecond }) =>
    name === floorName
      ? `floor ${inThousands(itemsPerSecond)}`
      : `${name} ${inThousands(itemsPerSecond)} (${(itemsPerSecond / floor).toFixed(2)})`,
  )
  console.log(`round ${nth}: limit ${inThousands(limitRate)} · ${each.join(' · ')}`)
}

export const printTable = (rounds: readonly Round[]): void => {
  const names = rounds[0]?.results.map(({ name }) => name) ?? []
  const limits = rounds.map(({ limitRate }) => limitRate)
  const rows = names.map((name) => {
    const of = (pick: (figures: Figures) => number) =>
      rounds.map(({ results }) => pick(results.find((one) => one.name === name)!))
    const rates = of(({ itemsPerSecond }) => itemsPerSecond)
    const toFloor = rounds.map(({ results }, nth) => rates[nth]! / rateOf(results, floorName))
    const toLimit = rates.map((rate, nth) => rate / limits[nth]!)
    return {
      side: name,
      'items/s': inThousands(median(rates)),
      '/ floor': name === floorName ? '1' : withRange(toFloor),
      '/ limit': withRange(toLimit),
      'p50 ms': Math.round(median(of(({ p50Ms }) => p50Ms))),
      'p95 ms': Math.round(median(of(({ p95Ms }) => p95Ms))),
      'p99 ms': Math.round(median(of(({ p99Ms }) => p99Ms))),
      'server cpu ms': cpuOf(of(({ serverMsPerBatch }) => serverMsPerBatch ?? Number.NaN)),
      'database cpu ms': cpuOf(of(({ databaseMsPerBatch }) => databaseMsPerBatch ?? Number.NaN)),
      busy: of(({ busyAnswers }) => busyAnswers).reduce((sum, count) => sum + count, 0),
    }
  })
  console.table([{ side: 'limit', 'items/s': inThousands(median(limits)), '/ limit': '1' }, ...rows])
}

const rateOf = (results: Round['results'], name: string): number =>
  results.find((one) => one.name === name)!.itemsPerSecond

const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((one, other) => one - other)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}

const withRange = (ratios: readonly number[]): string =>
  `${median(ratios).toFixed(2)} (${Math.min(...ratios).toFixed(2)}–${Math.max(...ratios).toFixed(2)})`

const cpuOf = (values: readonly number[]): string => (values.some(Number.isNaN) ? 'unknown' : median(values).toFixed(1))

const inThousands = (rate: number): string => `${(rate / 1000).toFixed(1)} k`
