// Takes a conflict that waits and a record that moved in the same batch; hands back the conflict's fields with their server side
// as it stands now. In the database sync.moved_fields does so for conflicts that are there already; those this batch opens are
// written after its rows, and would show, and put back, what is no longer true.  Keeps P4.
import { sideLaid } from '@wedsync/merge'
import { sameJson, type ConflictField, type Json, type JsonObject } from '@wedsync/protocol'
import { recordOf } from './contested-record.ts'
import { keyOf } from './key-of.ts'

/** `standing`: fields of a record that moved, as they stand; undefined where none did. The same list where nothing moved. */
export const sidesMoved = (
  conflict: { table: string; id: string; fields: ConflictField[] },
  standing: (key: string) => JsonObject | undefined,
): ConflictField[] => {
  const moved = conflict.fields.map((field) => {
    const fields = standing(keyOf(recordOf(conflict, field)))
    if (!fields || !Object.hasOwn(fields, field.field)) return field
    const server = fields[field.field]!
    // what a rule settled stands as it settled it
    const isAsTold =
      sameJson(server, field.server ?? null) || (field.resolved !== undefined && sameJson(server, field.resolved))
    return isAsTold ? field : sideMoved(field, server)
  })
  return moved.every((field, nth) => field === conflict.fields[nth]) ? conflict.fields : moved
}

// what a rule proposed on the old value is no proposal any more, nor is it what the rule was told; and whoever wrote the old one did
// not write the new
const sideMoved = (
  { proposed: _, serverBy: _by, weighed: _told, ...field }: ConflictField,
  server: Json,
): ConflictField => {
  const { client, keyedBy = null } = field
  const laid = sideLaid(client, field.server ?? {}, server, keyedBy)
  return { ...field, server, ...(laid !== null && { client: laid }) }
}
