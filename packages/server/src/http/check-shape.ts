// Takes what came and the shape an address takes; hands it on typed, or refuses the whole request with every place that is
// wrong named, those in the changes too.
import { Change, changesPerBatchMax, type ErrorDetail } from '@wedsync/protocol'
import type * as z from 'zod/mini'
import { ApiError } from './api-error.ts'

export const checkShape = (schema: z.ZodMiniType, value: unknown): unknown => {
  const tooMany = (value as { changes?: unknown } | null)?.changes
  if (Array.isArray(tooMany) && tooMany.length > changesPerBatchMax)
    throw new ApiError(
      'batch_too_large',
      `A batch may hold ${changesPerBatchMax} changes; this one holds ${tooMany.length}. Send the rest in the next.`,
    )
  const read = schema.safeParse(value)
  if (read.success) return read.data
  throw new ApiError('validation_failed', 'The request has not the shape this address takes.', {
    details: [...read.error.issues.map((issue) => detailOf(issue, '')), ...faultsInChanges(value)],
  })
}

const faultsInChanges = (value: unknown): ErrorDetail[] => {
  const changes = (value as { changes?: unknown } | null)?.changes
  if (!Array.isArray(changes)) return []
  return changes.flatMap((change, index) => {
    const read = Change.safeParse(change)
    return read.success ? [] : read.error.issues.map((issue) => detailOf(issue, `changes.${index}`))
  })
}

const detailOf = (issue: z.core.$ZodIssue, at: string): ErrorDetail => ({
  path: [at, ...issue.path.map(String)].filter(Boolean).join('.'),
  code: issue.code,
  message: issue.message,
})
