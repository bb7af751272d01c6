// Takes a change that was made in an older app's words, and its record as it stands, locked; hands on what its author meant, in
// today's words: what that app could not see is neither taken for seen nor written over. Before the record is known, such a
// change is read as plainly as its words allow.  Keeps P4, P12.
import { editMeant, readBase } from '@wedsync/merge'
import { sameJson, type JsonObject } from '@wedsync/protocol'
import type { StoredRow } from './opened-batch.ts'
import type { ReadChange } from './read-changes.ts'

/** `chain`: what earlier changes of this device set on the record. */
export const meantOver = <Read extends ReadChange>(read: Read, row: StoredRow | undefined, chain: JsonObject): Read => {
  const { past, change, collection } = read
  if (!past?.edit || !change || !collection || !row?.fields) return read
  const stands = { fields: row.fields, hasMoved: movedSince(change, row, chain) }
  const { data, base } = editMeant(past.schema, change.table, past.edit, stands)
  const seen = base && { base: readBase(collection, base) }
  const { base: _before, ...rest } = change
  return { ...read, change: { ...rest, data, ...seen }, kept: { ...read.kept, data, base: seen?.base ?? null } }
}

const tellByPosition = ({ fromBefore, baseVersion }: NonNullable<ReadChange['change']>, row: StoredRow): boolean =>
  !fromBefore && baseVersion != null && baseVersion <= row.version

// of what this device itself set before, only the value tells; positions of another history tell nothing
const movedSince =
  (change: NonNullable<ReadChange['change']>, row: StoredRow, chain: JsonObject) =>
  (name: string): boolean => {
    if (Object.hasOwn(chain, name)) return !sameJson(chain[name], row.fields?.[name] ?? null)
    return !tellByPosition(change, row) || (row.fieldVersions?.[name] ?? row.version) > change.baseVersion!
  }
