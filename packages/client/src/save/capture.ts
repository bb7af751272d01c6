// Takes an edit; stores the record as the person now sees it, and the change that will tell everyone, in one step.
// Needs no network, no token and no waiting. A value that does not fit is refused here, and nothing is stored.
// Keeps P3, P6, and H24: a crash leaves both, or neither.
import { type Collection } from '@wedsync/merge'
import { changesPerGroupMax, type JsonObject } from '@wedsync/protocol'
import { RefusedEdit } from '../errors.ts'
import { type Entry } from '../outbox/entry.ts'
import { folded } from '../outbox/fold.ts'
import { isLaidOver } from '../outbox/overlay.ts'
import { type Device } from '../settings.ts'
import { readState } from '../store/read-state.ts'
import { layOver } from '../store/lay-over.ts'
import { isInOtherWords, otherWindow } from '../store/other-words.ts'
import { inOneStep, type RecordRow, type Store, type Tables } from '../store/store.ts'
import { draftChange, readSubject, type Edit } from './draft-change.ts'

/** Stores an edit; answers the id of the change that carries it, or null when it changes nothing. */
export const captureEdit = async (
  { store, device }: { store: Store; device: Device },
  edit: Edit,
): Promise<string | null> => {
  const { collection, id } = readSubject(edit, device)
  const fresh = { changeId: edit.given?.changeId?.toLowerCase() ?? device.ids(), madeAt: device.clock() }
  return inOneStep(store, async (tx) => {
    const state = await readState(tx)
    if (isInOtherWords(state, device)) throw new RefusedEdit(otherWindow)
    if (edit.given && (await isKnown(tx, fresh.changeId))) return fresh.changeId
    if (edit.groupId) await refuseLongGroup(tx, edit.groupId)
    const draft = await draftChange(tx, device, state, edit, fresh)
    if (!draft) return null
    const { change, row, entries } = draft
    const scope = scopeOf(collection, id, change.data, row, device)
    const stored = await storeChange(tx, change, entries, { scope, collection }, edit)
    await layOver(tx, device, [[edit.table, id]], state)
    return stored
  })
}

const isKnown = async (tx: Tables, changeId: string): Promise<boolean> =>
  (await tx.outbox.where('changeId').equals(changeId).count()) > 0 ||
  (await tx.kept.where('changeId').equals(changeId).count()) > 0

const refuseLongGroup = async (tx: Tables, groupId: string): Promise<void> => {
  const members = (await tx.outbox.toArray()).filter(({ change }) => change.groupId === groupId)
  if (members.length >= changesPerGroupMax)
    throw new RefusedEdit(`One action holds at most ${changesPerGroupMax} changes.`)
}

const scopeOf = (
  collection: Collection,
  id: string,
  data: JsonObject,
  row: RecordRow | undefined,
  { user }: Device,
): string => {
  if (row) return row.scope
  if (collection.isScope) return id
  const wedding = data['client_id']
  return collection.scope === 'wedding' && typeof wedding === 'string' ? wedding : user.organizationId
}

const storeChange = async (
  tx: Tables,
  change: Entry['change'],
  entries: readonly Entry[],
  { scope, collection }: { scope: string; collection: Collection },
  { strategy = null, given }: Edit,
): Promise<string> => {
  const newest = entries.at(-1)
  const into = given ? null : folded(newest, change, newest !== undefined && isLaidOver(newest), collection)
  if (into) {
    await tx.outbox.put(into)
    return into.changeId
  }
  await tx.outbox.add({
    changeId: change.changeId,
    table: change.table,
    id: change.id,
    scope,
    state: 'waiting',
    change,
    isFrozen: false,
    isHidden: false,
    isSentAgain: false,
    narrowings: [],
    overlayBefore: null,
    receipt: null,
    strategy,
  })
  return change.changeId
}
