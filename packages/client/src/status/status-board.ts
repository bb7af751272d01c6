// Holds what a person is told, for this engine. In come the weather (who is signed in, how the network is) and every
// change of the store, by this tab or another; out goes one status, and a new one only when something in it moved.
import { needsPerson, type Entry } from '../outbox/entry.ts'
import { type Store } from '../store/store.ts'
import { type View } from '../store/shown-record.ts'
import { wordFor, type NeedsYou, type SyncStatus } from './sync-status.ts'

type Weather = Pick<SyncStatus, 'phase' | 'network' | 'isPaused' | 'error'> & { isSending: boolean }
type Stored = Pick<SyncStatus, 'waiting' | 'kept' | 'needsYou' | 'lastSyncedAt' | 'isLoading'>

export type StatusBoard = View<SyncStatus> & {
  set: (weather: Partial<Weather>) => void
  /** Reads the store; the status is up to date when it resolves. */
  refresh: () => Promise<void>
  stop: () => void
}

/** A board over this store. */
export const createStatusBoard = (store: Store): StatusBoard => {
  let weather: Weather = { phase: 'starting', network: 'online', isPaused: false, error: null, isSending: false }
  let stored: Stored = { waiting: 0, kept: 0, needsYou: [], lastSyncedAt: null, isLoading: true }
  let status = statusOf(weather, stored)
  let text = JSON.stringify(status)
  let reading = Promise.resolve()
  let queued: Promise<void> | null = null
  let isStopped = false
  const listeners = new Set<() => void>()

  const show = () => {
    const next = statusOf(weather, stored)
    const nextText = JSON.stringify(next)
    if (nextText === text) return
    status = next
    text = nextText
    for (const listener of [...listeners]) listener()
  }
  const read = async () => {
    queued = null
    if (isStopped) return
    stored = await readStored(store)
    show()
  }
  const refresh = (): Promise<void> => {
    queued ??= reading = reading.then(read, read)
    return queued
  }
  const stopLooking = store.live(
    async ({ outbox, state }) => [await outbox.count(), (await state.get('state'))?.turn],
    () => void refresh().catch(() => undefined),
  )

  return {
    current: () => status,
    subscribe: (onChange) => {
      listeners.add(onChange)
      return () => listeners.delete(onChange)
    },
    set: (more) => {
      weather = { ...weather, ...more }
      show()
    },
    refresh,
    stop: () => {
      isStopped = true
      stopLooking()
      listeners.clear()
    },
  }
}

const readStored = (store: Store): Promise<Stored> =>
  store.view(async (tx) => {
    const state = await tx.state.get('state')
    const waiting = await tx.outbox.where('state').equals('waiting').count()
    const sending = await tx.outbox.where('state').equals('sending').count()
    const notMoving = await tx.outbox.where('state').anyOf(['held', 'stuck']).toArray()
    const forPerson = notMoving.filter(needsPerson)
    return {
      waiting: waiting + sending,
      kept: notMoving.length - forPerson.length,
      needsYou: forPerson.sort((one, other) => one.seq - other.seq).map(asked),
      lastSyncedAt: state?.lastSyncedAt == null ? null : new Date(state.lastSyncedAt),
      isLoading: !state || state.position < 0 || state.isReloading,
    }
  })

const asked = ({ changeId, table, id, change, receipt }: Entry): NeedsYou => {
  const about = { changeId, table, id, action: change.action, data: change.data }
  if (receipt?.kind === 'waiting') {
    const { conflict } = receipt
    const fields = conflict.fields.map(({ field }) => field)
    return { ...about, kind: 'conflict', fields, message: conflict.because }
  }
  const failure = receipt?.kind === 'failed' ? receipt.failure : null
  return {
    ...about,
    kind: 'failure',
    ...(failure?.field !== undefined && { fields: [failure.field] }),
    message: failure?.message ?? 'This change could not be shared.',
  }
}

const statusOf = ({ isSending, ...weather }: Weather, stored: Stored): SyncStatus => {
  const network = weather.isPaused ? 'offline' : weather.network
  return { word: wordFor({ ...weather, ...stored, network, isSending }), ...stored, ...weather, network }
}
