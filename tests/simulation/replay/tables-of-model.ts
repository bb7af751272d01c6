// Every table as the model holds it: kind → key → what stands there. What only orders others is told as a rank.
// Not told, because the model does not keep it: metrics, the security log, what a device says of itself, and when a change was
// settled or handled.
import type { Json, JsonObject } from '@wedsync/protocol'
import { allCollections } from '@wedsync/wedding'
import type { ConflictRow, Contested, DeviceRow, LedgerRow, Line, Mark, Place, Row, Waiting } from '../model/rows.ts'
import { rowKey } from '../model/rows.ts'
import { storedFields, wireOf } from '../model/sight.ts'
import type { Kind, Reads } from '../model/state.ts'

export type Tables = Map<string, Map<string, Json>>

export const tablesOfModel = (held: Reads): Tables => {
  const table = <Value>(kind: Kind, lineOf: (key: string, value: Value) => [string, unknown][]) =>
    [
      kind,
      new Map([...held.all<Value>(kind)].flatMap(([key, value]) => lineOf(key, value)) as [string, Json][]),
    ] as const
  const ledger = [...held.all<LedgerRow>('ledger')].map(([, row]) => row)
  const waiting = [...held.all<Waiting>('waiting')].map(([, row]) => row)
  return new Map<string, Map<string, Json>>([
    table<Row>('row', (key, row) => [[key, wholeRow(key.split('/')[0]!, row)]]),
    table<Place[]>('record', (_, places) =>
      places.map(({ table: name, id, scope, ...place }) => [`${rowKey(name, id)}/${scope}`, place]),
    ),
    table<Line[]>('history', (_, lines) =>
      lines.map(({ table: name, id, scope, position, ...line }) => [`${rowKey(name, id)}/${scope}/${position}`, line]),
    ),
    table<LedgerRow>('ledger', (key, { organizationId: _1, changeId: _2, ...row }) => [
      [
        key,
        {
          ...row,
          arrival: rankOf(
            row.arrival,
            ledger.map(({ arrival }) => arrival),
          ),
        },
      ],
    ]),
    table<ConflictRow>('conflict', (key, { organizationId: _1, conflictId: _2, ...row }) => [[key, row]]),
    table<Contested>('contested', (key) => [[key, true]]),
    table<Waiting>('waiting', (key, one) => [
      [
        key,
        rankOf(
          one.nth,
          waiting.filter((other) => other.conflictId === one.conflictId).map(({ nth }) => nth),
        ),
      ],
    ]),
    table<DeviceRow>('device', (key, { position }) => [[key, { position }]]),
    table<JsonObject>('clock', (key, clock) => [[key, clock]]),
    table<Mark>('mark', (key, { mark, at }) => [[key, { mark, at }]]),
  ])
}

const rankOf = (one: number | null, all: readonly (number | null)[]): number | null =>
  one === null ? null : all.filter((other) => other !== null && other < one).length + 1

const collections = new Map(allCollections.map((collection) => [collection.name, collection]))
const wholeRow = (table: string, row: Row): JsonObject => {
  const collection = collections.get(table)!
  return { organization_id: row.organization_id, ...wireOf(collection, storedFields(collection), row) }
}
