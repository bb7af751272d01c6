// A line of the run sheet as the local store shows it. A field this person may not read is absent, not empty.
import { type ShownRecord } from '@wedsync/client'

export type TimelineFields = {
  title: string
  kind: string
  planned_start: string | null
  duration_min: number
  anchor?: 'soft' | 'hard'
  min_duration_min?: number | null
  compressible?: boolean
  location: string | null
  owner_id?: string | null
  vendor_id?: string | null
  cue?: string | null
  public_note?: string | null
  internal_note?: string | null
  key_moment?: boolean
  locked?: boolean
  status: 'planned' | 'ready' | 'started' | 'done' | 'skipped'
  actual_start?: string | null
  actual_end?: string | null
  sort_key: string | null
}

export type TimelineRecord = ShownRecord<TimelineFields>

/** Planned times first, then the order people gave; empty comes last. */
export const runningOrder = ['planned_start', 'sort_key'] as const

export const isClosed = ({ status }: Pick<TimelineRecord, 'status'>): boolean =>
  status === 'done' || status === 'skipped'
