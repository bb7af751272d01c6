// What to call a record, a field and a value when a person reads about them: "Speeches", "the start", "16:15".
import { allCollections } from '@wedsync/wedding'
import { dayInWords, timeOf } from '../clock/venue-time.ts'

type Known = { readonly [field: string]: unknown }

/** The record's own words. */
export const nameOf = (record: Known): string => {
  const name = record['title'] ?? record['company'] ?? record['names'] ?? record['name'] ?? record['body']
  return typeof name === 'string' ? shortened(name) : 'An entry'
}

/** "the start", "the internal note". */
export const fieldInWords = (table: string, field: string): string => {
  const declared = allCollections.find(({ name }) => name === table)?.fieldOf(field)
  return declared?.words ?? `the ${field.replaceAll('_', ' ')}`
}

/** The table of the records whose ids a field holds, one or several; null: it holds none. */
export const tableNamedBy = (table: string, field: string): string | null => {
  const declared = allCollections.find(({ name }) => name === table)?.fieldOf(field)
  return declared?.kind === 'id' || declared?.kind === 'ids' ? (declared.table ?? null) : null
}

/** What a conflict is about: a record may not be made yet. */
export const nameOfConflict = ({ kind }: { kind: string }, record: Known | null | undefined): string =>
  kind === 'cycle' ? 'What waits for what' : record ? nameOf(record) : 'An entry'

/** A value in words; of a list, a line each, so that two of them can be held against each other. */
export const valueInWords = (value: unknown): string => {
  if (value === null || value === undefined || value === '') return 'empty'
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  if (typeof value === 'number') return String(value)
  if (Array.isArray(value)) return linesOf(value.map(entryInWords))
  if (typeof value === 'object')
    return linesOf(Object.entries(value).map(([name, part]) => `${name}: ${valueInWords(part)}`))
  if (typeof value !== 'string') return 'something this app cannot show'
  if (/^\d{4}-\d\d-\d\dT\d\d:\d\d$/.test(value)) return timeOf(value)
  if (/^\d{4}-\d\d-\d\d$/.test(value)) return dayInWords(value)
  return /^[a-z]+(_[a-z]+)*$/.test(value) ? value.replaceAll('_', ' ') : value
}

const linesOf = (lines: readonly string[]): string => (lines.length === 0 ? 'empty' : lines.join('\n'))

// the line of a checklist: what it says, and its tick
const entryInWords = (entry: unknown): string => {
  if (typeof entry !== 'object' || entry === null || !('text' in entry)) return valueInWords(entry)
  return `${valueInWords(entry.text)}${'done' in entry && entry.done === true ? ' ✓' : ''}`
}

const shortened = (text: string): string => {
  const line = text.replace(/\s+/g, ' ').trim()
  return line.length <= 60 ? line : `${line.slice(0, 59).trimEnd()}…`
}
