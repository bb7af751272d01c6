// Takes decisions; hands on what the database is asked to do: statements in the order they must run, set-based, grouped
// into units that go in together. Carefully: every change, or group of changes, a unit of its own.
import type { Decision } from './decide-batch.ts'
import type { Decided } from './decide-conflict.ts'
import { keyOf } from './key-of.ts'
import type { Write } from './write.ts'

export type Statement = { table: string; action: Write['action']; fields: string[]; rows: object[] }
/** `needs`: units that hold earlier changes to the same records, or changes that these build on. */
export type Unit = { unit: string; statements: Statement[]; decided: object[]; needs: string[] }

export const planWrites = (
  decisions: readonly Decision[],
  ranks: ReadonlyMap<string, number>,
  isCareful: boolean,
): Unit[] => {
  const byUnit = Map.groupBy(decisions, (decision) => unitOf(decision, isCareful))
  return [...byUnit].map(([unit, members]) => ({
    unit,
    statements: statementsFor(
      members.flatMap(({ write }) => write ?? []),
      ranks,
    ),
    decided: members.flatMap(({ decides, changeId }) => (decides ? [decidedFor(decides, changeId, ranks)] : [])),
    needs: isCareful ? needsOf(unit, members, decisions) : [],
  }))
}

const decidedFor = ({ writes, ...decided }: Decided, decisionId: string, ranks: ReadonlyMap<string, number>) => ({
  ...{ ...decided, decisionId, statements: statementsFor(writes, ranks) },
})

const needsOf = (unit: string, members: readonly Decision[], decisions: readonly Decision[]): string[] => {
  const needed = members.flatMap(({ index, read: { change } }) =>
    decisions.filter(
      (other) =>
        other.changeId === change?.after ||
        (other.index < index && other.read.change && change && keyOf(other.read.change) === keyOf(change)),
    ),
  )
  return [...new Set(needed.map((decision) => unitOf(decision, true)))].filter((one) => one !== unit)
}

export const unitOf = ({ read, changeId }: Decision, isCareful: boolean): string =>
  isCareful ? (read.groupId ?? changeId) : 'whole'

const actionOrder = { create: 0, update: 1, delete: 2 } as const

// Two writes to one record keep their order: the second goes in a later round.
const statementsFor = (writes: readonly Write[], ranks: ReadonlyMap<string, number>): Statement[] => {
  const rounds = new Map<string, number>()
  const placed = writes.map((write) => {
    const round = rounds.get(keyOf(write)) ?? 0
    rounds.set(keyOf(write), round + 1)
    const rank = (ranks.get(write.table) ?? 0) * (write.action === 'delete' ? -1 : 1)
    const fields = Object.keys(write.data).sort()
    return { write, round, rank, fields, key: JSON.stringify([round, write.table, write.action, fields]) }
  })
  placed.sort(
    (one, other) =>
      one.round - other.round ||
      actionOrder[one.write.action] - actionOrder[other.write.action] ||
      one.rank - other.rank ||
      (one.write.id < other.write.id ? -1 : 1),
  )
  return [...Map.groupBy(placed, ({ key }) => key).values()].map((members) => ({
    table: members[0]!.write.table,
    action: members[0]!.write.action,
    fields: members[0]!.fields,
    rows: members.map(({ write }) => ({ ...write.data, id: write.id, changeId: write.changeId })),
  }))
}
