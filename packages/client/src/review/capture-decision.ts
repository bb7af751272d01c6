// Takes what a person says about a conflict that waits; stores it as an ordinary change of that conflict, and shows it as on
// its way. Needs no network: the version they saw goes with it, so that nobody decides on a view that is no longer true.
// Keeps P3, P4.
import { ConflictDecision, conflictsTable, type JsonObject } from '@wedsync/protocol'
import { RefusedEdit } from '../errors.ts'
import { type Entry } from '../outbox/entry.ts'
import { type Device } from '../settings.ts'
import { layOver } from '../store/lay-over.ts'
import { inOneStep, type Store } from '../store/store.ts'
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
  const fresh = { changeId: device.ids(), timestamp: new Date(device.clock()).toISOString() }
  return inOneStep(store, async (tx) => {
    const state = await readState(tx)
    if (isInOtherWords(state, device)) throw new RefusedEdit(otherWindow)
    const row = await tx.records.get([conflictsTable, id])
    if (!row?.base) throw new RefusedEdit('There is no such conflict here.')
    if (row.base['status'] !== 'pending') throw new RefusedEdit('Somebody decided this already.')
    const entries = await tx.outbox.where('[table+id]').equals([conflictsTable, id]).toArray()
    if (entries.some(isOnItsWay)) throw new RefusedEdit('Your decision is on its way already.')
    await tx.outbox.bulkDelete(entries.filter(({ isFrozen }) => !isFrozen).map(({ seq }) => seq))

    const data = { ...read.data, version: read.data.version ?? row.base['version'] } as JsonObject
    await tx.outbox.add({
      ...{ changeId: fresh.changeId, table: conflictsTable, id, scope: row.scope, state: 'waiting' },
      change: {
        ...{ changeId: fresh.changeId, action: 'update', table: conflictsTable, id },
        ...{ baseVersion: row.version, data, timestamp: fresh.timestamp, schemaVersion: state.schemaVersion },
        ...(state.isReloading && { fromBefore: true }),
      },
      ...{ isFrozen: false, isHidden: false, isSentAgain: false },
      ...{ narrowings: [], overlayBefore: null, receipt: null, strategy: null },
    })
    await layOver(tx, device, [[conflictsTable, id]], state)
    return fresh.changeId
  })
}

const isOnItsWay = ({ state, isFrozen }: Entry): boolean => isFrozen && (state === 'waiting' || state === 'sending')
