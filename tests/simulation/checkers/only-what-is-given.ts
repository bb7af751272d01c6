// P13: what becomes of a change depends on what its author saw, on both sides, on the rules and on the order in which changes come,
// and on nothing else. Everything that was written is written once more into another database: one change at a time instead of in
// batches, at another time, by phones whose clocks say something else. Everything must end as it did. How much a conflict weighs also hangs on
// how near the day is: that is compared where the other time is about the same.
import { conflictsTable, isJsonObject, sameJson, type Json, type JsonObject } from '@wedsync/protocol'
import { allCollections } from '@wedsync/wedding'
import { createModelDatabase, type ModelDatabase, type Step } from '../model/model-database.ts'
import {
  inOrganization,
  linesOf,
  placesOf,
  rowsOf,
  type ConflictRow,
  type DeviceRow,
  type LedgerRow,
  type Line,
} from '../model/rows.ts'
import type { Content, Reads } from '../model/state.ts'
import { syncPath } from '../world/api-calls.ts'
import { diceFor, type Dice } from '../world/dice.ts'
import { isAllDay } from '../world/freeze.ts'
import type { Happening } from '../world/events.ts'
import { startMs } from '../world/run-world.ts'
import { onlyVirtual } from '../world/only-virtual.ts'
import type { World } from '../world/world.ts'
import { createServerNode, tokenFor, type ServerNode, type WireRequest } from '../world/server-node.ts'
import { createVirtualTime } from '../world/virtual-time.ts'
import { short, type MakeChecker } from './checker.ts'

/** What one commit did: somebody's console, or changes that came in. */
type Event = Step | string[]

export const onlyWhatIsGiven: MakeChecker = (world, report) => {
  const first = world.model.copy()
  const events: Event[] = []
  const known = new Set<string>()
  // a freeze is told by the clock; what is kept and tried again later, or handled by hand, comes in more than once: its order is not one of arrivals
  let isPlain = !world.plan.freeze || (isNear(world) && isAllDay(world.plan.freeze))
  let administeredAt = -Infinity
  // what stood beside a conflict and moved was shown to whoever decided about it, who was asked to look again
  const beside = new Map<string, number>()
  const shownBeside = new Set<string>()
  return {
    hear: (happening) => {
      if (happening.what === 'restored' || happening.what === 'seasons') isPlain = false
      if (happening.what === 'administered') {
        events.push(happening.step)
        administeredAt = happening.at
      }
      if (happening.what !== 'committed') return
      const rows = [...((happening.written.get('ledger') ?? new Map()) as Map<string, LedgerRow>).entries()]
      for (const [, row] of rows)
        if (row.status === 'pending' || row.status === 'processing' || row.handledBy) isPlain = false
      const begun = new Set<string>()
      for (const [key, row] of (happening.written.get('conflict') ?? new Map()) as Map<string, ConflictRow>) {
        if (!beside.has(key)) begun.add(`${row.table}/${row.id}`)
        if (row.decidedBy !== null && !isInLedger(world.model.reads, row)) isPlain = false
        const count = row.fields.filter(({ rule }) => rule === 'moved@1').length
        if (count > (beside.get(key) ?? 0))
          for (const [, { changeId, table, id }] of rows)
            if (table === conflictsTable && id === row.conflictId) shownBeside.add(changeId)
        beside.set(key, count)
      }
      // what one change took along under another that began to wait in the same commit: which came first is not told
      if (tookAlong(happening).some((record) => begun.has(record))) isPlain = false
      // nor of what was done to a record with the one it goes with: alone, the second comes too late
      const fresh = rows.filter(([key]) => !known.has(key))
      if (goesWithAnother(happening, fresh)) isPlain = false
      // nor what a word of an older app meant that was put back after a reset: its own earlier change beside it says so
      if (fresh.some(([, row]) => isOfOlderApp(row) && isMeantBeside(world.model.reads, row))) isPlain = false
      // what was under way while somebody with a console wrote saw some of it before and some of it after
      if (fresh.some(([, row]) => row.receivedAt < administeredAt)) isPlain = false
      for (const [key] of fresh) known.add(key)
      if (fresh.length > 0) events.push(fresh.map(([key]) => key))
    },
    conclude: async () => {
      if (!isPlain) return
      const other = await lived({ world, content: first, events, shownBeside })
      for (const says of differences(world.model.reads, other.reads, isNear(world))) report(says)
    },
  }
}

const tookAlong = ({ written }: Happening & { what: 'committed' }): string[] =>
  ([...(written.get('history')?.values() ?? [])] as (readonly Line[])[])
    .flat()
    .filter(({ changeId, userId }) => changeId === null && userId !== null)
    .map(({ table, id }) => `${table}/${id}`)

const isOfOlderApp = ({ more }: LedgerRow): boolean => more?.['fromBefore'] === true && more['sent'] !== undefined
const isMeantBeside = (reads: Reads, { changeId, deviceId, table, id }: LedgerRow): boolean =>
  [...reads.all<LedgerRow>('ledger')].some(
    ([, one]) => one.changeId !== changeId && one.deviceId === deviceId && one.table === table && one.id === id,
  )

