// An answer to a whole request that is not what was asked for. Thrown by any step, turned into the wire's error body
// in one place; carries a code of the registry, never SQL, a stack or another tenant's data.
import { syncErrors, type ErrorDetail, type SyncErrorCode } from '@wedsync/protocol'

export class ApiError extends Error {
  readonly code: SyncErrorCode
  readonly details: ErrorDetail[] | undefined
  readonly headers: Record<string, string>

  constructor(
    code: SyncErrorCode,
    message: string,
    more: { details?: ErrorDetail[]; headers?: Record<string, string> } = {},
  ) {
    super(message)
    this.code = code
    this.details = more.details
    this.headers = more.headers ?? {}
  }

  get status() {
    return syncErrors[this.code].status
  }
}
