import { createPublicKey, randomUUID } from 'node:crypto'
import { exportJWK, generateKeyPair, SignJWT, UnsecuredJWT, type JWTPayload } from 'jose'
import { describe, expect, test } from 'vitest'
import { aKeyServer, aSigningKey, signedBy } from '../testing/a-key-server.ts'
import { accountOf, agency, aToken, aWedding, recordOf, secret, tokens } from '../testing/a-wedding.ts'

// both ways of checking are on: whoever mixes them up gets in with neither
const [es, rs] = await Promise.all([aSigningKey('es', 'ES256'), aSigningKey('rs', 'RS256')])
const keyServer = await aKeyServer(es, rs)
const wedding = await aWedding({ tokens: { ...tokens, jwksUrl: keyServer.url } })
const rival = await wedding.rival()
const planner = accountOf('planner')
const claims = (more: JWTPayload = {}): JWTPayload => ({
  ...{ sub: planner.userId, role: 'authenticated', app_metadata: { organization_id: planner.organizationId } },
  ...more,
})
const asks = (authorization: string | null, path = '/api/offline/sync', init: RequestInit = {}) =>
  wedding.fetch(path, {
    ...init,
    headers: {
      'content-type': 'application/json',
      ...(authorization !== null && { authorization }),
      ...(init.headers as object),
    },
  })
const pushes = (token: string, changes: object[] = [], headers: Record<string, string> = {}) =>
  asks(`Bearer ${token}`, '/api/offline/sync', {
    method: 'POST',
    headers,
    body: JSON.stringify({ batchId: randomUUID(), deviceId: randomUUID(), changes }),
  })
const aNote = () => ({
  ...{ changeId: randomUUID(), action: 'create', table: 'notes', id: randomUUID() },
  data: { client_id: recordOf('clients').id, body: 'Who am I?' },
})
const seconds = (more: number) => Math.floor(Date.now() / 1000) + more
const key = new TextEncoder().encode(secret)
const signed = (payload: JWTPayload, alg = 'HS256') =>
  new SignJWT({ iss: 'wedsync', aud: 'authenticated', exp: seconds(60), ...payload })
    .setProtectedHeader({ alg })
    .sign(key)
const without = (name: string) => Object.fromEntries(Object.entries(claims()).filter(([one]) => one !== name))

const whole = (): JWTPayload => ({ iss: 'wedsync', aud: 'authenticated', exp: seconds(60), ...claims() })
const withClaims = (more: object, of = secret, header: object = {}) =>
  new SignJWT({ ...whole(), ...more })
    .setProtectedHeader({ alg: 'HS256', ...header })
    .sign(new TextEncoder().encode(of))
