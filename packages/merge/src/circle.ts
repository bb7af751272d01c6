// What waits for what never goes round in a circle. In come a table whose records say that one thing waits for another, those that
// stand and one more; out goes the shortest way by which the things would wait for themselves, or null. Breadth first, so that no
// chain is too long.  Keeps P4.
import { type JsonObject } from '@wedsync/protocol'
import { type Collection } from './declaration.ts'

/** The records on the way from what waits back to what it waits for, in order; the first found of the shortest ones. */
export const circleThrough = <Row extends { readonly fields: JsonObject }>(
  { acyclic }: Collection,
  rows: readonly Row[],
  wanted: JsonObject,
): Row[] | null => {
  if (acyclic === null) return null
  const { from, to } = acyclic
  const ahead = Map.groupBy(rows, ({ fields }) => fields[from] ?? null)
  const cameBy = new Map<unknown, Row>()
  const queue = [wanted[to] ?? null]
  for (const node of queue) {
    for (const row of node === null ? [] : (ahead.get(node) ?? [])) {
      const next = row.fields[to] ?? null
      if (next === null || cameBy.has(next) || next === wanted[to]) continue
      cameBy.set(next, row)
      if (next === wanted[from]) return wayTo(next, cameBy, from, wanted[to]!)
      queue.push(next)
    }
  }
  return null
}

const wayTo = <Row extends { readonly fields: JsonObject }>(
  end: unknown,
  cameBy: ReadonlyMap<unknown, Row>,
  from: string,
  start: unknown,
): Row[] => {
  const way: Row[] = []
  for (let at = end; at !== start; at = way[0]!.fields[from]) way.unshift(cameBy.get(at)!)
  return way
}
