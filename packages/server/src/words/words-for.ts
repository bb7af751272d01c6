// Takes the version of the tables somebody speaks of, or none; hands back in whose words they are understood and answered.
// One that is too old to be answered, or that nobody here knows yet, is refused: nothing is stored, nothing is lost, and the
// outbox stays until one of the two is newer.
import { noHistory, type Schema, type SchemaHistory } from '@wedsync/merge'
import { schemaVersionCurrent, schemaVersionUnsaid } from '@wedsync/protocol'
import { ApiError } from '../http/api-error.ts'
import type { Cursor } from '../pull/cursor.ts'

/** `past`: null for the words of today. */
export type Words = { version: number; past: Schema | null }

/** The tables are what they always were: where nobody says otherwise. */
export const unchanged = noHistory(schemaVersionCurrent)

/** `said`: by the request; without it the cursor tells, and without one it is today's. */
export const wordsFor = (
  { current, oldest, past }: SchemaHistory = unchanged,
  said: number | undefined,
  cursor: Cursor | null = null,
): Words => {
  const version = said ?? (cursor ? wordsOfCursor(cursor) : current)
  if (version === current) return { version, past: null }
  const schema = version < oldest ? null : past(version)
  if (!schema)
    throw version > current ? upgradeRequired('too_new', tooNew) : upgradeRequired('too_old', tooOld(version, oldest))
  return { version, past: schema }
}

/** In whose words a cursor's rows were told. */
export const wordsOfCursor = ({ words = schemaVersionUnsaid }: Cursor): number => words

// which of the two has to be newer: in a word for the device, in a sentence for people
const upgradeRequired = (code: 'too_old' | 'too_new', message: string) =>
  new ApiError('upgrade_required', message, { details: [{ path: 'schemaVersion', code, message }] })

const tooOld = (version: number, oldest: number) =>
  `This app knows the tables of version ${version}; from ${oldest} on they can be translated. Update the app: what you saved stays.`
const tooNew =
  'This app is newer than what it talks to. What you saved stays, and goes in as soon as that is newer too.'