const base64 = (text: string) => Buffer.from(text).toString('base64url')
const sealed = async (head: string, body: string) => {
  const hmac = await crypto.subtle.importKey('raw', key, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign'])
  const signature = await crypto.subtle.sign('HMAC', hmac, new TextEncoder().encode(`${head}.${body}`))
  return `${head}.${body}.${Buffer.from(signature).toString('base64url')}`
}
const ofText = (body: string) => sealed(base64('{"alg":"HS256"}'), base64(body))
const relabelled = async (header: object) =>
  await sealed(base64(JSON.stringify(header)), base64(JSON.stringify(whole())))
const pemOf = (jwk: JsonWebKey) => createPublicKey({ key: jwk, format: 'jwk' }).export({ type: 'spki', format: 'pem' })
const signedWithPs256 = async () => {
  const { publicKey, privateKey } = await generateKeyPair('PS256', { extractable: true })
  keyServer.state.held.push({
    kid: 'ps',
    alg: 'RS256',
    privateKey,
    jwk: { ...(await exportJWK(publicKey)), kid: 'ps', use: 'sig' },
  })
  return await new SignJWT(whole()).setProtectedHeader({ alg: 'PS256', kid: 'ps' }).sign(privateKey)
}
// somebody with keys and an address of their own
const stranger = await aSigningKey('stranger', 'ES256')
const theirs = await aKeyServer(stranger)

test('a token of either kind is a good one, or the table below would prove nothing', async () => {
  for (const token of [await aToken(claims()), await withClaims({}), await ofText(JSON.stringify(whole()))])
    expect((await asks(`Bearer ${token}`)).status).toBe(200)
  for (const one of [es, rs]) expect((await asks(`Bearer ${await signedBy(one, whole())}`)).status).toBe(200)
})

test('what a token brings along is never fetched', async () => {
  await asks(`Bearer ${await signedBy(stranger, whole(), { jku: theirs.url, x5u: theirs.url })}`)
  expect(theirs.state.asked).toBe(0)
})

test('a token in the address, or in the body, is none', async () => {
  const token = await aToken(claims())
  for (const name of ['access_token', 'token', 'authorization', 'jwt'])
    expect((await asks(null, `/api/offline/sync?${name}=${token}`)).status).toBe(401)
})

test('while the keys that check tokens are away, nobody is told that their token is bad', async () => {
  const away = await aKeyServer(es)
  await away.goAway()
  const waiting = await aWedding({ database: wedding.database, tokens: { ...tokens, jwksUrl: away.url } })
  const response = await waiting.fetch('/api/offline/sync', {
    headers: { authorization: `Bearer ${await signedBy(es, whole())}` },
  })
  expect([response.status, response.headers.get('retry-after')]).toEqual([503, '5'])
  expect(await response.json()).toMatchObject({ error: 'Service unavailable', code: 'unavailable' })
})

describe('[P7] nobody gets in without a good token', () => {
  const cases: [string, () => Promise<string | null> | string | null][] = [
    ['none', () => null],
    ['nothing behind the word', () => 'Bearer '],
    ['another scheme', async () => `Basic ${await aToken(claims())}`],
    ['garbage', () => 'Bearer not.a.token'],
    ['garbage that is no base64', () => 'Bearer ü.ü.ü'],
    ['one without its signature', async () => `Bearer ${(await aToken(claims())).split('.').slice(0, 2).join('.')}.`],
    [
      'alg none',
      () =>
        `Bearer ${new UnsecuredJWT({ ...claims(), exp: seconds(60) }).setIssuer('wedsync').setAudience('authenticated').encode()}x`,
    ],
    ['another secret', async () => `Bearer ${await aToken(claims(), 'another secret that is long enough for HS256')}`],
    ['HS512 with the right secret', async () => `Bearer ${await signed(claims(), 'HS512')}`],
    [
      'payload of one, signature of another',
      async () => {
        const [own, other] = [
          (await aToken(claims())).split('.'),
          (await aToken(claims({ sub: accountOf('owner').userId }))).split('.'),
        ]
        return `Bearer ${own[0]!}.${other[1]!}.${own[2]!}`
      },
    ],
    ['expired', async () => `Bearer ${await aToken(claims({ exp: seconds(-120) }))}`],
    [
      'without an end',
      async () =>
        `Bearer ${await new SignJWT({ ...claims(), iss: 'wedsync', aud: 'authenticated' }).setProtectedHeader({ alg: 'HS256' }).sign(key)}`,
    ],
    ['not valid yet', async () => `Bearer ${await aToken(claims({ nbf: seconds(600) }))}`],
    ['another issuer', async () => `Bearer ${await aToken(claims({ iss: 'elsewhere' }))}`],
    ['another audience', async () => `Bearer ${await aToken(claims({ aud: 'anon' }))}`],
    ['nobody', async () => `Bearer ${await signed(without('sub'))}`],
    ['somebody who is no UUID', async () => `Bearer ${await aToken(claims({ sub: 'admin' }))}`],
    ['no organization', async () => `Bearer ${await aToken(without('app_metadata'))}`],
    [
      'an organization that is no UUID',
      async () => `Bearer ${await aToken(claims({ app_metadata: { organization_id: '*' } }))}`,
    ],
    [
      'an organization the person could set themselves',
      async () =>
        `Bearer ${await aToken({ ...without('app_metadata'), user_metadata: { organization_id: planner.organizationId } })}`,
    ],
    ['the role service_role', async () => `Bearer ${await aToken(claims({ role: 'service_role' }))}`],
    ['the role anon', async () => `Bearer ${await aToken(claims({ role: 'anon' }))}`],
    ['no role', async () => `Bearer ${await aToken(without('role'))}`],
    ['several roles', async () => `Bearer ${await aToken(claims({ role: ['authenticated'] }))}`],
    ['an end that is text', async () => `Bearer ${await withClaims({ exp: `${seconds(60)}` })}`],
    ['an end that is far below zero', async () => `Bearer ${await withClaims({ exp: -1 })}`],
    ['no issuer', async () => `Bearer ${await withClaims({ iss: undefined })}`],
    ['no audience', async () => `Bearer ${await withClaims({ aud: undefined })}`],
    [
      'an organization that is an object',
      async () => `Bearer ${await withClaims({ app_metadata: { organization_id: {} } })}`,
    ],
    [
      'the public key of the other way as an HS256 secret, as PEM',
      async () => `Bearer ${await withClaims({}, pemOf(rs.jwk), { kid: 'rs' })}`,
    ],
    [
      'the public key of the other way as an HS256 secret, as JSON',
      async () => `Bearer ${await withClaims({}, JSON.stringify(es.jwk), { kid: 'es' })}`,
    ],
    ['alg none, spelled otherwise', async () => `Bearer ${await relabelled({ alg: 'nOnE' })}`],
    ['alg none, with something behind it', async () => `Bearer ${await relabelled({ alg: 'none' })}`],
    ['no alg', async () => `Bearer ${await relabelled({})}`],
    ['an alg that is no text', async () => `Bearer ${await relabelled({ alg: ['HS256'] })}`],
    ['RS256 said of an HS256 signature', async () => `Bearer ${await relabelled({ alg: 'RS256', kid: 'rs' })}`],
    [
      'an RS256 signature under the name of the ES256 key',
      async () => `Bearer ${await signedBy(rs, whole(), { kid: 'es' })}`,
    ],
    ['an alg the key was not made for', async () => `Bearer ${await signedWithPs256()}`],
    ['a key nobody knows', async () => `Bearer ${await signedBy({ ...es, kid: 'unknown' }, whole())}`],
    ['the name of a good key on another', async () => `Bearer ${await signedBy({ ...stranger, kid: 'es' }, whole())}`],
    ['a key it brings itself (jwk)', async () => `Bearer ${await signedBy(stranger, whole(), { jwk: stranger.jwk })}`],
    [
      'an address of keys it brings itself (jku)',
      async () => `Bearer ${await signedBy(stranger, whole(), { jku: theirs.url })}`,
    ],
    [
      'an address of certificates it brings itself (x5u)',
      async () => `Bearer ${await signedBy(stranger, whole(), { x5u: theirs.url })}`,
    ],
    [
      'an extension it calls critical',
      async () => `Bearer ${await relabelled({ alg: 'HS256', crit: ['own'], own: 1 })}`,
    ],
    ['cut off at the end', async () => `Bearer ${(await aToken(claims())).slice(0, -2)}`],
    ['cut off in the middle', async () => `Bearer ${(await aToken(claims())).slice(0, 60)}`],
    ['with something behind it', async () => `Bearer ${await aToken(claims())}.more`],
    ['with padding', async () => `Bearer ${await aToken(claims())}==`],
    ['twice in one header', async () => `Bearer ${await aToken(claims())}, Bearer ${await aToken(claims())}`],
    ['twice, apart', async () => `Bearer ${await aToken(claims())} ${await aToken(claims())}`],
    ['without the word', async () => await aToken(claims())],
    ['a payload that is no object', async () => `Bearer ${await ofText('"me"')}`],
    ['a payload that is no JSON', async () => `Bearer ${await ofText('{sub:')}`],
  ]
  test('there are many ways to be wrong', () => expect(cases.length).toBeGreaterThan(50))
  test.for(cases)('%s', async ([, make]) => {
    const header = await make()
    const believed = {
      'x-user-id': planner.userId,
      'x-organization-id': planner.organizationId,
      'x-admin-token': 'yes',
    }
    for (const [path, init] of [
      ['/api/offline/sync', { method: 'POST', body: '{}' }],
      ['/api/offline/sync', {}],
      [`/api/offline/status/${planner.userId}`, {}],
    ] as const) {
      let response: Response
      try {
        response = await asks(header, path, { ...init, headers: believed })
      } catch (unsendable) {
        // a header that no client can send
        expect(unsendable).toBeInstanceOf(TypeError)
        continue
      }
      const body = (await response.json()) as object
      expect(response.status).toBe(401)
      expect(response.headers.get('www-authenticate')).toBe('Bearer')
      expect({ ...body, timestamp: '', requestId: '' }).toEqual({
        ...{ success: false, error: 'Unauthorized', code: 'unauthorized', timestamp: '', requestId: '' },
        message: 'Sign in again: this needs a valid token. Work on the device is kept.',
      })
    }
  })
})

describe('[P7] a good token gets what its memberships give', () => {
  test('a clock that is half a minute off is forgiven', async () => {
    expect((await asks(`Bearer ${await aToken(claims({ exp: seconds(-30) }))}`)).status).toBe(200)
  })

  test('x-user-id is believed by nobody, beside a token neither', async () => {
    const note = aNote()
    await pushes(await aToken(claims()), [note], { 'x-user-id': accountOf('owner').userId })
    const rows = await wedding.sql('select user_id from public.offline_sync_queue where change_id = $1', [
      note.changeId,
    ])
    expect(rows).toEqual([{ user_id: planner.userId }])
  })

  test.for([
    { user_role: 'owner' },
    { app_metadata: { organization_id: planner.organizationId, role: 'owner', roles: ['owner'] } },
    { app_metadata: { organization_id: planner.organizationId }, user_metadata: { role: 'owner' } },
  ])('a role that the token claims counts for nothing: %o', async (more) => {
    const token = await aToken(claims(more))
    const status = await asks(`Bearer ${token}`, `/api/offline/status/${accountOf('assistant').userId}`)
    expect(status.status).toBe(403)
    const person = {
      changeId: randomUUID(),
      action: 'update',
      table: 'people',
      id: recordOf('people', 0).id,
      data: { role: 'viewer' },
    }
    expect(await (await pushes(token, [person])).json()).toMatchObject({ failures: [{ code: 'forbidden' }] })
  })

  test('the organization of somebody else gives nothing: 403 on push, nothing on pull', async () => {
    const token = await aToken(claims({ app_metadata: { organization_id: rival.organization.id } }))
    const before = await wedding.traces()
    const pushed = await pushes(token, [aNote()])
    expect(pushed.status).toBe(403)
    expect(await pushed.json()).toMatchObject({ error: 'Forbidden', code: 'forbidden' })
    const pulled = (await (await asks(`Bearer ${token}`)).json()) as object
    expect(pulled).toMatchObject({ serverChanges: [], settled: [], revokedScopes: [], hasMore: false })
    expect((await asks(`Bearer ${token}`, `/api/offline/status/${planner.userId}`)).status).toBe(403)
    expect(await wedding.traces()).toEqual(before)
  })

  test('[P8] who is no member any more is told that every scope is revoked', async () => {
    const phone = wedding.phoneOf('assistant')
    await phone.hears()
    const [membership] = await wedding.sql('delete from public.memberships where user_id = $1 returning *', [
      phone.userId,
    ])
    const { status, body } = await phone.hears()
    expect(status).toBe(200)
    expect([...body.revokedScopes].sort()).toEqual([recordOf('clients').id, agency.organization.id].sort())
    expect(body.serverChanges).toEqual([])
    // what they still hand over is kept for those who plan, and does nothing
    const late = phone.creates('notes', { client_id: recordOf('clients').id, body: 'Late' })
    const answer = await phone.sends([late])
    expect([answer.status, answer.body.failures[0]!.code]).toEqual([200, 'forbidden'])
    expect(await wedding.stored('notes', late.id)).toBeUndefined()
    await wedding.sql('select sync.load_records($1, $2::jsonb)', ['memberships', JSON.stringify([membership])])
  })
})
