// Keys that are fetched: two of them live while they are changed, an unknown one is asked for once, and an address that is
// away is nobody's bad token.
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { aKeyServer, aSigningKey, signedBy, type Algorithm, type SigningKey } from '../testing/a-key-server.ts'
import { createReadToken } from './read-token.ts'

const [userId, organizationId] = ['7d3c1a52-1f0e-4c7b-9d53-0a4b6c8e2f10', '5b1d7e4a-93c2-4f68-8a07-2c9e5d3f1b64']
const tokenOf = (key: SigningKey, more: object = {}) =>
  signedBy(key, {
    ...{ sub: userId, role: 'authenticated', app_metadata: { organization_id: organizationId } },
    ...{ exp: Math.floor(Date.now() / 1000) + 3600, ...more },
  })
const readerOf = (url: string) => {
  const read = createReadToken({ jwksUrl: url }, () => new Date())
  return async (token: string) => (await read(`Bearer ${token}`)).userId
}
const codeOf = (reading: Promise<unknown>) =>
  reading.then(
    () => 'read',
    (refused: unknown) => (refused as { code: string }).code,
  )

beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'] }))
afterEach(() => void vi.useRealTimers())
const pass = (seconds: number) => vi.setSystemTime(Date.now() + seconds * 1000)

describe.each<Algorithm>(['ES256', 'RS256'])('a token signed with %s', (alg) => {
  test('is read with the key of its name, fetched once for many', async () => {
    const key = await aSigningKey('summer', alg)
    const { url, state } = await aKeyServer(await aSigningKey('other', alg), key)
    const reads = readerOf(url)
    for (let nth = 0; nth < 5; nth += 1) expect(await reads(await tokenOf(key, { jti: `${nth}` }))).toBe(userId)
    expect(state.asked).toBe(1)
  })

  test('keys are changed without anybody being signed out: both are good while both are shown', async () => {
    const [old, next] = await Promise.all([aSigningKey('old', alg), aSigningKey('next', alg)])
    const { url, state } = await aKeyServer(old)
    const reads = readerOf(url)
    expect(await reads(await tokenOf(old))).toBe(userId)

    state.held = [old, next]
    pass(31)
    expect(await reads(await tokenOf(next))).toBe(userId)
    expect(await reads(await tokenOf(old, { jti: 'again' }))).toBe(userId)
    expect(state.asked).toBe(2)

    // taken back: within ten minutes nobody gets in with it
    state.held = [next]
    pass(601)
    expect(await codeOf(reads(await tokenOf(old)))).toBe('unauthorized')
    expect(await reads(await tokenOf(next, { jti: 'still' }))).toBe(userId)
  })
})

test('a key nobody knows is asked for once, and then not again for half a minute, however many come with it', async () => {
  const known = await aSigningKey('known', 'ES256')
  const { url, state } = await aKeyServer(known)
  const reads = readerOf(url)
  await reads(await tokenOf(known))
  pass(31)
  const strangers = await Promise.all(Array.from({ length: 20 }, (_, nth) => aSigningKey(`stranger-${nth}`, 'ES256')))
  for (const stranger of strangers) expect(await codeOf(reads(await tokenOf(stranger)))).toBe('unauthorized')
  expect(state.asked).toBe(2)
  pass(31)
  expect(await codeOf(reads(await tokenOf(strangers[0]!)))).toBe('unauthorized')
  expect(state.asked).toBe(3)
})

describe('while the keys cannot be had', () => {
  test.each(['broken', 'not json', 'no keys'] as const)(
    'because their address answers %s, a good token is told to wait',
    async (manner) => {
      const key = await aSigningKey('one', 'ES256')
      const { url, state } = await aKeyServer(key)
      const reads = readerOf(url)
      state.manner = manner
      const token = await tokenOf(key)
      await expect(reads(token)).rejects.toMatchObject({ code: 'unavailable', headers: { 'Retry-After': '5' } })
      state.manner = 'well'
      expect(await reads(token)).toBe(userId)
    },
  )

  test('because nobody is there, it is told to wait, and read as soon as they are back', async () => {
    const key = await aSigningKey('one', 'ES256')
    const server = await aKeyServer(key)
    const reads = readerOf(server.url)
    await server.goAway()
    const token = await tokenOf(key)
    await expect(reads(token)).rejects.toMatchObject({ code: 'unavailable', headers: { 'Retry-After': '5' } })
    await server.comeBack()
    expect(await reads(token)).toBe(userId)
  })

  test('because their address never answers, it is told to wait after five seconds', async () => {
    const key = await aSigningKey('one', 'ES256')
    const { url, state } = await aKeyServer(key)
    state.manner = 'silent'
    const began = performance.now()
    expect(await codeOf(readerOf(url)(await tokenOf(key)))).toBe('unavailable')
    expect(performance.now() - began).toBeLessThan(8000)
  })

  test('who was read a moment ago goes on working', async () => {
    const key = await aSigningKey('one', 'ES256')
    const server = await aKeyServer(key)
    const reads = readerOf(server.url)
    const token = await tokenOf(key)
    await reads(token)
    await server.goAway()
    expect(await reads(token)).toBe(userId)
    expect(await reads(await tokenOf(key, { jti: 'a fresh one' }))).toBe(userId)
  })
})
