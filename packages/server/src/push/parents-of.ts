// Takes a change; answers which other records it speaks of, by table: they have to be there before it can go in.
import type { Collection } from '@wedsync/merge'
import type { WireChange } from '@wedsync/protocol'

export type Parent = { field: string; table: string; id: string }

export const parentsOf = ({ action, data }: WireChange, collection: Collection): Parent[] =>
  action === 'delete'
    ? []
    : Object.entries(collection.refersTo).flatMap(([field, { table }]) => {
        const id = data[field]
        return typeof id === 'string' ? [{ field, table, id }] : []
      })
