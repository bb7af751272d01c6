// Takes decisions; hands on what the database is asked to do: statements in the order they must run, set-based, grouped
// into units that go in together. Carefully: every change, or group of changes, a unit of its own.
import type { Decision } from './decision.ts'
import type { Decided } from './decide-conflict.ts'
import { keyOf } from './key-of.ts'
import { parentsOf } from './parents-of.ts'
import type { Write } from './write.ts'

export type Statement = { table: string; action: Write['action']; fields: string[]; rows: object[] }
/** Units that hold earlier changes to the same records; `isAfter`: what these say they build on, or records they refer to. */
export type Need = { unit: string; isAfter: boolean }
export type Unit = { unit: string; statements: Statement[]; decided: object[]; needs: Need[] }

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

/** The earlier change of the batch that this one waits behind, should that not be written. */
export const behindOf = (decision: Decision, decisions: readonly Decision[]): string | null =>
  decisions.findLast((other) => isBehind(decision, other) || isOfSameRecord(decision, other))?.changeId ?? null

const isOfSameRecord = ({ index, read: { change } }: Decision, other: Decision): boolean =>
  other.index < index && other.read.change !== null && change !== null && keyOf(other.read.change) === keyOf(change)

// it says so, or refers to a record that the other makes
const isBehind = ({ index, read: { change, collection } }: Decision, other: Decision): boolean =>
  other.changeId === change?.after ||
  (other.index < index &&
    (other.read.action === 'create' || other.read.action === 'restore') &&
    change !== null &&
    collection !== null &&
    parentsOf(change, collection).some(({ table, id }) => table === other.read.table && id === other.read.id))

const needsOf = (unit: string, members: readonly Decision[], decisions: readonly Decision[]): Need[] => {
  const needed = members.flatMap((decision) =>
    decisions.flatMap((other): Need[] => {
      const isAfter = isBehind(decision, other)
      return isAfter || isOfSameRecord(decision, other) ? [{ unit: unitOf(other, true), isAfter }] : []
    }),
  )
  return [...Map.groupBy(needed, (need) => need.unit)]
    .filter(([needs]) => needs !== unit)
    .map(([needs, found]) => ({ unit: needs, isAfter: found.some(({ isAfter }) => isAfter) }))
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
