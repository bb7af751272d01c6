// Takes what came back; hands on what it means. Only a body that is whole, answers this very request, has the shape of our
// wire and speaks of the changes we sent counts as an answer: a status code or somebody's sign-in page never moves the
// outbox.  Keeps P1, P3.
import { contentDigestOf, ErrorBody, SyncResponse, syncErrors, type NextStep, type Receipt } from '@wedsync/protocol'
import { retryAfterMaxMs } from '../limits.ts'

/** What the transport brings home. */
export type RawAnswer = {
  status: number
  contentType: string
  retryAfter: string | null
  date: string | null
  /** What the answer says its text hashes to. */
  digest: string | null
  /** Whether it says the id of this request. */
  isToUs: boolean
  text: string
}

export type Answer =
  | { kind: 'page'; response: SyncResponse; pollInMs: number | null }
  /** Our server, saying no to the whole request. */
  | { kind: 'refused'; code: string; then: NextStep; status: number; message: string; retryAfterMs: number | null }
  /** Nothing we can believe. */
  | { kind: 'nothing'; network: 'offline' | 'degraded'; retryAfterMs: number | null; wasSlow: boolean }

/** What this answer to these changes means. */
export const readAnswer = (raw: RawAnswer, changeIds: readonly string[]): Answer => {
  const retryAfterMs = retryAfterOf(raw)
  const unreadable = { kind: 'nothing', network: 'degraded', retryAfterMs, wasSlow: false } as const
  const body = jsonOf(raw)
  if (body === undefined) return unreadable
  if (raw.status !== 200) {
    const error = ErrorBody.safeParse(body)
    return error.success
      ? {
          kind: 'refused',
          code: error.data.code,
          then: nextStepFor(raw.status, error.data.code),
          status: raw.status,
          message: error.data.message,
          retryAfterMs,
        }
      : unreadable
  }
  const read = SyncResponse.safeParse(body)
  if (!read.success || !read.data.success || !speaksOf(read.data, changeIds)) return unreadable
  return { kind: 'page', response: read.data, pollInMs: pollInMs(read.data, raw.date) }
}

/** The receipts for the changes of a request, in the order the tables are heard: processed, failures, conflicts. */
export const receiptsIn = ({
  processed,
  failures,
  conflicts,
}: SyncResponse): [changeId: string, receipt: Receipt][] => {
  const resolved = new Map(conflicts.filter(({ status }) => status === 'resolved').map((one) => [one.changeId, one]))
  return [
    ...processed.map((one): [string, Receipt] => {
      const conflict = resolved.get(one.changeId)
      return [one.changeId, { kind: 'processed', processed: one, ...(conflict && { conflict }) }]
    }),
    ...failures.map((failure): [string, Receipt] => [failure.changeId, { kind: 'failed', failure }]),
    ...conflicts
      .filter(({ status }) => status === 'pending')
      .map((conflict): [string, Receipt] => [conflict.changeId, { kind: 'waiting', conflict }]),
  ]
}

/** The late receipts of an answer. A conflict that was decided says so; its change has a receipt of its own. */
export const lateReceiptsIn = ({ settled }: SyncResponse): [changeId: string, receipt: Receipt][] =>
  settled.flatMap((one): [string, Receipt][] => {
    if ('serverId' in one) return [[one.changeId, { kind: 'processed', processed: one }]]
    if ('retryable' in one) return [[one.changeId, { kind: 'failed', failure: one }]]
    return one.status === 'pending' ? [[one.changeId, { kind: 'waiting', conflict: one }]] : []
  })

/** The body as JSON, or undefined when it is none, was damaged on its way, or answers another request. */
export const jsonOf = ({ contentType, digest, isToUs, text }: RawAnswer): unknown => {
  if (!isToUs || !/^application\/json\s*(;|$)/i.test(contentType)) return undefined
  if (digest !== contentDigestOf(text)) return undefined
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}

const nextStepFor = (status: number, code: string): NextStep => {
  if (Object.hasOwn(syncErrors, code)) return syncErrors[code as keyof typeof syncErrors].then
  return status === 401 ? 'sign-in' : status === 413 ? 'send-smaller' : status === 426 ? 'upgrade' : 'try-later'
}

// receipts for changes of another request belong to another answer; a missing one only means: not answered yet
const speaksOf = (response: SyncResponse, changeIds: readonly string[]): boolean => {
  const ours = new Set(changeIds)
  const seen = new Set<string>()
  for (const [changeId] of receiptsIn(response)) {
    if (!ours.has(changeId) || seen.has(changeId)) return false
    seen.add(changeId)
  }
  return true
}

const retryAfterOf = ({ retryAfter, date }: RawAnswer): number | null => {
  if (retryAfter === null || retryAfter.trim() === '') return null
  const seconds = Number(retryAfter)
  const ms = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(retryAfter) - Date.parse(date ?? '')
  return Number.isFinite(ms) && ms >= 0 ? Math.min(ms, retryAfterMaxMs) : null
}

// both are the server's clock, so ours does not matter
const pollInMs = ({ nextSyncTime }: SyncResponse, date: string | null): number | null => {
  const ms = Date.parse(nextSyncTime) - Date.parse(date ?? '')
  return Number.isFinite(ms) ? Math.min(Math.max(ms, 1000), retryAfterMaxMs) : null
}
