// What is decided about one change: its receipt, and what has to be written for it to be true. The shapes a decision can have.
import { attemptsMax, failureCodes, type Conflict, type Receipt } from '@wedsync/protocol'
import type { Outcome } from '@wedsync/merge'
import type { Decided } from './decide-conflict.ts'
import type { OpenedBatch, OwnKnownChange } from './opened-batch.ts'
import type { Awaits, ReadChange, Refusal } from './read-changes.ts'
import type { SideUpdate } from './replace-sides.ts'
import type { Write } from './write.ts'

export type Decision = {
  index: number
  changeId: string
  read: ReadChange
  /** Its version is 0 where the write gives it. */
  receipt: Receipt
  /** False: answered, not stored; the device keeps it and sends it again. */
  isStored: boolean
  /** What it waits for, where the server keeps it for another try; null: for time, or it is not kept. */
  awaits: Awaits | null
  /** True: the ledger has it already. */
  isReplay: boolean
  write: Write | null
  scope: string | null
  /** The row this change opens in the list of conflicts. */
  conflict: Conflict | null
  /** Open conflicts of which this change moves its author's side, or that turned out to be about more. */
  conflictUpdates: SideUpdate[]
  /** The conflict this change decides. */
  decides: Decided | null
}

/** What a failure says about its tries. */
type Trying = { retryAt: string | null; opened: Pick<OpenedBatch, 'again'> }

export const base = (read: ReadChange, scope: string | null) =>
  ({
    index: read.index,
    changeId: read.changeId,
    read,
    isStored: true,
    awaits: null,
    isReplay: false,
    write: null,
    scope,
    conflict: null,
    conflictUpdates: [] as Decision['conflictUpdates'],
    decides: null,
  }) as const

export const written = (
  read: ReadChange,
  outcome: Exclude<Outcome['outcome'], 'waiting'>,
  scope: string | null,
  write: Write | null,
): Decision => ({
  ...base(read, scope),
  receipt: {
    kind: 'processed',
    processed: { changeId: read.changeId, serverId: read.id!, action: read.change!.action, version: 0, outcome },
  },
  write,
})

export const failed = (read: ReadChange, { retryAt, opened }: Trying, refused: Refusal): Decision => {
  const again = opened.again.find(({ changeId }) => changeId === read.changeId)
  const waitsForRecord = refused.awaits !== undefined && 'id' in refused.awaits
  // for too long, or it is there and still not theirs to build on, which nobody is told
  const isInVain = again !== undefined && waitsForRecord && (again.isOverdue || again.attempts >= attemptsMax)
  const { code, message, field, awaits } = isInVain ? { ...refusal('never_came'), field: refused.field } : refused
  const { retryable, kept } = failureCodes[code]
  return {
    ...base(read, null),
    receipt: {
      kind: 'failed',
      failure: {
        ...{ changeId: read.changeId, index: read.index, code, message },
        ...(field && { field }),
        ...{ retryable, ...(kept && { kept }), attempt: again?.attempts ?? 1, maxAttempts: attemptsMax },
        // what waits for a record or a change goes in when that is there, at no certain time
        retryAt: retryable && !kept ? retryAt : null,
      },
    },
    isStored: !retryable || kept,
    awaits: awaits ?? null,
  }
}

export const reused = (read: ReadChange, state: Trying): Decision => ({
  ...failed(read, state, refusal('change_id_reused')),
  isStored: false,
})

export const replay = (read: ReadChange, { receipt }: Pick<OwnKnownChange, 'receipt'>): Decision => ({
  ...base(read, null),
  receipt,
  isReplay: true,
})

/** True where the server has it and tries it again by itself. */
export const isKept = ({ receipt, isReplay }: Pick<Decision, 'receipt' | 'isReplay'>): boolean =>
  !isReplay && receipt.kind === 'failed' && receipt.failure.kept === true

export const refusal = (code: Refusal['code']): Refusal => ({ code, message: failureCodes[code].says })

/** What is told of it stays; nothing of it is written. */
export const withoutWrite = (decision: Decision): Decision => ({
  ...decision,
  write: null,
  conflict: null,
  conflictUpdates: [],
  decides: null,
})
