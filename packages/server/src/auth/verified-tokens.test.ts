import { SignJWT, type JWTPayload } from 'jose'
import { describe, expect, test } from 'vitest'
import { createReadToken } from './read-token.ts'
import { createVerifiedTokens } from './verified-tokens.ts'

const secret = 'a secret of tests that is long enough for HS256'
const [userId, organizationId] = ['7d3c1a52-1f0e-4c7b-9d53-0a4b6c8e2f10', '5b1d7e4a-93c2-4f68-8a07-2c9e5d3f1b64']
const start = Date.UTC(2026, 5, 20, 18) / 1000
const signed = (more: JWTPayload = {}, key = secret) =>
  new SignJWT({ sub: userId, role: 'authenticated', app_metadata: { organization_id: organizationId }, ...more })
    .setProtectedHeader({ alg: 'HS256' })
    .setExpirationTime(more.exp ?? start + 3600)
    .sign(new TextEncoder().encode(key))

const aReader = () => {
  const at = { seconds: start }
  const read = createReadToken({ secret }, () => new Date(at.seconds * 1000))
  return { at, reads: (token: string) => read(`Bearer ${token}`) }
}

describe('[P7] a token that was right once is right only as long as it says', () => {
  test('it ends to the second when it says, forgiven minute included, however often it was used before', async () => {
    const { at, reads } = aReader()
    const token = await signed({ exp: start + 100 })
    for (at.seconds = start; at.seconds < start + 160; at.seconds += 1) expect((await reads(token)).userId).toBe(userId)
    await expect(reads(token)).rejects.toMatchObject({ code: 'unauthorized' })
  })

  test('one that is not valid yet is not, also after the clock was put back', async () => {
    const { at, reads } = aReader()
    const token = await signed({ nbf: start + 200 })
    await expect(reads(token)).rejects.toMatchObject({ code: 'unauthorized' })
    at.seconds = start + 140
    expect((await reads(token)).userId).toBe(userId)
    at.seconds = start + 139
    await expect(reads(token)).rejects.toMatchObject({ code: 'unauthorized' })
  })

  test('the same words under another signature are not the same token', async () => {
    const { reads } = aReader()
    const good = await signed()
    const forged = await signed({}, 'another secret that is long enough for HS256')
    expect(forged.split('.').slice(0, 2)).toEqual(good.split('.').slice(0, 2))
    await reads(good)
    await expect(reads(forged)).rejects.toMatchObject({ code: 'unauthorized' })
    expect((await reads(good)).organizationId).toBe(organizationId)
  })

  test('one that was refused is looked at again', async () => {
    const { at, reads } = aReader()
    const token = await signed({ nbf: start + 3600, exp: start + 7200 })
    await expect(reads(token)).rejects.toMatchObject({ code: 'unauthorized' })
    at.seconds = start + 3600
    expect((await reads(token)).userId).toBe(userId)
  })
})

describe('what is remembered of tokens', () => {
  const caller = { userId, organizationId, claims: '{}' }
  const at = (seconds: number) => new Date((start + seconds) * 1000)

  test('a signature is checked again after five minutes: its key may have been taken back', () => {
    const tokens = createVerifiedTokens(60)
    tokens.keep('a', { exp: start + 3600 }, caller, at(0))
    expect([299, 300, 0].map((seconds) => tokens.find('a', at(seconds)))).toEqual([caller, null, null])
  })

  test('two thousand are kept, the oldest goes first', () => {
    const tokens = createVerifiedTokens(60)
    for (let nth = 0; nth <= 2000; nth += 1) tokens.keep(`token ${nth}`, { exp: start + 3600 }, caller, at(0))
    expect(tokens.find('token 0', at(1))).toBeNull()
    expect([tokens.find('token 1', at(1)), tokens.find('token 2000', at(1))]).toEqual([caller, caller])
  })
})
