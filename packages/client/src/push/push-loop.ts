// One run of the movements up and down: sends what waits, fetches what is new, until there is neither. It holds no state
// that outlives it but two memories, both safe to lose: how many changes a request may carry, and which change comes when.
// Keeps P1, P14: one request at a time, every answer of another turn dropped, nothing in the outbox moved by a status code.
import { changesPerBatchMax } from '@wedsync/protocol'
import { type Events } from '../events/create-events.ts'
import { requestsPerRunMax, resetsPerRunMax, sendAgainEveryMs } from '../limits.ts'
import { setAside } from '../outbox/set-aside.ts'
import { takeBatch, type Batch } from '../outbox/take-batch.ts'
import { applyPage, type Applied } from '../pull/apply-page.ts'
import { startOver } from '../pull/start-over.ts'
import { type Device } from '../settings.ts'
import { type Store } from '../store/store.ts'
import { type Transport } from '../transport/create-transport.ts'
import { announce } from './announce.ts'
import { readAnswer, type Answer } from './read-answer.ts'
import { nextPageAt, requestFor } from './request-for.ts'

/** How a run ended, for whoever decides when the next one begins. */
export type RunEnd =
  | { kind: 'done'; pollInMs: number | null; sendAgainInMs: number | null }
  | { kind: 'called-off' }
  | { kind: 'signed-out'; token: string | null }
  | { kind: 'blocked'; message: string }
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
  const { device, events } = parts
  const sendAgainAt = new Map<string, number>()
  let batchMax = changesPerBatchMax

  const run = async (): Promise<RunEnd> => {
    let resets = 0
    let hasMore = true
    let pollInMs: number | null = null
    for (let requests = 0; requests < requestsPerRunMax; requests += 1) {
      if (parts.isHalted()) return { kind: 'called-off' }
      const token = device.token()
      if (token === null) return { kind: 'signed-out', token }
      const batch = await takeBatch(parts, { max: batchMax, isDelayed })
      if (batch.changes.length === 0 && !hasMore) break
      const answer = await ask(parts, batch, requests === 0)
      if (answer === 'called-off') return { kind: 'called-off' }
      if (answer.kind === 'nothing') return noAnswer(answer)
      if (answer.kind === 'page') {
        const applied = await applyAnswer(parts, batch, answer)
        batchMax = Math.min(changesPerBatchMax, batchMax * 2)
        if (applied) rememberDelays(batch, applied)
        hasMore = answer.response.hasMore
        pollInMs = answer.pollInMs
      } else if (answer.then === 'load-again') {
        resets += 1
        if (resets > resetsPerRunMax) return failed('degraded', answer, notContinuing)
        if (await startOver(parts, batch.turn)) events.emit('reset')
        await parts.onStored()
        hasMore = true
      } else if (answer.then === 'sign-in') return { kind: 'signed-out', token }
      else if (answer.then === 'upgrade') return { kind: 'blocked', message: answer.message }
      else if (batch.changes.length > 0 && (answer.then === 'send-smaller' || answer.then === 'fix-request')) {
        const end = await singleOut(batch, answer)
        if (end) return end
      } else
        return failed(
          answer.status >= 500 ? 'degraded' : 'online',
          answer,
          answer.status === 429 ? null : answer.message,
        )
    }
    return { kind: 'done', pollInMs, sendAgainInMs: nextSendAgain() }
  }

  // halves the batch until it holds only what the server cannot take. That one is put aside, if the server takes a
  // request without it: else the request is what is wrong, and no change is to blame
  const singleOut = async (batch: Batch, refused: Answer & { kind: 'refused' }): Promise<RunEnd | null> => {
    if (batch.changes.length > 1 && batchMax > 1) {
      batchMax = Math.max(1, Math.floor(Math.min(batchMax, batch.changes.length) / 2))
      return null
    }
    const empty = await takeBatch(parts, { max: 0, isDelayed: () => true })
    const answer = await ask(parts, empty, true)
    if (answer === 'called-off') return { kind: 'called-off' }
    if (answer.kind !== 'page') return failed('degraded', refused, refused.message)
    await applyAnswer(parts, empty, answer)
    const stuck = await setAside(
      parts,
      batch.changes.map(({ changeId }) => changeId),
      refused.message,
    )
    announce(
      events,
      stuck.map((after) => ({ before: { ...after, state: 'sending' }, after, receipt: after.receipt! })),
    )
    await parts.onStored()
    return null
  }

  const noAnswer = ({ network, retryAfterMs, wasSlow }: Answer & { kind: 'nothing' }): RunEnd => {
    if (wasSlow) batchMax = Math.max(1, Math.floor(batchMax / 2))
    return { kind: 'failed', network, retryAfterMs, message: null }
  }

  const isDelayed = (changeId: string): boolean => {
    const at = sendAgainAt.get(changeId)
    // a clock that went back must not make it wait longer than it should
    return at !== undefined && at > device.clock() && at - device.clock() <= sendAgainEveryMs
  }

  const rememberDelays = ({ changes }: Batch, { heard }: Applied): void => {
    for (const { changeId } of changes) sendAgainAt.delete(changeId)
    for (const { before, after } of heard) {
      const isRepaired = before.change.after !== after.change.after
      if (after.state === 'waiting' && !isRepaired) sendAgainAt.set(after.changeId, device.clock() + sendAgainEveryMs)
    }
  }

  const nextSendAgain = (): number | null => {
    const waits = [...sendAgainAt.values()].map((at) => at - device.clock()).filter((ms) => ms > 0)
    return waits.length > 0 ? Math.min(...waits, sendAgainEveryMs) : null
  }

  return { run, forgetDelays: () => sendAgainAt.clear() }
}

const notContinuing = 'The server cannot continue where this phone left off.'

const failed = (
  network: 'online' | 'degraded',
  { retryAfterMs }: Answer & { kind: 'refused' },
  message: string | null,
): RunEnd => ({ kind: 'failed', network, retryAfterMs, message })

const applyAnswer = async (parts: PushLoopParts, batch: Batch, { response }: Answer & { kind: 'page' }) => {
  const applied = await applyPage(parts, batch.turn, response)
  if (applied) announce(parts.events, applied.heard, response)
  await parts.onStored()
  return applied
}

const ask = async (parts: PushLoopParts, batch: Batch, isFirst: boolean): Promise<Answer | 'called-off'> => {
  const { transport, device } = parts
  const carriesChanges = batch.changes.length > 0
  const isNextPage = !carriesChanges && !isFirst && batch.cursor !== null
  if (carriesChanges) parts.onSending(true)
  try {
    const sent = isNextPage
      ? await transport.get(nextPageAt(batch, device))
      : await transport.post('/api/offline/sync', requestFor(batch, device, parts.storagePersisted()))
    if ('answer' in sent)
      return readAnswer(
        sent.answer,
        batch.changes.map(({ changeId }) => changeId),
      )
    if (sent.failed === 'called-off') return 'called-off'
    const wasSlow = sent.failed === 'too-slow'
    return { kind: 'nothing', network: wasSlow ? 'degraded' : 'offline', retryAfterMs: null, wasSlow }
  } finally {
    if (carriesChanges) parts.onSending(false)
  }
}
