// One run of the movements up and down: sends what waits, fetches what is new, until there is neither. It holds no state
// that outlives it but three memories, all safe to lose: how many changes a request may carry, which change comes when, and
// what the answers since the last `syncCompleted` add up to.
// Keeps P1, P14: one request at a time, every answer of another turn dropped, nothing in the outbox moved by a status code.
import { changesPerBatchMax } from '@wedsync/protocol'
import { type Events } from '../events/create-events.ts'
import { newsOfRefused } from '../events/news-from.ts'
import { faultsPerRunMax, requestsPerRunMax, resetsPerRunMax } from '../limits.ts'
import { passOver, passOverAll } from '../outbox/pass-over.ts'
import { setAside } from '../outbox/set-aside.ts'
import { takeBatch, type Batch } from '../outbox/take-batch.ts'
import { applyPage, type Applied } from '../pull/apply-page.ts'
import { startOver } from '../pull/start-over.ts'
import { type Device } from '../settings.ts'
import { type Store } from '../store/store.ts'
import { type Transport } from '../transport/create-transport.ts'
import { announce } from './announce.ts'
import { askServer } from './ask-server.ts'
import { createDelays } from './delays.ts'
import { createTally } from './create-tally.ts'
import { type Answer } from './read-answer.ts'
import { isAboutContent, isFault, nameOf, verdictOn, type Refusal, type Suspicion } from './verdict-on.ts'

/** How a run ended, for whoever decides when the next one begins. */
export type RunEnd =
  | { kind: 'done'; pollInMs: number | null; sendAgainInMs: number | null }
  | { kind: 'called-off' }
  | { kind: 'signed-out'; token: string | null }
  /** The words of this app are not understood: it is too old, or ahead of the server, or of what another window made of the store. */
  | { kind: 'blocked'; why: 'old' | 'ahead' | 'other-window' }
  | { kind: 'failed'; network: 'online' | 'offline' | 'degraded'; retryAfterMs: number | null; message: string | null }

export type PushLoopParts = {
  store: Store
  device: Device
  transport: Transport
  events: Events
  /** True when nothing may be sent: switched off, or stopped. */
  isHalted: () => boolean
  onSending: (isSending: boolean) => void
  storagePersisted: () => boolean | null
  /** After anything in the store moved. */
  onStored: () => Promise<void>
}

export type PushLoop = {
  run: () => Promise<RunEnd>
  /** Lets changes that wait for their turn go with the next run. */
  forgetDelays: () => void
}

