// The errors of this package: an edit that cannot be stored, a store that is full, and a server that cannot be asked.
import { type DataProblem } from '@wedsync/merge'

/**
 * The edit, or the decision, was not stored. `problems` says which fields, each with a sentence a person understands; `code` is
 * the failure code of the wire, where the server has or would have one for it.
 */
export class RefusedEdit extends Error {
  readonly problems: readonly DataProblem[]
  readonly code: string | null
  constructor(message: string, problems: readonly DataProblem[] = [], code: string | null = null) {
    super(message)
    this.name = 'RefusedEdit'
    this.problems = problems
    this.code = code
  }
}

/** The platform gives this store no more room. Nothing of the step was written; what was there before is as it was. */
export class OutOfSpace extends Error {
  constructor(cause: unknown) {
    super(
      'This phone has no space left, so nothing was saved. Free some space and try again: what you saved before is safe.',
      {
        cause,
      },
    )
    this.name = 'OutOfSpace'
  }
}

/** The server gave no answer that could be used. */
export class SyncUnavailable extends Error {
  readonly status: number | null
  constructor(message: string, status: number | null = null) {
    super(message)
    this.name = 'SyncUnavailable'
    this.status = status
  }
}
