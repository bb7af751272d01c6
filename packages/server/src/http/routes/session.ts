// POST, GET and DELETE /api/auth/session — the web app trades its token for a cookie that no script can read, asks again
// after a reload, and signs out.  Keeps P7.
import { Id, roles } from '@wedsync/protocol'
import * as z from 'zod/mini'
import { cookieOf, noCookie } from '../../auth/session-cookie.ts'
import { ApiError } from '../api-error.ts'
import { route } from '../route.ts'
import type { Steps } from '../steps.ts'

const SessionAnswer = z.object({
  success: z.literal(true),
  csrfToken: z.string(),
  user: z.object({ id: Id, organizationId: Id, role: z.enum(roles), name: z.string() }),
  expiresAt: z.string(),
})

export const sessionOpen = route<Steps>({
  method: 'POST',
  path: '/api/auth/session',
  summary: 'Trade a token for a cookie session',
  who: 'person',
  answers: SessionAnswer,
  refuses: ['forbidden'],
  limitedAs: 'sign-in',
  waitsAs: 'status',

  async handle({ header, setHeader, requestId }, { sessions, seen }, caller) {
    // a session is not traded for another: it would never end
    if (caller.csrfHash) throw new ApiError('unauthorized', 'A session is opened with a token, not with a session.')
    const opened = await sessions.open(caller, header('cookie'))
    if (!opened?.user) throw noMember()
    const { value, seconds, csrfToken, user, expiresAt } = opened
    setHeader('Set-Cookie', cookieOf(value, seconds))
    seen.sessionOpened(requestId, caller)
    return { success: true, csrfToken, user, expiresAt }
  },
})

export const sessionRead = route<Steps>({
  method: 'GET',
  path: '/api/auth/session',
  summary: 'Who is signed in with this cookie, and what the page repeats as X-CSRF-Token',
  who: 'person',
  answers: SessionAnswer,
  refuses: ['forbidden', 'not_found'],
  limitedAs: 'read',
  waitsAs: 'status',

  async handle({ header }, { sessions }, caller) {
    const session = await sessions.read(caller, header('cookie'))
    if (!session) throw new ApiError('not_found', 'This request came without a session of its own.')
    if (!session.user) throw noMember()
    return { success: true, ...session }
  },
})

export const sessionEnd = route<Steps>({
  method: 'DELETE',
  path: '/api/auth/session',
  summary: 'Sign out: end the cookie session',
  who: 'person',
  answers: z.object({ success: z.literal(true) }),
  refuses: [],
  limitedAs: 'read',
  waitsAs: 'status',

  async handle({ header, setHeader, requestId }, { sessions, seen }, caller) {
    if (await sessions.end(caller, header('cookie'))) seen.sessionEnded(requestId, caller)
    setHeader('Set-Cookie', noCookie)
    return { success: true }
  },
})

const noMember = () => new ApiError('forbidden', 'You are no member of this organization.')
