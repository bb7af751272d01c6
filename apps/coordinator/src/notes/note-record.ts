// A note as the local store shows it, and the words for its kind.
import { type ShownRecord } from '@wedsync/client'

export type NoteFields = {
  body: string
  category: 'idea' | 'setup_issue' | 'incident' | 'call'
  location: string | null
  visibility?: string
}

export type NoteRecord = ShownRecord<NoteFields>

export const kinds = [
  { kind: 'idea', label: 'Note' },
  { kind: 'setup_issue', label: 'Set-up problem' },
  { kind: 'incident', label: 'Incident' },
  { kind: 'call', label: 'Call' },
] as const satisfies { kind: NoteFields['category']; label: string }[]

export const kindInWords = (kind: NoteFields['category']): string =>
  kinds.find((one) => one.kind === kind)?.label ?? 'Note'

const readers: Record<string, string> = {
  team: '',
  venue: 'the venue reads it',
  vendor: 'vendors read it',
  couple: 'the couple reads it',
  all: 'everyone reads it',
}
export const readersInWords = (visibility: string | undefined): string => readers[visibility ?? 'team'] ?? ''

/** When it was written, where its id tells (ids made on a phone do); null for others. */
export const writtenAtMs = (id: string): number | null =>
  id.charAt(14) === '7' ? Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16) : null

/** The newest first; those whose hour is not known come after, in one fixed order. */
export const newestFirst = (one: NoteRecord, other: NoteRecord): number =>
  (writtenAtMs(other.id) ?? 0) - (writtenAtMs(one.id) ?? 0)
