// sync.read_order and sync.cursor_fault: where an organization stands, and whether a cursor still stands in the same history.
import { newestMark } from './cleanup.ts'
import { inOrganization, type Clock, type Mark } from './rows.ts'
import type { Reads } from './state.ts'

export type WireCursor = {
  epoch: string
  markAt: number
  mark: string | null
  read: number
  scopes: Record<string, [number, string, number, string | boolean]>
}

/** sync.cursor_fault: null where this history continues the cursor's. */
export const cursorFault = (
  reads: Reads,
  epoch: string,
  organizationId: string,
  cursor: WireCursor | null,
): string | null => {
  if (!cursor) return null
  if (cursor.epoch !== epoch) return 'another epoch'
  const mark = reads.get<Mark>('mark', inOrganization(organizationId, String(cursor.markAt)))
  if (cursor.markAt > 0 && mark?.mark !== cursor.mark) return 'the newest commit it heard of is not here'
  const { horizon } = reads.get<Clock>('clock', organizationId) ?? { horizon: 0 }
  const isBehind = Object.values(cursor.scopes).some(
    ([position, , begun, stage]) => (stage === false ? position : begun) < horizon,
  )
  return isBehind ? 'what it would have to hear of is no longer kept' : null
}

/** sync.read_order. */
export const readOrder = (reads: Reads, epoch: string, organizationId: string | null) => {
  const clock = organizationId === null ? undefined : reads.get<Clock>('clock', organizationId)
  const head = clock?.head ?? 0
  const markAt = organizationId === null ? 0 : newestMark(reads, organizationId)
  const newest = reads.get<Mark>('mark', inOrganization(organizationId ?? '', String(markAt)))
  return { epoch, head, mark_at: markAt, mark: newest?.mark ?? null }
}