/** The loop of one engine. */
export const createPushLoop = (parts: PushLoopParts): PushLoop => {
  const { store, device, events } = parts
  const delays = createDelays(device.clock)
  const tally = createTally()
  let batchMax = changesPerBatchMax

  const run = async (): Promise<RunEnd> => {
    const found: Found = { resets: 0, hasMore: true, pollInMs: null, faults: 0, proven: new Set(), refused: null }
    for (let requests = 0; requests < requestsPerRunMax; requests += 1) {
      if (parts.isHalted()) return { kind: 'called-off' }
      const token = device.token()
      if (token === null) return { kind: 'signed-out', token }
      const batch = await takeBatch(parts, found.refused ? noChanges : { max: batchMax, ...delays })
      if (batch.isInOtherWords) return { kind: 'blocked', why: 'other-window' }
      announce(events, newsOfRefused(batch.unreadable))
      if (batch.changes.length === 0 && !found.hasMore) break
      const answer = await askServer(parts, batch, requests === 0)
      if (answer === 'called-off') return { kind: 'called-off' }
      if (answer.kind === 'nothing') return noAnswer(answer)
      if (answer.kind === 'page') {
        batchMax = Math.min(changesPerBatchMax, batchMax * 2)
        await takeIn(batch, answer, found)
      } else if (answer.then === 'load-again') {
        found.resets += 1
        if (found.resets > resetsPerRunMax) return failed('degraded', answer, notContinuing)
        if (await startOver(parts, batch.turn)) events.emit('reset')
        if (found.refused) await passOverAll(store)
        // nothing of what is loaded anew is shown before all of these were tried again
        delays.letGo()
        await parts.onStored()
        found.hasMore = true
      } else if (answer.then === 'sign-in') return { kind: 'signed-out', token }
      else if (answer.then === 'upgrade') return { kind: 'blocked', why: answer.isAhead ? 'ahead' : 'old' }
      else if (batch.changes.length > 0 && answer.code === 'forbidden') {
        // whoever may hand in nothing has to hear at least what is no longer theirs to see
        await passOverAll(store)
        Object.assign(found, { refused: answer, hasMore: true })
      } else if (batch.changes.length > 0 && isAboutContent(answer)) {
        const end = await singleOut(batch, answer, found)
        if (end) return end
      } else return failed(networkAfter(answer), answer, messageOf(answer))
    }
    if (found.refused) return failed('online', found.refused, found.refused.message)
    const all = tally.take()
    if (all) events.emit('syncCompleted', all.sessionId, all.metrics)
    return { kind: 'done', pollInMs: found.pollInMs, sendAgainInMs: delays.nextInMs() }
  }

  const takeIn = async (batch: Batch, { response, pollInMs }: Answer & { kind: 'page' }, found: Found) => {
    const applied = await applyPage(parts, batch.turn, response)
    if (applied) {
      announce(events, applied.news)
      tally.add(response.sessionId, response.metrics, batch.changes.length)
      events.inner.emit('answered', response.sessionId, response.metrics, batch.changes.length)
    }
    await parts.onStored()
    if (applied) rememberDelays(batch, applied)
    if (batch.changes.length > 0) found.faults = 0
    Object.assign(found, { hasMore: response.hasMore, pollInMs })
  }

  // halves the batch until it holds only what the server cannot take, and puts that aside; what it merely stumbles over
  // waits for another try. Where it takes no request at all, no change is to blame
  const singleOut = async (batch: Batch, refusal: Refusal, found: Found): Promise<RunEnd | null> => {
    const changeIds = batch.changes.map(({ changeId }) => changeId)
    const verdict = verdictOn(changeIds, refusal, found, changeIds.length === 1 || batchMax === 1)
    if (verdict === 'halve') {
      batchMax = Math.max(1, Math.floor(Math.min(batchMax, changeIds.length) / 2))
      return null
    }
    if (verdict === 'prove') {
      const empty = await takeBatch(parts, noChanges)
      const answer = await askServer(parts, empty, true)
      if (answer === 'called-off') return { kind: 'called-off' }
      if (answer.kind !== 'page') return failed('degraded', refusal, refusal.message)
      await takeIn(empty, answer, found)
      found.proven.add(nameOf(changeIds))
      return null
    }
    if (isFault(refusal)) {
      // what was loaded is shown with the next page
      if (await passOver(store, changeIds)) found.hasMore = true
      changeIds.forEach(delays.longer)
      found.faults += 1
      return found.faults < faultsPerRunMax ? null : failed('degraded', refusal, refusal.message)
    }
    announce(events, newsOfRefused(await setAside(parts, changeIds, refusal.message)))
    await parts.onStored()
    return null
  }

  const noAnswer = ({ network, retryAfterMs, wasSlow }: Answer & { kind: 'nothing' }): RunEnd => {
    if (wasSlow) batchMax = Math.max(1, Math.floor(batchMax / 2))
    return { kind: 'failed', network, retryAfterMs, message: null }
  }

  const rememberDelays = ({ changes }: Batch, { heard }: Applied): void => {
    for (const { changeId } of changes) delays.answered(changeId)
    for (const { before, after } of heard) {
      const isRepaired = before.change.after !== after.change.after
      if (after.state === 'waiting' && !isRepaired) delays.later(after.changeId)
    }
  }

  return { run, forgetDelays: delays.letGo }
}

/** What a run knows by now. `faults`: changes in a row that the server stumbled over. */
type Found = Suspicion & {
  resets: number
  hasMore: boolean
  pollInMs: number | null
  faults: number
  refused: Refusal | null
}

const noChanges = { max: 0, isDelayed: () => true }

const notContinuing = 'The server cannot continue where this phone left off.'

// a network that alters what is sent is none to be relied on
const networkAfter = ({ status, code }: Refusal) =>
  status >= 500 || code === 'damaged_request' ? 'degraded' : 'online'

// what passes by itself needs no words
const messageOf = ({ status, code, message }: Refusal) =>
  status === 429 || code === 'damaged_request' ? null : message

const failed = (network: 'online' | 'degraded', { retryAfterMs }: Refusal, message: string | null): RunEnd => ({
  kind: 'failed',
  network,
  retryAfterMs,
  message,
})
