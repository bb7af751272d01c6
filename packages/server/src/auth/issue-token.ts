// Hands a demo person a token, of the same shape and checks as Supabase's. Only the embedded demo signs tokens.
import { SignJWT } from 'jose'
import type { TokenSettings } from './read-token.ts'

/** Days a demo token lasts: longer than any day a coordinator spends without a signal. */
const demoTokenDays = 7

export const createIssueToken = (settings: TokenSettings, clock: () => Date) => {
  const { secret } = settings
  if (!secret) return undefined
  const key = new TextEncoder().encode(secret)
  return async (userId: string, organizationId: string): Promise<string> => {
    const seconds = Math.floor(clock().getTime() / 1000)
    return await new SignJWT({ role: 'authenticated', app_metadata: { organization_id: organizationId } })
      .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
      .setSubject(userId)
      .setIssuedAt(seconds)
      .setExpirationTime(seconds + demoTokenDays * 24 * 3600)
      .setIssuer(settings.issuer ?? 'wedsync')
      .setAudience(settings.audience ?? 'authenticated')
      .sign(key)
  }
}
