// Remembers tokens whose signature was right, so that a phone that sends batch after batch is not checked anew each time.
// Takes a token's whole text; hands back its caller while the token's own times allow it. Refused ones are never kept,
// and nothing is believed for longer than a fetched set of keys would be.  Keeps P7.
import type { JWTPayload } from 'jose'
import type { Caller } from './caller.ts'

/** Tokens kept: the phones of a busy evening, at about a kilobyte each. */
const tokensMax = 2000
/** Seconds until a signature is checked again: a key that was taken back is noticed. */
const believedSeconds = 300

type Verified = { caller: Caller; from: number; until: number }

export type VerifiedTokens = {
  find: (token: string, now: Date) => Caller | null
  keep: (token: string, claims: JWTPayload, caller: Caller, now: Date) => void
}

export const createVerifiedTokens = (clockToleranceSeconds: number): VerifiedTokens => {
  const kept = new Map<string, Verified>()
  return {
    find(token, now) {
      const found = kept.get(token)
      if (!found) return null
      const seconds = secondsOf(now)
      if (seconds >= found.from && seconds < found.until) return found.caller
      kept.delete(token)
      return null
    },
    // a token that was verified has its `exp`; the bounds are the ones its own check has
    keep(token, { exp, nbf }, caller, now) {
      if (kept.size >= tokensMax) kept.delete(kept.keys().next().value!)
      const seconds = secondsOf(now)
      const from = Math.max(seconds, (nbf ?? 0) - clockToleranceSeconds)
      const until = Math.min(seconds + believedSeconds, exp! + clockToleranceSeconds)
      kept.set(token, { caller, from, until })
    },
  }
}

const secondsOf = (at: Date): number => Math.floor(at.getTime() / 1000)
