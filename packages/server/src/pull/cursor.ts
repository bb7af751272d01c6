// What a device has seen, as it carries it around: signed with a key kept in the database, read by nobody else.
// A cursor that is not ours, or another person's, makes the device load again; it never makes it lose anything.  Keeps P9.
import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Caller } from '../auth/caller.ts'

/**
 * Position read to, rights there, where its run of pages began, and how far its loading is: false, once it is loaded. While it loads
 * the position is where its records came in, not where they moved. Stages of an older order are in cursors from then.
 */
export type HeldScope = [
  position: number,
  rights: string,
  begun: number,
  stage: 'early' | 'late' | 'first' | 'rest' | boolean,
]

export type Cursor = {
  epoch: string
  /** The newest commit when this was answered, the device's own push included. */
  markAt: number
  mark: string | null
  read: number
  scopes: Record<string, HeldScope>
  /** The version of the tables in whose words its rows were told; absent in cursors from before they said it. */
  words?: number
}

export type Cursors = {
  sign: (cursor: Cursor, caller: Caller) => string
  /** Null for one that is damaged, forged, or of another person. */
  read: (text: string, caller: Caller) => Cursor | null
}

/** Bytes of the signature: nobody guesses sixteen. */
const signatureBytes = 16

export const createCursors = (key: Buffer): Cursors => {
  const signatureOf = (body: string, { organizationId, userId }: Caller) =>
    createHmac('sha256', key).update(`${organizationId}/${userId}/${body}`).digest().subarray(0, signatureBytes)
  return {
    sign: (cursor, caller) => {
      const body = Buffer.from(JSON.stringify(cursor)).toString('base64url')
      return `${body}.${signatureOf(body, caller).toString('base64url')}`
    },
    read: (text, caller) => {
      const [body = '', signature = ''] = text.split('.')
      const given = Buffer.from(signature, 'base64url')
      const own = signatureOf(body, caller)
      if (given.length !== own.length || !timingSafeEqual(given, own)) return null
      return JSON.parse(Buffer.from(body, 'base64url').toString('utf8')) as Cursor
    },
  }
}
