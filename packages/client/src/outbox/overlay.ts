// Which entries lie over a record, and with which of their fields.  Keeps P6: an own edit neither flickers away before
// the page that holds it is shown, nor hides what others wrote once it is settled.
import { rebase, type Collection, type WaitingEdit } from '@wedsync/merge'
import { type JsonObject } from '@wedsync/protocol'
import { type DeviceState } from '../store/device-state.ts'
import { type Pending } from '../store/shown-record.ts'
import { needsPerson, saidBy, type Entry } from './entry.ts'

type Shown = Pick<DeviceState, 'position' | 'isReloading'>

/** True for an entry whose edit the person sees. */
export const isLaidOver = ({ state, isHidden }: Entry): boolean => state !== 'stuck' && !isHidden

/** The fields of an entry that lie over the record at the shown position. */
export const shownFields = (entry: Entry, { position, isReloading }: Shown): string[] => {
  const all = Object.keys(saidBy(entry).data)
  if (isReloading) return entry.overlayBefore ?? all
  const effective = entry.narrowings.filter(({ version }) => version <= position)
  return all.filter((field) => effective.every(({ fields }) => fields.includes(field)))
}

/** What the person sees of a record: its base with their own edits on top, oldest first. */
export const viewOf = (
  base: JsonObject | null,
  entries: readonly Entry[],
  shown: Shown,
  collection: Collection | undefined,
): { view: JsonObject | null; pending: Pending } => ({
  view: rebase(
    base,
    entries.filter(isLaidOver).map((entry) => editOf(entry, shown)),
    collection,
  ),
  pending: entries.some(needsPerson)
    ? 'needs-you'
    : entries.some(({ state, isHidden }) => state !== 'settled' && !isHidden)
      ? 'waiting'
      : 'none',
})

const editOf = (entry: Entry, shown: Shown): WaitingEdit => {
  const { action } = entry.change
  const { data, base } = saidBy(entry)
  if (action !== 'update') return { action, data }
  const fields = new Set(shownFields(entry, shown))
  return { action, data: Object.fromEntries(Object.entries(data).filter(([name]) => fields.has(name))), base }
}
