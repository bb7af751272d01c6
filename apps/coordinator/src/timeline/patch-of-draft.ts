// Takes an item and what somebody typed over it; hands on a patch with only the fields that really changed. Half-typed
// times and lengths change nothing.
import type { EditOptions } from '@wedsync/client'
import { minutesOf } from '@wedsync/wedding'
import { retimed } from '../clock/venue-time.ts'
import { type TimelineRecord } from './timeline-record.ts'

/** What was touched, as it stands in the fields; an absent key was not touched. */
export type Draft = { start?: string; time?: string; duration?: string; note?: string }
export type ItemPatch = { planned_start?: string; duration_min?: number; internal_note?: string | null }
type Intents = NonNullable<EditOptions['intents']>
export type Edited = Pick<TimelineRecord, 'planned_start' | 'duration_min' | 'internal_note'>

export const patchOfDraft = (item: Edited, draft: Draft): ItemPatch => {
  const start = startOf(item, draft)
  const minutes = durationOf(item, draft)
  const note = draft.note === undefined ? item.internal_note : draft.note.trim() === '' ? null : draft.note
  return {
    ...(start !== null && start !== item.planned_start && { planned_start: start }),
    ...(minutes !== item.duration_min && { duration_min: minutes }),
    ...(note !== undefined && (note ?? '') !== (item.internal_note ?? '') && { internal_note: note }),
  }
}

/** The start as the draft has it: moved by a button, or typed; null where there is none. */
export const startOf = (item: Edited, { start, time }: Draft): string | null => {
  const planned = start ?? item.planned_start
  return planned !== null && time !== undefined && /^\d{2}:\d{2}$/.test(time) ? retimed(planned, time) : planned
}

/** What somebody meant who moved the start by buttons: so many minutes from where it stood when they began. A time that was typed is that time. */
export const intentsOf = (seen: Edited, { start, time }: Draft, { planned_start }: ItemPatch): Intents | undefined => {
  const isTyped = start === undefined || time !== undefined
  if (planned_start === undefined || seen.planned_start === null || isTyped) return undefined
  const minutes = minutesOf(planned_start) - minutesOf(seen.planned_start)
  return { planned_start: { op: 'shift_by', minutes } }
}

/** The length as the draft has it. */
export const durationOf = (item: Edited, { duration }: Draft): number =>
  duration !== undefined && /^\d{1,4}$/.test(duration) && Number(duration) <= 2880
    ? Number(duration)
    : item.duration_min

/** The same fields as they stood before, to be put back. */
export const beforeOf = (item: Edited, patch: ItemPatch): ItemPatch =>
  Object.fromEntries(Object.keys(patch).map((key) => [key, item[key as keyof Edited] ?? null]))
