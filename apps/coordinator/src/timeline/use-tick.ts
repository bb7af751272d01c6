// Ticks an item done, or takes the tick away: saved here at once, with the way back in reach.
// Only the status is written. When exactly it ended is written by whoever saw it, once two such times can stand side by side.
import { useCallback } from 'react'
import { useSave } from '../frame/use-save.ts'
import { type TimelineRecord } from './timeline-record.ts'

/** Answers whether the tick was kept. */
export type Tick = (item: TimelineRecord) => Promise<boolean>

export const useTick = (): Tick => {
  const save = useSave()
  return useCallback(
    ({ id, title, status }) => {
      const isDone = status === 'done'
      return save(
        'timeline_items',
        id,
        { status: isDone ? 'planned' : 'done' },
        { says: `${isDone ? 'Not done yet' : 'Done'} · ${title}`, before: { status } },
      )
    },
    [save],
  )
}
