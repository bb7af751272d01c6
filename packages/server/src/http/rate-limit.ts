// Takes who asks for what; refuses with 429 once their tokens are used up. Pushing has the contract's limit with a burst
// of as many; reads and further pages have their own. `0` switches every limit off, sign-in's too.
import { BurstyRateLimiter, RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible'
import { ApiError } from './api-error.ts'

/** Reads a minute: a device that loads three weddings in pages, with room. */
const readsPerMinute = 120
/** Sign-ins a minute from one address. */
const signInsPerMinute = 30

export type LimitKind = 'push' | 'read' | 'sign-in'
export type LimitRate = (kind: LimitKind, who: string) => Promise<Record<string, string>>

export const createRateLimit = (pushesPerMinute: number): LimitRate => {
  if (pushesPerMinute === 0) return () => Promise.resolve({})
  const limits: Record<LimitKind, number> = { push: pushesPerMinute, read: readsPerMinute, 'sign-in': signInsPerMinute }
  const limiters: Record<LimitKind, BurstyRateLimiter | RateLimiterMemory> = {
    push: new BurstyRateLimiter(perMinute('push', pushesPerMinute), perMinute('push-burst', pushesPerMinute)),
    read: perMinute('read', readsPerMinute),
    'sign-in': perMinute('sign-in', signInsPerMinute),
  }
  return async (kind, who) => {
    try {
      const left = await limiters[kind].consume(who)
      return rateHeaders(limits[kind], left?.remainingPoints ?? 0, left?.msBeforeNext ?? 0)
    } catch (refused) {
      if (!(refused instanceof RateLimiterRes)) throw refused
      const seconds = Math.max(1, Math.ceil(refused.msBeforeNext / 1000))
      throw new ApiError(
        'rate_limited',
        `Too many requests of the kind "${kind}". Try again in ${seconds} seconds; nothing is lost.`,
        {
          headers: { 'Retry-After': String(seconds), ...rateHeaders(limits[kind], 0, refused.msBeforeNext) },
        },
      )
    }
  }
}

const perMinute = (keyPrefix: string, points: number) => new RateLimiterMemory({ keyPrefix, points, duration: 60 })

const rateHeaders = (limit: number, remaining: number, msBeforeNext: number): Record<string, string> => ({
  RateLimit: `limit=${limit}, remaining=${Math.max(0, remaining)}, reset=${Math.ceil(msBeforeNext / 1000)}`,
})
