// A record as the person sees it: its fields, laid flat, beside what it is and whether it still waits.
import { type Json, type JsonObject } from '@wedsync/protocol'

export type Pending = 'none' | 'waiting' | 'needs-you'

export type ShownRecord<Data extends object = { [field: string]: Json }> = {
  id: string
  table: string
  scope: string
  pending: Pending
} & Data

/** What a screen asks for. `scope` narrows cheaply; `where` and `sortBy` run on what is left. */
export type Query<Data extends object = { [field: string]: Json }> = {
  table: string
  scope?: string | undefined
  where?: ((record: ShownRecord<Data>) => boolean) | undefined
  /** A field, several fields in turn, or a comparison. Empty values come last; ties go by id. */
  sortBy?: string | readonly string[] | ((one: ShownRecord<Data>, other: ShownRecord<Data>) => number) | undefined
}

/** A window on something that changes; what `useSyncExternalStore` wants. */
export type View<Value> = {
  subscribe: (onChange: () => void) => () => void
  current: () => Value
}

/** The records a query asks for, in its order. */
export const pickRecords = <Data extends object>(
  records: readonly ShownRecord<Data>[],
  { where, sortBy }: Pick<Query<Data>, 'where' | 'sortBy'>,
): readonly ShownRecord<Data>[] => {
  const picked = where ? records.filter(where) : records
  if (sortBy === undefined) return picked
  const compare = typeof sortBy === 'function' ? sortBy : byFields<Data>(typeof sortBy === 'string' ? [sortBy] : sortBy)
  return [...picked].sort((one, other) => compare(one, other) || compareValues(one.id, other.id))
}

const byFields =
  <Data extends object>(names: readonly string[]) =>
  (one: ShownRecord<Data>, other: ShownRecord<Data>): number => {
    for (const name of names) {
      const order = compareValues((one as JsonObject)[name], (other as JsonObject)[name])
      if (order !== 0) return order
    }
    return 0
  }

// byte by byte, not by language: sort keys and wall times rely on it
const compareValues = (one: Json | undefined, other: Json | undefined): number => {
  const [left, right] = [one ?? null, other ?? null]
  if (left === right) return 0
  if (left === null) return 1
  if (right === null) return -1
  return left < right ? -1 : left > right ? 1 : 0
}
