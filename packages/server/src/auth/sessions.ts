// Opens, finds and ends cookie sessions, which are kept in the database: one that was ended is nobody's on every node, with
// the next request. A session says who somebody is and nothing more.  Keeps P7.
import type { Role } from '@wedsync/protocol'
import { callEndSession, callFindSession, callOpenSession } from '../db/call-sql.ts'
import type { Database } from '../db/pool.ts'
import { callerFor, type Caller } from './caller.ts'
import type { SessionCookies } from './session-cookie.ts'

/** A long wedding day; a session never outlives the token it was traded for. */
const sessionSecondsMax = 12 * 3600

export type Session = {
  csrfToken: string
  expiresAt: string
  /** Null once they are no member any more. */
  user: { id: string; organizationId: string; role: Role; name: string } | null
}
export type Sessions = {
  /** Null for who is no member of the organization their token names. Replaces the session the request came with. */
  open: (caller: Caller, cookie: string | undefined) => Promise<(Session & { value: string; seconds: number }) | null>
  find: (cookie: string | undefined) => Promise<Caller | null>
  /** The caller's own session: null where the cookie is somebody else's, or none. */
  read: (caller: Caller, cookie: string | undefined) => Promise<Session | null>
  end: (caller: Caller, cookie: string | undefined) => Promise<boolean>
}

type Found = {
  userId: string
  organizationId: string
  csrfHash: string
  expiresAt: string
  role: Role | null
  name: string | null
}

export const createSessions = (database: Database, cookies: SessionCookies, clock: () => Date): Sessions => {
  const findFor = async (cookie: string | undefined) => {
    const keys = cookies.read(cookie)
    const found = keys && (JSON.parse(await callFindSession(database, keys.sessionHash)) as Found | null)
    return found ? { keys, found } : null
  }
  const ownOf = async (caller: Caller, cookie: string | undefined) => {
    const held = await findFor(cookie)
    const isOwn = held?.found.userId === caller.userId && held.found.organizationId === caller.organizationId
    return isOwn ? held : null
  }
  return {
    async open(caller, cookie) {
      const now = Math.floor(clock().getTime() / 1000)
      const until = Math.min(caller.until ?? now, now + sessionSecondsMax)
      const { value, ...keys } = cookies.make()
      const { sessionHash, csrfHash } = keys
      const expiresAt = new Date(until * 1000).toISOString()
      const opened = await callOpenSession(database, caller.claims, sessionHash, csrfHash, expiresAt)
      const found = JSON.parse(opened) as Found | null
      if (!found) return null
      const old = cookies.read(cookie)
      if (old) await callEndSession(database, old.sessionHash)
      return { ...sessionOf(keys.csrfToken, found), value, seconds: until - now }
    },
    async find(cookie) {
      const held = await findFor(cookie)
      if (!held) return null
      const { userId, organizationId, csrfHash, expiresAt } = held.found
      const caller = callerFor(userId, organizationId, Math.floor(Date.parse(expiresAt) / 1000))
      return { ...caller, csrfHash: Buffer.from(csrfHash, 'hex') }
    },
    async read(caller, cookie) {
      const held = await ownOf(caller, cookie)
      return held && sessionOf(held.keys.csrfToken, held.found)
    },
    async end(caller, cookie) {
      const held = await ownOf(caller, cookie)
      return held !== null && (await callEndSession(database, held.keys.sessionHash)) === 'true'
    },
  }
}

const sessionOf = (csrfToken: string, found: Found): Session => {
  const { userId: id, organizationId, role, name } = found
  return {
    csrfToken,
    expiresAt: new Date(found.expiresAt).toISOString(),
    user: role === null || name === null ? null : { id, organizationId, role, name },
  }
}
