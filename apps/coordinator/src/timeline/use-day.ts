// The day of a wedding as it stands: its items from the local store, and what waits for what, put through the cascade.
import { useRecords } from '@wedsync/client/react'
import { type CascadeDependency } from '@wedsync/wedding'
import { useCallback, useMemo } from 'react'
import { type Wedding } from '../weddings/wedding-record.ts'
import { asItStands, type DayAsItStands } from './as-it-stands.ts'
import { type ItemPatch } from './patch-of-draft.ts'
import { runningOrder, type TimelineFields } from './timeline-record.ts'
import { whatMoves } from './what-moves.ts'

/** What would move with an edit that is not saved yet, in words. */
export type Foretell = (id: string, patch: ItemPatch) => readonly string[]

export const useDay = ({ id: scope, time_zone }: Wedding): DayAsItStands & { foretell: Foretell } => {
  const items = useRecords<TimelineFields>({ table: 'timeline_items', scope, sortBy: runningOrder })
  const dependencies = useRecords<CascadeDependency>({ table: 'timeline_dependencies', scope })
  const day = useMemo(() => asItStands(items, dependencies, time_zone), [items, dependencies, time_zone])
  const foretell = useCallback<Foretell>(
    (id, patch) => whatMoves(items, dependencies, time_zone, id, patch),
    [items, dependencies, time_zone],
  )
  return { ...day, foretell }
}