const collections = new Map(allCollections.map((one) => [one.name, one]))

// deleted by itself beside what it belongs to, or taken along with it
const goesWithAnother = (
  { written }: Happening & { what: 'committed' },
  fresh: readonly (readonly [string, LedgerRow])[],
): boolean => {
  const last = ([...(written.get('history')?.values() ?? [])] as (readonly Line[])[]).map((lines) => lines.at(-1))
  const deleted = last.flatMap((line) => (line?.action === 'delete' ? [line] : []))
  const ids = new Set<unknown>(deleted.map(({ id }) => id))
  const gone = deleted.filter(({ table, before }) =>
    Object.entries(collections.get(table)?.refersTo ?? {}).some(
      ([field, { onDelete }]) => onDelete === 'delete' && ids.has(before?.[field]),
    ),
  )
  return fresh.some(([, { table, id }]) => gone.some((line) => line.table === table && line.id === id))
}

// decided by a change, not by a person who asked for it at once
const isInLedger = (reads: Reads, { organizationId, decisionId }: ConflictRow): boolean =>
  decisionId !== null && reads.get('ledger', inOrganization(organizationId, decisionId)) !== undefined

type Lived = { world: World; content: Content; events: readonly Event[]; shownBeside: ReadonlySet<string> }

const lived = async ({ world, content, events, shownBeside }: Lived): Promise<ModelDatabase> => {
  const dice = diceFor(world.plan.seed, 'once more')
  const about = isNear(world) && diceFor(world.plan.seed, 'about')
  const time = createVirtualTime(
    about ? startMs + about.between(-600_000, 600_000) : dice.between(Date.UTC(2020, 0), Date.UTC(2030, 0)),
  )
  return onlyVirtual(time, async () => {
    const model = createModelDatabase({
      ...{ content, collections, newId: dice.id, clock: time.now, committed: () => undefined },
      timeOut: () => () => undefined,
    })
    const node = createServerNode({
      ...{ model, collections, time, dice, says: () => undefined, pageSize: 500 },
      troubles: { crash: 0, disconnect: 0, slow: 0 },
    })
    const all = (async () => {
      // whoever was once here may hand over what they made after they left
      const authors = new Set([...world.model.reads.all<LedgerRow>('ledger')].map(([, { deviceId }]) => deviceId))
      for (const [, { organizationId, userId, deviceId }] of world.model.reads.all<DeviceRow>('device'))
        if (authors.has(deviceId)) await node.ask(requestOf(dice, { organizationId, userId, deviceId }, []))
      for (const event of events)
        if (Array.isArray(event))
          for (const unit of unitsOf(world.model.reads, event))
            await sendAgain({ world, model, node, dice, shownBeside }, unit)
        else await model.write(event)
    })()
    let isOver = false
    void all.finally(() => (isOver = true)).catch(() => undefined)
    while (!isOver) await time.runUntil(time.now() + 1000)
    await all
    return model
  })
}

// changes of a group go together; every other one by itself
const unitsOf = (reads: Reads, keys: readonly string[]): LedgerRow[][] => {
  const rows = keys.map((key) => reads.get<LedgerRow>('ledger', key)!)
  return [...Map.groupBy(rows, ({ changeId, more }) => (more?.['groupId'] as string | undefined) ?? changeId).values()]
}

type Again = { world: World; model: ModelDatabase; node: ServerNode; dice: Dice; shownBeside: ReadonlySet<string> }

const sendAgain = async (
  { world, model, node, dice, shownBeside }: Again,
  unit: readonly LedgerRow[],
): Promise<void> => {
  const { organizationId, userId, deviceId } = unit[0]!
  const [then, now] = [world.model.reads, model.reads]
  const changes = unit.map(asItCame).map((row) => ({
    ...row.more,
    ...{ changeId: row.changeId, table: row.table, action: row.action },
    ...{
      id: row.table === conflictsTable ? conflictAgain(then, now, row) : row.id,
      data: withoutVersion(row, shownBeside),
    },
    ...(row.base !== null && { base: row.base }),
    ...(row.baseVersion !== null && { baseVersion: versionAgain(then, now, row) }),
    timestamp: new Date(dice.between(Date.UTC(2000, 0), Date.UTC(2040, 0))).toISOString(),
  }))
  await node.ask(requestOf(dice, { organizationId, userId, deviceId }, changes))
}

// what an older app made stands in today's words, with its own beside them
const asItCame = ({ more, ...row }: LedgerRow): LedgerRow => {
  const { sent, ...besides } = more ?? {}
  return { ...row, more: besides, ...(isJsonObject(sent) && { data: sent['data']!, base: sent['base']! }) }
}

const requestOf = (
  dice: Dice,
  { organizationId, userId, deviceId }: Pick<DeviceRow, 'organizationId' | 'userId' | 'deviceId'>,
  changes: object[],
): WireRequest => ({
  ...{ method: 'POST', address: syncPath },
  headers: { Authorization: `Bearer ${tokenFor(userId, organizationId, Infinity)}` },
  body: JSON.stringify({ batchId: dice.id(), deviceId, cursor: null, changes, options: { pullLimit: 1 } }),
})

