// Takes what a person says about a conflict that waits; stores it as an ordinary change of that conflict, and shows it as on
// its way. Needs no network: the version they saw goes with it, so that nobody decides on a view that is no longer true.
// Keeps P3, P4.
import { ConflictDecision, conflictsTable, failureCodes, type JsonObject } from '@wedsync/protocol'
import { RefusedEdit } from '../errors.ts'
import { type Entry } from '../outbox/entry.ts'
import { type Device } from '../settings.ts'
import { type DeviceState } from '../store/device-state.ts'
import { layOver } from '../store/lay-over.ts'
import { inOneStep, type RecordRow, type Store, type Tables } from '../store/store.ts'
import { isInOtherWords, otherWindow } from '../store/other-words.ts'
import { readState } from '../store/read-state.ts'

/** Stores the decision, and answers the id of the change that carries it; one that was never sent gives way to a later one. */
export const captureDecision = (
  { store, device }: { store: Store; device: Device },
  conflictId: string,
  decision: ConflictDecision,
): Promise<string> => {
  const read = ConflictDecision.safeParse(decision)
  if (!read.success) throw new RefusedEdit('This is no decision about a conflict.')
  const id = conflictId.toLowerCase()
  const fresh = freshDecision(device)
  return inOneStep(store, async (tx) => {
    const state = await readState(tx)
    if (isInOtherWords(state, device)) throw new RefusedEdit(otherWindow)
    const open = await findOpen(tx, id)
    if ('message' in open) throw new RefusedEdit(open.message)
    await storeDecision(tx, open, read.data, fresh, state)
    await layOver(tx, device, [[conflictsTable, id]], state)
    return fresh.changeId
  })
}

// -- the parts of it, for whoever stores several in one step

export type Fresh = { changeId: string; timestamp: string }

export const freshDecision = ({ ids, clock }: Device): Fresh => ({
  changeId: ids(),
  timestamp: new Date(clock()).toISOString(),
})

export type Open = { row: RecordRow & { base: JsonObject }; entries: Entry[] }

/** Why something is not decided, with one sentence for the person. */
export type Reason = { code: string; message: string }

/** A conflict that can still be decided here, with what was said about it before; or why there is none. */
export const findOpen = async (tx: Tables, id: string): Promise<Open | Reason> => {
  const row = await tx.records.get([conflictsTable, id])
  if (!row?.base) return { code: 'record_missing', message: 'There is no such conflict here.' }
  if (row.base['status'] !== 'pending') return { code: 'already_resolved', message: failureCodes.already_resolved.says }
  const entries = await tx.outbox.where('[table+id]').equals([conflictsTable, id]).toArray()
  if (entries.some(isOnItsWay)) return { code: 'already_resolved', message: 'Your decision is on its way already.' }
  return { row: { ...row, base: row.base }, entries }
}

/** Stores it as a change of the conflict; what it shows as then is the caller's to lay over. */
export const storeDecision = async (
  tx: Tables,
  { row, entries }: Open,
  said: ConflictDecision,
  { changeId, timestamp }: Fresh,
  state: DeviceState,
): Promise<void> => {
  const { id, scope, version, base } = row
  await tx.outbox.bulkDelete(entries.filter(({ isFrozen }) => !isFrozen).map(({ seq }) => seq))
  const data = { ...said, version: said.version ?? base['version'] } as JsonObject
  await tx.outbox.add({
    ...{ changeId, table: conflictsTable, id, scope, state: 'waiting' },
    change: {
      ...{ changeId, action: 'update', table: conflictsTable, id },
      ...{ baseVersion: version, data, timestamp, schemaVersion: state.schemaVersion },
      ...(state.isReloading && { fromBefore: true }),
    },
    ...{ isFrozen: false, isHidden: false, isSentAgain: false },
    ...{ narrowings: [], overlayBefore: null, receipt: null, strategy: null },
  })
}

const isOnItsWay = ({ state, isFrozen }: Entry): boolean => isFrozen && (state === 'waiting' || state === 'sending')
