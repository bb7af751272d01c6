// Decides when the next run begins: soon after a save, when the server said so, after a wait that grows with failures,
// and at once when a person asks or the network seems to be back. One run at a time, one sender among the tabs.
// Keeps P14: there is always a next time, and no flag outlives a crash.
import { hintSpreadMs, pollHiddenEveryMs, pollWhileFollowingMs, saveDebounceMs, slowLaneMs } from '../limits.ts'
import { type RunEnd } from '../push/push-loop.ts'
import { around, backoffMs, retryAfterWithJitter, within } from '../retry/backoff.ts'
import { type Device } from '../settings.ts'
import { createOutage } from './outage.ts'

export type ScheduleParts = {
  device: Device
  /** Runs alone; null when another tab is sending just now. */
  run: () => Promise<RunEnd | null>
  onEnd: (end: RunEnd) => void
  /** True when there is something to send that nobody answered yet. */
  hasWaiting: () => boolean
  /** True while news comes by itself. */
  isFollowing?: () => boolean
}

export type Schedule = {
  /** Something was saved. */
  soon: () => void
  /** The surroundings changed for the better; obeys what the server asked for, and does not come with everybody else. */
  hint: () => void
  /** Asks within so many milliseconds, if nothing forbids it. */
  within: (ms: number) => void
  /** A person asks. Resolves when the run, and one that was under way, are over. */
  now: () => Promise<void>
  stop: () => Promise<void>
}

/** The schedule of one engine; the first run begins at once. */
export const createSchedule = ({ device, run, onEnd, hasWaiting, isFollowing }: ScheduleParts): Schedule => {
  const { clock, random, timers, surroundings } = device
  let timer: { handle: unknown; at: number } | null = null
  let running: Promise<void> | null = null
  let failures = 0
  const pauses = { own: noPause, servers: noPause }
  const outage = createOutage(device)
  // a token that was refused is asked about again now and then: the refusal may have been a mistake
  let rejected: { token: string | null; until: number } | null = null
  let isStopped = false
  // asked for while a run was under way; looked at when it is over
  let wanted: 'soon' | 'hint' | null = null

  const wakeAt = (at: number) => {
    if (isStopped || (timer && timer.at <= at && timer.at >= clock() - 1000)) return
    if (timer) timers.clear(timer.handle)
    const handle = timers.set(
      () => {
        timer = null
        void start()
      },
      Math.max(0, at - clock()),
    )
    timer = { handle, at }
  }
  const rest = (ms: number) => {
    if (timer) timers.clear(timer.handle)
    timer = null
    wakeAt(clock() + ms)
  }

  const start = (): Promise<void> => {
    if (isStopped) return Promise.resolve()
    running ??= once().finally(() => (running = null))
    return running
  }
  const once = async (): Promise<void> => {
    if (rejected && device.token() === rejected.token && isStillWaiting(rejected.until)) {
      rest(around(device.pollEveryMs, random))
      return
    }
    wanted = null
    const end = await run().catch((): RunEnd => storeFailed)
    if (isStopped) return
    if (end) onEnd(end)
    rest(waitAfter(end))
    if (wanted === 'hint' && end?.kind !== 'done') hint()
    else if (wanted !== null) soon()
  }

  // a clock that went back must not make it wait longer than it should
  const endOf = ({ until, ms }: Pause) => Math.min(until, clock() + ms)
  const pauseOf = (ms: number): Pause => ({ until: clock() + ms, ms })
  const isStillWaiting = (until: number) => until > clock() && until - clock() <= slowLaneMs

  const waitAfter = (end: RunEnd | null): number => {
    if (end === null) return hasWaiting() ? around(1000, random) : around(device.pollEveryMs, random)
    rejected = end.kind === 'signed-out' ? { token: end.token, until: clock() + slowLaneMs } : null
    Object.assign(pauses, { own: noPause, servers: noPause })
    if (end.kind === 'failed' && end.network !== 'online') outage.goesOn()
    else if (end.kind !== 'called-off') outage.isOver()
    if (end.kind === 'done') {
      failures = 0
      const asked = end.pollInMs ?? device.pollEveryMs
      const regular = isFollowing?.() ? Math.max(asked, pollWhileFollowingMs) : asked
      const poll = surroundings.isVisible() ? regular : Math.max(regular, pollHiddenEveryMs)
      return Math.min(
        around(poll, random),
        end.sendAgainInMs === null ? Infinity : end.sendAgainInMs + around(1000, random),
      )
    }
    if (end.kind === 'signed-out' || end.kind === 'called-off') return around(device.pollEveryMs, random)
    if (end.kind === 'blocked') {
      pauses.own = pauseOf(slowLaneMs)
      return around(slowLaneMs, random)
    }
    const own = backoffMs(failures, random)
    failures += 1
    pauses.own = pauseOf(own)
    if (end.retryAfterMs === null) return own
    const asked = retryAfterWithJitter(end.retryAfterMs, random)
    pauses.servers = pauseOf(asked)
    return Math.max(own, asked)
  }

  const stopListening = surroundings.listen(() => hint())
  const soon = () => {
    if (running) wanted ??= 'soon'
    wakeAt(Math.max(clock() + saveDebounceMs, endOf(pauses.own), endOf(pauses.servers)))
  }
  const hint = () => {
    if (running) wanted = 'hint'
    if (!surroundings.isOnline()) outage.goesOn()
    else wakeAt(Math.max(clock() + within(hintSpreadMs, random), endOf(pauses.servers), outage.mayTryAt()))
  }
  wakeAt(clock())

  return {
    soon,
    hint,
    within: (ms) => wakeAt(Math.max(clock() + ms, endOf(pauses.own), endOf(pauses.servers))),
    now: async () => {
      if (running) await running
      rejected = null
      await start()
    },
    stop: async () => {
      isStopped = true
      stopListening()
      if (timer) timers.clear(timer.handle)
      timer = null
      await running
    },
  }
}

/** `ms`: how long it was when it began. */
type Pause = { until: number; ms: number }
const noPause: Pause = { until: 0, ms: 0 }

const storeFailed: RunEnd = {
  kind: 'failed',
  network: 'online',
  retryAfterMs: null,
  message: 'This phone could not write to its own store. Free some space and keep the app open.',
}
