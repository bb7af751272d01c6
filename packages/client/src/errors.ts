// The errors of this package: an edit that cannot be stored, a store that is full, and a server that cannot be asked.
import { type DataProblem } from '@wedsync/merge'

/** The edit was not stored. `problems` says which fields, each with a sentence a person understands. */
export class RefusedEdit extends Error {
  readonly problems: readonly DataProblem[]
  constructor(message: string, problems: readonly DataProblem[] = []) {
    super(message)
    this.name = 'RefusedEdit'
    this.problems = problems
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
