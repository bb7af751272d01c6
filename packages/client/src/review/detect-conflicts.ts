// Takes a change that was not handed in; answers the conflict it would meet, or null. The server is asked where it can be
// reached, for it alone knows what stands; without a signal this device looks at its own copy. Writes nothing, here or there.
// Keeps P4: what was seen when it was asked goes along, so that whoever decides then decides on that.
import { contestedFields, resolveConflict } from '@wedsync/merge'
import {
  changesPerBatchMax,
  deriveId,
  DryRunResponse,
  ErrorBody,
  type Change,
  type Conflict,
  type Json,
  type JsonObject,
  type SyncRequest,
} from '@wedsync/protocol'
import { RefusedEdit } from '../errors.ts'
import { saidBy, type Entry } from '../outbox/entry.ts'
import { isLaidOver } from '../outbox/overlay.ts'
import { jsonOf } from '../push/read-answer.ts'
import { draftChange, readSubject, type Draft, type Edit } from '../save/draft-change.ts'
import { type Device } from '../settings.ts'
import { type DeviceState } from '../store/device-state.ts'
import { isInOtherWords, otherWindow } from '../store/other-words.ts'
import { readState } from '../store/read-state.ts'
import { type Store } from '../store/store.ts'
import { type OfflineChange } from '../push/offline-change.ts'
import { type Transport } from '../transport/create-transport.ts'

/** A conflict nobody has stored yet. */
export type DetectedConflict = Conflict & {
  /**
   * Who found it. The `server` knows. A `device` without a signal knows what it last heard: it cannot see what others did
   * since, nor their roles, nor how near the wedding is to whoever weighs it.
   */
  foundBy: 'server' | 'device'
  /** The change as it would be handed in, with what the person saw. */
  change: Change
}

type Parts = { store: Store; device: Device; transport: Transport; isHalted: () => boolean }

/** Throws `RefusedEdit` where the change itself would be refused, conflict or not. */
export const detectConflicts = async (parts: Parts, given: OfflineChange): Promise<DetectedConflict | null> => {
  const asked = await readAsked(parts, given)
  if (asked === null) return null
  const answer = await askServer(parts, asked)
  return answer === 'no answer' ? lookHere(parts.device, asked) : answer
}

type Asked = Draft & { state: DeviceState }

const readAsked = async ({ store, device }: Parts, given: OfflineChange): Promise<Asked | null> => {
  const { action, table, id, data = {}, intents } = given
  const edit: Edit = { action, table, id, data, intents, given }
  const fresh = { changeId: given.changeId?.toLowerCase() ?? device.ids(), madeAt: device.clock() }
  return store.view(async (tx) => {
    const state = await readState(tx)
    if (isInOtherWords(state, device)) throw new RefusedEdit(otherWindow)
    const draft = await draftChange(tx, device, state, edit, fresh)
    return draft && { ...draft, state }
  })
}

const askServer = async (
  { device, transport, isHalted }: Parts,
  { change, entries, state }: Asked,
): Promise<DetectedConflict | null | 'no answer'> => {
  if (isHalted() || device.token() === null) return 'no answer'
  // it builds on what waits here about the same record, so that goes in front, and is written as little
  const before = entries.filter(isUnanswered).map((entry) => entry.change)
  const request: SyncRequest = {
    ...{ batchId: device.ids(), deviceId: state.deviceId, schemaVersion: device.schemas.current, cursor: state.cursor },
    ...(device.scopes && { scopes: [...device.scopes] }),
    changes: [...before.slice(1 - changesPerBatchMax), change],
    options: { conflictResolution: 'merge', dryRun: true },
  }
  const sent = await transport.post('/api/offline/sync', request as unknown as Json)
  if (!('answer' in sent)) return 'no answer'
  const body = jsonOf(sent.answer)
  const refused = ErrorBody.safeParse(body).data
  if (refused?.code === 'forbidden') throw new RefusedEdit(refused.message, [], refused.code)
  const read = DryRunResponse.safeParse(body)
  if (sent.answer.status !== 200 || !read.success) return 'no answer'
  const { conflicts, errors } = read.data.validation
  const failure = errors.find(({ changeId }) => changeId === change.changeId)
  if (failure) throw new RefusedEdit(failure.message, [], failure.code)
  const conflict = conflicts.find(({ changeId }) => changeId === change.changeId)
  return conflict ? { ...conflict, foundBy: 'server', change } : null
}

const isUnanswered = ({ state }: Entry): boolean => state === 'waiting' || state === 'sending'

// what waits for a person already, and what the copy here says otherwise than the person saw; own edits are no quarrel
const lookHere = (device: Device, { change, row, entries }: Asked): DetectedConflict | null => {
  const joined = entries.map((entry) => joinedConflict(entry, change)).find((one) => one !== null)
  if (joined) return { ...joined, foundBy: 'device', change }
  if (!row?.base || change.action === 'create' || change.action === 'restore') return null
  const { collection } = readSubject(change, device)
  const own = new Set(entries.filter(isLaidOver).flatMap((entry) => Object.keys(saidBy(entry).data)))
  const known = (fields: JsonObject = {}): JsonObject =>
    Object.fromEntries(Object.entries(fields).filter(([name]) => Object.hasOwn(row.base!, name) && !own.has(name)))
  const { action, data, base, baseVersion } = change
  const checked = {
    ...{ action, data: known(data), base: known(base) },
    // which of the fields moved since is not known here: where the seen values are, they tell
    baseVersion: base ? null : (baseVersion ?? null),
  }
  if (Object.keys(action === 'delete' ? checked.base : checked.data).length === 0) return null
  const stored = { version: row.version ?? 0, fields: known(row.base), fieldVersions: {}, isDeleted: false }
  const outcome = resolveConflict({
    ...{ collection, change: checked, stored, contested: contestedFields({ collection, change: checked, stored }) },
    ...{ strategy: 'merge', sides: { client: { role: device.user.role, userId: device.user.id }, server: {} } },
    context: { hoursUntilEvent: null },
  })
  if (!outcome.conflict) return null
  const { changeId, table, id } = change
  const { fields, ...draft } = outcome.conflict
  const named = { conflictId: deriveId('conflict', changeId), changeId, table, id, version: 1 }
  return { ...named, ...draft, fields: [...fields], foundBy: 'device', change }
}

// the author's later edit of a field that waits for a person takes the place of their side
const joinedConflict = ({ state, receipt }: Entry, { changeId, table, id, data }: Change): Conflict | null => {
  if (state !== 'held' || receipt?.kind !== 'waiting') return null
  const { conflict } = receipt
  const isTouched = ({ field, ...of }: Conflict['fields'][number]): boolean =>
    (of.table ?? conflict.table) === table && (of.id ?? conflict.id) === id && Object.hasOwn(data, field)
  if (!conflict.fields.some(isTouched)) return null
  const fields = conflict.fields.map((one) => (isTouched(one) ? { ...one, client: data[one.field]! } : one))
  return { ...conflict, changeId, fields }
}
