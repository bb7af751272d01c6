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

/** A value in words. */
export const valueInWords = (value: unknown): string => {
  if (value === null || value === undefined || value === '') return 'empty'
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  if (typeof value === 'number') return String(value)
  if (typeof value !== 'string') return Array.isArray(value) ? `a list of ${value.length}` : 'several entries'
  if (/^\d{4}-\d\d-\d\dT\d\d:\d\d$/.test(value)) return timeOf(value)
  if (/^\d{4}-\d\d-\d\d$/.test(value)) return dayInWords(value)
  return /^[a-z]+(_[a-z]+)*$/.test(value) ? value.replaceAll('_', ' ') : value
}

const shortened = (text: string): string => {
  const line = text.replace(/\s+/g, ' ').trim()
  return line.length <= 60 ? line : `${line.slice(0, 59).trimEnd()}…`
}