// the same look at a record has another number where changes came in other company
const versionAgain = (then: Reads, now: Reads, { table, id, baseVersion }: LedgerRow): number => {
  const nth = linesOf(then, table, id!).findLastIndex(({ position }) => position <= baseVersion!)
  return nth < 0 ? 0 : (linesOf(now, table, id!)[nth]?.position ?? baseVersion!)
}

const conflictAgain = (then: Reads, now: Reads, { organizationId, id }: LedgerRow): string => {
  const before = then.get<ConflictRow>('conflict', inOrganization(organizationId, id!))
  const again = [...now.all<ConflictRow>('conflict')].find(([, row]) => before && keyOf(row) === keyOf(before))
  return again?.[1].conflictId ?? id!
}
const keyOf = ({ changeId, table, id, kind }: ConflictRow): string => `${changeId}/${kind}/${table}/${id}`

// how often a conflict was looked at depends on who came together
const withoutVersion = ({ changeId, table, data, errorCode }: LedgerRow, shownBeside: ReadonlySet<string>): Json => {
  if (table !== conflictsTable || typeof data !== 'object' || data === null || Array.isArray(data)) return data
  const { version: _, ...rest } = data
  // whoever decided on something that had moved on does so again
  return errorCode === 'conflict_moved' && !shownBeside.has(changeId) ? { ...rest, version: 1_000_000 } : rest
}

const isNear = ({ plan }: World): boolean => diceFor(plan.seed, 'how near').is(0.5)

const differences = (then: Reads, now: Reads, isWeighed: boolean): string[] => {
  const found: string[] = []
  const compare = (what: string, one: Json, other: Json) => {
    if (!sameJson(one, other)) found.push(`${what} is ${JSON.stringify(one)}, and once more ${JSON.stringify(other)}`)
  }
  for (const { name, fieldNames } of allCollections) {
    const [before, after] = [byKey(rowsOf(then, name)), byKey(rowsOf(now, name))]
    for (const id of new Set([...before.keys(), ...after.keys()])) {
      const [one, other] = [before.get(id), after.get(id)]
      if (!one || !other) compare(`${name}/${short(id)}`, one ?? null, other ?? null)
      else
        for (const field of fieldNames)
          compare(`${field} of ${name}/${short(id)}`, one[field] ?? null, other[field] ?? null)
      compare(`what is gone of ${name}/${short(id)}`, ends(then, name, id), ends(now, name, id))
    }
  }
  for (const [key, row] of then.all<LedgerRow>('ledger'))
    compare(`what became of ${short(row.changeId)}`, endOf(then, row), endOf(now, now.get<LedgerRow>('ledger', key)))
  const [asked, askedAgain] = [conflictsIn(then, isWeighed), conflictsIn(now, isWeighed)]
  for (const key of new Set([...asked.keys(), ...askedAgain.keys()]))
    compare(`conflict ${key.slice(0, 8)}`, asked.get(key) ?? null, askedAgain.get(key) ?? null)
  if (isWeighed) {
    const [scores, again] = [scoresIn(then), scoresIn(now)]
    for (const [key, score] of scores)
      if (Math.abs(score - (again.get(key) ?? score)) > nearEnough) compare(`the score of conflict ${key.slice(0, 8)}`, score, again.get(key)!) // prettier-ignore
  }
  return found
}

const byKey = (rows: readonly ({ id: string } & JsonObject)[]) => new Map(rows.map((row) => [row.id, row]))
const ends = (reads: Reads, table: string, id: string): Json =>
  placesOf(reads, table, id)
    .map(({ scope, gone }) => [scope, gone])
    .sort()
const endOf = (reads: Reads, row: LedgerRow | undefined): Json =>
  row ? [row.status, row.errorCode, row.status === 'completed' ? outcomeOf(reads, row) : null] : null
// of a plain change history tells whether it moved anything
const outcomeOf = (reads: Reads, { receipt, table, id, changeId }: LedgerRow): string => {
  if (receipt?.kind === 'processed') return receipt.processed.outcome
  return linesOf(reads, table, id!).some((line) => line.changeId === changeId) ? 'applied' : 'already_applied'
}
/** Of a score: some minutes are less than this, and whatever else tells on it is more. */
const nearEnough = 0.05
const scoresIn = (reads: Reads) =>
  new Map([...reads.all<ConflictRow>('conflict')].map(([, row]) => [keyOf(row), row.score] as const))

const conflictsIn = (reads: Reads, isWeighed: boolean): Map<string, Json> =>
  new Map(
    [...reads.all<ConflictRow>('conflict')].map(([, row]) => [
      keyOf(row),
      {
        status: row.status,
        ...(isWeighed && { severity: row.severity }),
        // which of them was asked about first tells nothing
        fields: row.fields
          .map(({ table = row.table, id = row.id, field, base, client, server }) => ({
            ...{ at: `${table}/${id}`, field },
            ...{ base: base ?? null, client: client ?? null, server: server ?? null },
          }))
          .sort((one, other) => (`${one.at} ${one.field}` < `${other.at} ${other.field}` ? -1 : 1)),
      },
    ]),
  )
