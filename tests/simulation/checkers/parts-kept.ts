// P3 and P12, of values with parts: no part moves but by somebody who touched it, and whatever a person did to a part is somewhere. Where their change is through, the part went in as they had it,
// stands so, or is on a side of a conflict; or they said otherwise themselves later on. What the change as a whole came to tells nothing of
// that: a line taken away may be left out of a change that is applied.
import type { Json, JsonObject, WireChange } from '@wedsync/protocol'
import { weddingSchemas } from '@wedsync/wedding'
import {
  inOrganization,
  linesOf,
  rowKey,
  type ConflictRow,
  type LedgerRow,
  type Line,
  type Row,
  type Waiting,
} from '../model/rows.ts'
import type { World } from '../world/world.ts'
import { allLines, short, type MakeChecker } from './checker.ts'
import { namesApart, partsIn } from './parts-in.ts'

/** Something a person did to one part. */
type Act = {
  phone: string
  changeId: string
  table: string
  id: string
  field: string
  part: string
  /** As it stood before them when they first touched it in this change. */
  seen: string | undefined
  /** Undefined: they took it away. */
  value: string | undefined
}

type Saved = Pick<WireChange, 'groupId' | 'id' | 'action'>

export const partsKept: MakeChecker = (world, report) => {
  const acts = new Map<string, Act>()
  const conflicts: ConflictRow[] = []
  // by change: the parts it touches; null: it says them in an older app's words
  const touched = new Map<string, Set<string> | null>()
  const waited = new Map<string, Set<string>>()
  // by change, as it was saved, and of the action that the server took it for: the ledger forgets what was sent when it is old enough
  const saved = new Map<string, Saved>()
  // an action that is decided against is so with all that nobody contested in it: the ledger has that as long as it has anything
  const isGivenUp = ({ changeId }: Act): boolean =>
    saved.get(changeId)?.groupId !== undefined &&
    conflicts.some(
      (row) =>
        row.status === 'resolved' &&
        row.decisionId !== null &&
        waited.get(row.conflictId)?.has(changeId) === true &&
        row.fields.every(({ choice }) => choice === 'server'),
    )
  return {
    hear: (happening) => {
      if (happening.what === 'committed')
        for (const row of (happening.written.get('conflict')?.values() ?? []) as Iterable<ConflictRow | undefined>)
          if (row) conflicts.push(row)
      if (happening.what === 'committed')
        for (const one of (happening.written.get('waiting')?.values() ?? []) as Iterable<Waiting | undefined>)
          if (one) waited.set(one.conflictId, (waited.get(one.conflictId) ?? new Set<string>()).add(one.changeId))
      if (happening.what === 'committed')
        for (const row of (happening.written.get('ledger')?.values() ?? []) as Iterable<LedgerRow | undefined>) {
          if (!row) continue
          const [one, groupId] = [saved.get(row.changeId), row.more?.['groupId']]
          // actions that come mixed are one
          if (one && typeof groupId === 'string') saved.set(row.changeId, { ...one, groupId })
        }
      if (happening.what !== 'saved') return
      const { phone, entry, seen, wanted } = happening
      saved.set(entry.changeId, entry.change)
      // an older app's words are another field's
      const isOlder = (entry.change.schemaVersion ?? weddingSchemas.current) !== weddingSchemas.current
      const parts = touched.get(entry.changeId) ?? new Set<string>()
      touched.set(entry.changeId, isOlder ? null : parts)
      if (isOlder) return
      for (const act of actsOf(phone, entry, seen, wanted)) {
        parts.add(nameOf(act))
        if (act.value !== undefined) forgetRemoval(acts, act)
        const key = `${phone} ${act.table}/${act.id} ${act.field} ${act.part}`
        const before = acts.get(key)
        acts.set(key, before?.changeId === act.changeId ? { ...act, seen: before.seen } : act)
      }
    },
    conclude: () => {
      for (const act of acts.values())
        if (
          act.value !== act.seen &&
          isThrough(world, act, saved) &&
          !isGivenUp(act) &&
          !isWritten(world, act) &&
          !conflicts.some((row) => holds(row, act))
        )
          report(
            `${act.phone} ${act.value === undefined ? 'took away' : `wrote ${act.value} into`} ${act.part} of ${act.field} of ${act.table}/${short(act.id)} with ${short(act.changeId)}, and it is nowhere`,
          )
      for (const line of allLines(world)) {
        if (line.action !== 'update' || line.changeId === null) continue
        const decided = conflicts.find(({ decisionId }) => decisionId === line.changeId)
        const by = [line.changeId, ...(waited.get(decided?.conflictId ?? '') ?? [])]
        const known = by.map((changeId) =>
          decided && changeId === line.changeId ? new Set<string>() : touched.get(changeId),
        )
        if (known.some((parts) => !parts)) continue
        for (const part of movedIn(line))
          if (!known.some((parts) => parts!.has(part)))
            report(`${short(line.changeId)} moved ${part} at ${line.position}, which nobody had touched`)
      }
    },
  }
}

