// Opens everything, in order: the store, the board, the way to the server, the loop, the schedule. Hands back the engine.
import { StatusResponse } from '@wedsync/protocol'
import { SyncUnavailable } from './errors.ts'
import { createEvents } from './events/create-events.ts'
import { runAlone } from './leader/run-alone.ts'
import { createSchedule } from './online/create-schedule.ts'
import { dismissStuck } from './outbox/dismiss.ts'
import { exportedOutbox } from './outbox/export-outbox.ts'
import { createPushLoop, type RunEnd } from './push/push-loop.ts'
import { jsonOf } from './push/read-answer.ts'
import { type OfflineChange, type SyncChangesOptions } from './push/offline-change.ts'
import { syncChanges } from './push/sync-changes.ts'
import { captureDecision } from './review/capture-decision.ts'
import { conflictQuery } from './review/conflict-query.ts'
import { decideHarmless } from './review/decide-harmless.ts'
import { detectConflicts } from './review/detect-conflicts.ts'
import { explain } from './review/explain.ts'
import { resolveConflict } from './review/resolve-conflict.ts'
import { captureEdit } from './save/capture.ts'
import { type Edit } from './save/draft-change.ts'
import { deviceFrom, type SyncSettings } from './settings.ts'
import { createStatusBoard } from './status/status-board.ts'
import { weatherAfter } from './status/weather-after.ts'
import { readState } from './store/read-state.ts'
import { openStore } from './store/open-store.ts'
import { type ShownRecord } from './store/shown-record.ts'
import { shownRecord, watchRecord, watchRecords } from './store/watch-records.ts'
import { applyStreamPage } from './stream/apply-stream-page.ts'
import { createFollower, type Follower } from './stream/create-follower.ts'
import { oneAtATime } from './stream/one-at-a-time.ts'
import { createTransport } from './transport/create-transport.ts'
import { verifyScope } from './verify/verify-scope.ts'
import { type SyncEngine } from './sync-engine.ts'

/** Opens the store of this person on this device and starts to sync. Needs no network. */
export const startSync = async (settings: SyncSettings): Promise<SyncEngine> => {
  const device = deviceFrom(settings)
  const store = await openStore(device)
  const { deviceId } = await store.view(readState)
  const events = createEvents()
  const board = createStatusBoard(store)
  const transport = createTransport(device)
  const parts = { store, device }
  let isPaused = false
  let isStopped = false
  let storagePersisted: boolean | null = null
  void device.surroundings.persistStorage().then((answer) => (storagePersisted = answer))

  const look = () => {
    if (!device.surroundings.isOnline()) board.set({ network: 'offline' })
    if (!device.surroundings.isOnline() || !device.surroundings.isVisible()) void follower.stop()
  }
  const isHalted = () => isPaused || isStopped
  const inTurn = oneAtATime()
  const follower: Follower = createFollower({
    ...{ store, device, isHalted },
    // another tab that is sending just now moves the cursor: the page is of yesterday by then
    apply: async (page, cursor) =>
      (await inTurn(() =>
        runAlone(device, () => applyStreamPage({ ...parts, events, onStored: board.refresh }, page, cursor)),
      )) ?? false,
    onEnd: (askWithinMs) => schedule.within(askWithinMs),
  })

  const stopLooking = device.surroundings.listen(look)
  await board.refresh()
  board.set({ phase: device.token() === null ? 'signed-out' : 'ready' })
  look()

  const loop = createPushLoop({
    store,
    device,
    transport,
    events,
    isHalted,
    onSending: (isSending) => board.set({ isSending }),
    storagePersisted: () => storagePersisted,
    onStored: board.refresh,
  })
  const schedule = createSchedule({
    device,
    run: () => inTurn(() => runAlone(device, loop.run)),
    onEnd: (end: RunEnd) => {
      board.set(weatherAfter(end))
      if (end.kind === 'done') void follower.follow()
      else if (end.kind !== 'failed') void follower.stop()
    },
    hasWaiting: () => board.current().waiting > 0,
    isFollowing: follower.isFollowing,
  })

  // what is stored is told as stored, though the status cannot be read just now: the board looks again when something moves
  const looksAgain = () => board.refresh().catch(() => undefined)
  const capture = async (edit: Edit): Promise<void> => {
    await captureEdit(parts, edit)
    await looksAgain()
    schedule.soon()
  }
  const syncNow = async () => {
    loop.forgetDelays()
    await schedule.now()
  }
  const handIn = (changes: readonly OfflineChange[], options?: SyncChangesOptions) =>
    syncChanges({ ...parts, events, onStored: looksAgain, syncNow }, changes, options)

  return {
    deviceId,
    user: device.user,
    save: (table, id, patch, options) => capture({ action: 'update', table, id, data: patch, ...options }),
    create: async (table, data, id = device.ids(), options = {}) => {
      await capture({ action: 'create', table, id, data, ...options })
      return id.toLowerCase()
    },
    remove: (table, id, options) => capture({ action: 'delete', table, id, data: {}, ...options }),
    watch: (query) => watchRecords(store, device.collections, query),
    watchRecord: (table, id) => watchRecord(store, device.collections, table, id),
    read: async <Data extends object>(table: string, id: string) => {
      const row = await store.view(({ records }) => records.get([table, id]))
      return (row ? shownRecord(row, device.collections) : null) as ShownRecord<Data> | null
    },
    watchConflicts: (scope) => watchRecords(store, device.collections, conflictQuery(scope)),
    decide: async (conflictId, decision) => {
      await captureDecision(parts, conflictId, decision)
      await looksAgain()
      schedule.soon()
    },
    decideHarmless: async (seen, decision) => {
      const together = await decideHarmless(parts, seen, decision)
      await looksAgain()
      schedule.soon()
      return together
    },
    detectConflicts: (change) => detectConflicts({ ...parts, transport, isHalted }, change),
    resolveConflict: (conflict, strategy, by) =>
      resolveConflict({ ...parts, onStored: looksAgain, syncNow, handIn }, conflict, strategy, by),
    explain: (id) => explain(parts, id),
    status: board.current,
    watchStatus: () => ({ subscribe: board.subscribe, current: board.current }),
    syncNow,
    pause: () => {
      isPaused = true
      board.set({ isPaused })
      transport.callOff()
      void follower.stop()
    },
    resume: () => {
      isPaused = false
      board.set({ isPaused })
      schedule.hint()
    },
    dismiss: async (changeId) => {
      await dismissStuck(parts, changeId)
      await looksAgain()
    },
    stop: async () => {
      isStopped = true
      stopLooking()
      transport.callOff()
      await follower.stop()
      await schedule.stop()
      board.stop()
      store.close()
    },
    on: events.on,
    verify: (scope) => verifyScope({ store, transport, version: device.schemas.current, syncNow }, scope),
    exportOutbox: () => exportedOutbox(parts),
    syncChanges: handIn,
    getSyncStatus: async (userId) => {
      const sent = await transport.get(`/api/offline/status/${encodeURIComponent(userId)}`)
      if (!('answer' in sent)) throw new SyncUnavailable('The server could not be reached.')
      const read = StatusResponse.safeParse(jsonOf(sent.answer))
      if (sent.answer.status === 200 && read.success) return read.data
      throw new SyncUnavailable('The server did not say how it stands.', sent.answer.status)
    },
  }
}
