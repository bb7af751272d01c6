// Takes what a request says of itself; hands on who is asking, or refuses. A token, where there is one, decides alone;
// a cookie counts only without it.  Keeps P7.
import type { Caller } from './caller.ts'
import { hasCookie } from './session-cookie.ts'
import type { ReadToken } from './read-token.ts'
import type { Sessions } from './sessions.ts'

export type Identify = (header: (name: string) => string | undefined) => Promise<Caller>

export const createIdentify =
  (readToken: ReadToken, sessions: Pick<Sessions, 'find'>): Identify =>
  async (header) => {
    const [authorization, cookie] = [header('authorization'), header('cookie')]
    if (authorization === undefined && hasCookie(cookie)) {
      const caller = await sessions.find(cookie)
      if (caller) return caller
    }
    return await readToken(authorization)
  }