// who took a line away and then words it, on a sheet where it stood, wants it there
const forgetRemoval = (acts: Map<string, Act>, act: Act): void => {
  for (const [key, one] of acts)
    if (one.phone === act.phone && one.changeId !== act.changeId && one.value === undefined && nameOf(one) === nameOf(act)) acts.delete(key) // prettier-ignore
}

// of a line of a list, the line: who alters its text may have to take its tick along
const nameOf = ({ table, id, field, part }: Pick<Act, 'table' | 'id' | 'field' | 'part'>): string =>
  `${field}/${part.split(' · ')[0]!} of ${table}/${id}`

const movedIn = ({ table, id, before, after }: Line): string[] =>
  Object.keys(after ?? {}).flatMap((field) => {
    const [stood, stands] = [partsIn(table, field, before?.[field]), partsIn(table, field, after?.[field])]
    return stood && stands ? namesApart(stood, stands).map((part) => nameOf({ table, id, field, part })) : []
  })

const actsOf = (
  phone: string,
  { changeId, table, id }: { changeId: string; table: string; id: string },
  seen: JsonObject,
  wanted: JsonObject,
): Act[] =>
  Object.keys(wanted).flatMap((field) => {
    const [before, after] = [partsIn(table, field, seen[field]), partsIn(table, field, wanted[field])]
    if (!before || !after) return []
    return namesApart(before, after).map((part) => ({
      ...{ phone, changeId, table, id, field, part },
      ...{ seen: before.get(part), value: after.get(part) },
    }))
  })

const rowOf = (world: World, { phone, changeId }: Act): LedgerRow | undefined => {
  const { organizationId } = world.phones.find(({ name }) => name === phone)!.person
  return world.model.reads.get<LedgerRow>('ledger', inOrganization(organizationId, changeId))
}

// what waits, failed or is not here yet is in the ledger or on the phone, with all that is in it
const isThrough = (world: World, act: Act, saved: ReadonlyMap<string, Saved>): boolean => {
  const row = rowOf(world, act)
  if (row?.status !== 'completed') return false
  const groupId = saved.get(act.changeId)?.groupId
  if (groupId === undefined) return true
  // whoever does away with a record in the same action means none of it
  return ![...saved.values()].some((one) => one.groupId === groupId && one.id === act.id && one.action === 'delete')
}

const isWritten = (world: World, act: Act): boolean => {
  const { table, id, field } = act
  const { reads } = world.model
  const isSo = (value: Json | undefined) => partsIn(table, field, value)?.get(act.part) === act.value
  const stands = reads.get<Row>('row', rowKey(table, id))
  if (stands ? isSo(stands[field]) : act.value === undefined) return true
  const { baseVersion, receipt } = rowOf(world, act) ?? {}
  const since = baseVersion ?? 0
  // of what stood so already there may be nothing later
  const isThere = receipt?.kind === 'processed' && receipt.processed.outcome === 'already_applied'
  return linesOf(reads, table, id).some(
    ({ position, after }) =>
      (position > since || (isThere && position === since)) &&
      after &&
      Object.hasOwn(after, field) &&
      isSo(after[field]),
  )
}

const holds = (row: ConflictRow, { table, id, field, part, value }: Act): boolean =>
  row.fields.some(
    (one) =>
      one.field === field &&
      (one.table ?? row.table) === table &&
      (one.id ?? row.id) === id &&
      [one.client, one.proposed, one.resolved].some(
        (side) => side !== undefined && partsIn(table, field, side)?.get(part) === value,
      ),
  )
