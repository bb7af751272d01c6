// Takes a plan; runs it with every checker listening; hands back what was broken, what became of the changes, and, if asked, the
// trace of everything that happened.
import { createHash } from 'node:crypto'
import { checkersFor, emptyAccount, type Account } from './checkers/all-checkers.ts'
import type { Checker } from './checkers/checker.ts'
import type { Happening } from './world/events.ts'
import type { Plan } from './world/plan.ts'
import { runWorld, startMs } from './world/run-world.ts'

export type Violation = { promise: string; says: string }
export type Outcome = { violations: Violation[]; account: Account; trace: string[]; hash: string; requests: number }

/** Violations of one checker that are told; the rest say the same. */
const toldMax = 5

export const runSeed = async (plan: Plan, { isTraced = false } = {}): Promise<Outcome> => {
  const account = emptyAccount()
  const violations: Violation[] = []
  const trace: string[] = []
  const checkers: Checker[] = []
  let requests = 0
  const report = (promise: string) => (says: string) => {
    if (violations.filter((one) => one.promise === promise).length < toldMax) violations.push({ promise, says })
  }
  const world = await runWorld(plan, {
    prepared: (ready) => {
      for (const [promise, make] of Object.entries(checkersFor(account))) checkers.push(make(ready, report(promise)))
    },
    hear: (happening) => {
      if (happening.what === 'asked') requests += 1
      if (isTraced) trace.push(...lineOf(happening))
      for (const checker of checkers) checker.hear?.(happening)
    },
    called: (call) => {
      for (const checker of checkers) checker.called?.(call)
    },
  })
  for (const fault of world.faults) report('fault')((fault as Error).stack ?? String(fault))
  for (const checker of checkers) await checker.conclude?.()
  return { violations, account, trace, requests, hash: createHash('sha256').update(trace.join('\n')).digest('hex') }
}

const lineOf = (happening: Happening): string[] => {
  const at = `${String(happening.at - startMs).padStart(7)} `
  switch (happening.what) {
    case 'deed':
      return [`${at}${happening.says}`]
    case 'asked':
      return [`${at}  ${happening.phone} asks (${happening.request}) ${happening.says}`]
    case 'served':
      return [
        `${at}  served ${happening.phone} (${happening.request}): ${happening.status} ${receiptsIn(happening.text)}`,
      ]
    case 'heard':
      return [`${at}  ${happening.phone} hears (${happening.request}): ${happening.says}`]
    case 'stored':
      return [
        ...happening.entries.map(
          ({ before, after }) =>
            `${at}    ${happening.phone}: ${(after ?? before!).changeId.slice(0, 8)} of ${(after ?? before!).table}/${(after ?? before!).id.slice(0, 8)} is ${after?.state ?? 'gone'}`,
        ),
        ...happening.records.map(
          ({ before, after }) =>
            `${at}    ${happening.phone}: ${(after ?? before!).table}/${(after ?? before!).id.slice(0, 8)} as of ${after?.version ?? '—'}${after ? '' : ' is gone'}`,
        ),
      ]
    case 'committed':
      return [...(happening.written.get('clock') ?? new Map<string, unknown>())].map(
        ([organization, clock]) =>
          `${at}  committed: ${organization.slice(0, 8)} is at ${(clock as { head: number }).head}`,
      )
    case 'restored':
      return [`${at}the server is an older one now`]
    case 'saved':
    case 'seasons':
    case 'administered':
    case 'status':
      return []
  }
}

const receiptsIn = (text: string): string => {
  try {
    const answer = JSON.parse(text) as {
      code?: string
      processed?: { changeId: string; outcome: string }[]
      failures?: { changeId: string; code: string }[]
      conflicts?: { changeId: string; status: string }[]
      serverChanges?: unknown[]
      hasMore?: boolean
      position?: number
    }
    if (answer.code) return answer.code
    const receipts = [
      ...(answer.processed ?? []).map((one) => `${one.changeId.slice(0, 8)} ${one.outcome}`),
      ...(answer.failures ?? []).map((one) => `${one.changeId.slice(0, 8)} ${one.code}`),
      ...(answer.conflicts ?? [])
        .filter(({ status }) => status === 'pending')
        .map((one) => `${one.changeId.slice(0, 8)} waits`),
    ]
    return `${receipts.join(', ')}${receipts.length > 0 ? '; ' : ''}${answer.serverChanges?.length ?? 0} rows to ${answer.position}${answer.hasMore ? ', more' : ''}`
  } catch {
    return `${text.length} characters`
  }
}
