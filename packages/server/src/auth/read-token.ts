// Takes an Authorization header; hands on who is asking, or refuses. A token is believed for its signature alone:
// the algorithms are fixed per kind of key, and issuer, audience and expiry are checked.  Keeps P7.
import { isId } from '@wedsync/protocol'
import { createRemoteJWKSet, errors, jwtVerify } from 'jose'
import type { JWTPayload, JWTVerifyGetKey, JWTVerifyOptions } from 'jose'
import { ApiError } from '../http/api-error.ts'
import { callerFor, type Caller } from './caller.ts'
import { createVerifiedTokens } from './verified-tokens.ts'

export type TokenSettings = {
  /** HS256 secret, at least 32 bytes. */
  secret?: string | undefined
  /** JWKS address for RS256 and ES256. */
  jwksUrl?: string | undefined
  issuer?: string | undefined
  audience?: string | undefined
}

export type ReadToken = (header: string | undefined) => Promise<Caller>

/** Seconds a token may be off by: phones and servers never quite agree. */
const clockToleranceSeconds = 60

export const createReadToken = (settings: TokenSettings, clock: () => Date): ReadToken => {
  const secret = settings.secret ? new TextEncoder().encode(settings.secret) : undefined
  const keySet = settings.jwksUrl ? createKeySet(new URL(settings.jwksUrl)) : undefined
  const checks: JWTVerifyOptions = {
    clockTolerance: clockToleranceSeconds,
    requiredClaims: ['sub', 'exp'],
    ...(settings.issuer && { issuer: settings.issuer }),
    ...(settings.audience && { audience: settings.audience }),
  }
  const verified = createVerifiedTokens(clockToleranceSeconds)
  const verify = async (token: string, currentDate: Date): Promise<JWTPayload> => {
    const now = { ...checks, currentDate }
    if (secret && headerAlgorithm(token) === 'HS256')
      return (await jwtVerify(token, secret, { ...now, algorithms: ['HS256'] })).payload
    if (keySet) return (await jwtVerify(token, keySet, { ...now, algorithms: ['ES256', 'RS256'] })).payload
    throw unauthorized()
  }
  return async (header) => {
    const token = /^Bearer ([\w-]+\.[\w-]+\.[\w-]+)$/i.exec(header ?? '')?.[1]
    if (!token) throw unauthorized()
    const now = clock()
    const known = verified.find(token, now)
    if (known) return known
    try {
      const claims = await verify(token, now)
      const caller = callerOf(claims)
      verified.keep(token, claims, caller, now)
      return caller
    } catch (error) {
      if (error instanceof ApiError) throw error
      throw unauthorized()
    }
  }
}

/** Keys as they are fetched from their address. That they cannot be had says nothing about the token: no 401. */
const createKeySet = (address: URL): JWTVerifyGetKey => {
  const remote = createRemoteJWKSet(address)
  return async (header, token) => {
    try {
      return await remote(header, token)
    } catch (error) {
      if (saysTokenIsWrong.some((kind) => error instanceof kind)) throw error
      throw new ApiError('unavailable', 'The keys that check tokens cannot be fetched just now; try again.', {
        headers: { 'Retry-After': '5' },
      })
    }
  }
}

/** The keys are there, and none of them, or not one alone, fits what the token's header asks for. */
const saysTokenIsWrong = [errors.JWKSNoMatchingKey, errors.JWKSMultipleMatchingKeys, errors.JOSENotSupported]

const callerOf = (claims: JWTPayload): Caller => {
  const metadata = claims['app_metadata'] as { organization_id?: unknown } | undefined
  const organizationId = metadata?.organization_id
  if (!isId(claims.sub) || !isId(organizationId) || claims['role'] !== 'authenticated') throw unauthorized()
  return callerFor(claims.sub.toLowerCase(), organizationId.toLowerCase(), claims.exp)
}

const headerAlgorithm = (token: string): unknown => {
  try {
    return (JSON.parse(Buffer.from(token.split('.')[0]!, 'base64url').toString('utf8')) as { alg?: unknown }).alg
  } catch {
    throw unauthorized()
  }
}

const unauthorized = () =>
  new ApiError('unauthorized', 'Sign in again: this needs a valid token. Work on the device is kept.', {
    headers: { 'WWW-Authenticate': 'Bearer' },
  })
