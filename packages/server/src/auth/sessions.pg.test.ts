// Signing in with a cookie, as the web app of a browser does it, against a real server and a real PostgreSQL.
import { createHash, randomUUID } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { accountOf, aToken, aWedding, recordOf } from '../testing/a-wedding.ts'

const wedding = await aWedding()
const planner = accountOf('planner')
const host = 'plan.example.com'
const claimsOf = ({ userId, organizationId }: { userId: string; organizationId: string }, more: object = {}) => ({
  ...{ sub: userId, role: 'authenticated', app_metadata: { organization_id: organizationId }, ...more },
})

type Answer = { status: number; body: Record<string, unknown>; setCookie: string; headers: Headers }
type Headings = Record<string, string | undefined>
const asks = async (method: string, path: string, headings: Headings, body?: object, on = wedding): Promise<Answer> => {
  const given = Object.entries({ host, ...(body && { 'content-type': 'application/json' }), ...headings })
  const headers = Object.fromEntries(given.filter((pair): pair is [string, string] => pair[1] !== undefined))
  const response = await on.fetch(path, { method, headers, ...(body && { body: JSON.stringify(body) }) })
  const setCookie = response.headers.get('set-cookie') ?? ''
  return { status: response.status, body: (await response.json()) as never, setCookie, headers: response.headers }
}
const opens = async (who = planner, more: object = {}, headings: Headings = {}) =>
  asks('POST', '/api/auth/session', { authorization: `Bearer ${await aToken(claimsOf(who, more))}`, ...headings })

/** A browser with a page of this server open: it holds the cookie, and the page what it was told. */
const aBrowser = async (who = planner, more: object = {}) => {
  const opened = await opens(who, more)
  expect(opened.status).toBe(200)
  const cookie = opened.setCookie.split(';')[0]!
  const csrf = String(opened.body['csrfToken'])
  const page: Headings = { cookie, origin: `https://${host}`, 'x-csrf-token': csrf, 'sec-fetch-site': 'same-origin' }
  return {
    ...{ opened, cookie, csrf, page },
    reads: (path = '/api/offline/sync') => asks('GET', path, { cookie }),
    writes: (headings: Headings = {}) => {
      const note = aNote()
      const batch = { batchId: randomUUID(), deviceId: randomUUID(), changes: [note] }
      return asks('POST', '/api/offline/sync', { ...page, ...headings }, batch).then((answer) => ({ ...answer, note }))
    },
    ends: (headings: Headings = {}) => asks('DELETE', '/api/auth/session', { ...page, ...headings }),
  }
}
const aNote = () => ({
  ...{ changeId: randomUUID(), action: 'create', table: 'notes', id: randomUUID() },
  data: { client_id: recordOf('clients').id, body: 'Written in a browser' },
})
const hashOfCookie = (cookie: string) =>
  createHash('sha256')
    .update(Buffer.from(cookie.split('=')[1]!, 'base64url').subarray(0, 32))
    .digest()

describe('[P7] a token is traded for a cookie', () => {
  test('that no script can read, no other host and no plain line gets, and no foreign page makes the browser send', async () => {
    const { opened } = await aBrowser()
    expect(opened.setCookie).toMatch(
      /^__Host-wedsync=[\w-]{64}; Path=\/; Max-Age=\d+; HttpOnly; Secure; SameSite=Strict$/,
    )
    expect(opened.body).toEqual({
      success: true,
      csrfToken: expect.stringMatching(/^[\w-]{43}$/) as string,
      user: { id: planner.userId, organizationId: planner.organizationId, role: planner.role, name: planner.name },
      expiresAt: expect.any(String) as string,
    })
    expect(opened.headers.get('cache-control')).toBe('no-store')
  })

  test('that lasts twelve hours, and never longer than the token', async () => {
    const hoursOf = ({ body }: Answer) => (Date.parse(String(body['expiresAt'])) - Date.now()) / 3_600_000
    const inSeconds = (more: number) => Math.floor(Date.now() / 1000) + more
    expect(hoursOf(await opens(planner, { exp: inSeconds(7 * 24 * 3600) }))).toBeCloseTo(12, 1)
    const short = await opens(planner, { exp: inSeconds(1800) })
    expect(hoursOf(short)).toBeCloseTo(0.5, 1)
    expect(Number(/Max-Age=(\d+)/.exec(short.setCookie)![1])).toBeLessThanOrEqual(1800)
  })

  test('of which the database keeps nothing that could be used', async () => {
    const { cookie, csrf } = await aBrowser()
    const text = JSON.stringify(await wedding.sql('select * from sync.sessions'))
    expect(text).not.toContain(csrf)
    const value = cookie.split('=')[1]!
    for (const form of [value, Buffer.from(value, 'base64url').subarray(0, 32).toString('hex')])
      expect(text).not.toContain(form)
  })

  test('only for a good token of a member: not for a cookie, not for nobody', async () => {
    expect((await asks('POST', '/api/auth/session', {})).status).toBe(401)
    expect((await asks('POST', '/api/auth/session', { authorization: 'Bearer not.a.token' })).status).toBe(401)
    const { page } = await aBrowser()
    expect((await asks('POST', '/api/auth/session', page)).status).toBe(401)
    const stranger = { ...planner, userId: randomUUID() }
    const refused = await opens(stranger)
    expect([refused.status, refused.body['code'], refused.setCookie]).toEqual([403, 'forbidden', ''])
  })

  test('that is made here: what a browser brought along is never taken over, and the one it had is ended', async () => {
    const planted = `__Host-wedsync=${Buffer.alloc(48, 7).toString('base64url')}`
    expect((await opens(planner, {}, { cookie: planted })).setCookie).not.toContain(planted)
    const before = await aBrowser()
    const after = await opens(planner, {}, { cookie: before.cookie })
    expect(after.setCookie).not.toContain(before.cookie)
    expect((await before.reads()).status).toBe(401)
  })

  test('as often as people sign in, and no more', async () => {
    const strict = await aWedding({ rateLimitPerMinute: 10, database: wedding.database })
    const authorization = `Bearer ${await aToken(claimsOf(accountOf('owner')))}`
    const tries = Array.from({ length: 32 }, () =>
      asks('POST', '/api/auth/session', { authorization }, undefined, strict),
    )
    const answers = await Promise.all(tries)
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(2)
  })
})

describe('[P7] with the cookie alone', () => {
  test('somebody reads what is theirs, and writes in their own name', async () => {
    const browser = await aBrowser()
    expect((await browser.reads()).status).toBe(200)
    expect((await browser.reads(`/api/offline/status/${planner.userId}`)).status).toBe(200)
    const { status, note } = await browser.writes()
    expect(status).toBe(200)
    const kept = await wedding.sql('select user_id, status from public.offline_sync_queue where change_id = $1', [
      note.changeId,
    ])
    expect(kept).toEqual([{ user_id: planner.userId, status: 'completed' }])
  })

  const foreign: [string, Headings][] = [
    ['no Origin', { origin: undefined }],
    ['the Origin of another site', { origin: 'https://evil.example.com' }],
    ['an Origin that begins like ours', { origin: `https://${host}.evil.example.com` }],
    ['an Origin that ends like ours', { origin: `https://evil-${host}` }],
    ['an Origin on another port', { origin: `https://${host}:8443` }],
    ['the Origin "null" of a page without one', { origin: 'null' }],
    ['an Origin that is no address', { origin: host }],
    [
      'an Origin that a forwarded header would make ours',
      { origin: 'https://evil.example.com', 'x-forwarded-host': 'evil.example.com' },
    ],
    ['a browser that says the page is another site', { 'sec-fetch-site': 'cross-site' }],
    ['a browser that says the page is a neighbour', { 'sec-fetch-site': 'same-site' }],
    ['no X-CSRF-Token', { 'x-csrf-token': undefined }],
    ['an empty X-CSRF-Token', { 'x-csrf-token': '' }],
    ['another X-CSRF-Token', { 'x-csrf-token': Buffer.alloc(32, 1).toString('base64url') }],
  ]
  test.for(foreign)('nothing is changed by %s', async ([, headings]) => {
    const browser = await aBrowser()
    const before = await wedding.traces()
    const refused = await browser.writes(headings)
    expect(refused.status).toBe(403)
    expect(refused.body).toMatchObject({ success: false, error: 'CSRF validation failed', code: 'csrf_failed' })
    expect(await wedding.traces()).toEqual(before)
    // nor is anybody signed out by it
    expect((await browser.ends(headings)).status).toBe(403)
    expect((await browser.reads()).status).toBe(200)
  })

  test('what one session was told does not serve another, of the same person neither', async () => {
    const [one, other] = [await aBrowser(), await aBrowser()]
    expect((await one.writes({ 'x-csrf-token': other.csrf })).status).toBe(403)
  })

  test('reading needs no more than the cookie, since it changes nothing', async () => {
    const { cookie } = await aBrowser()
    const answer = await asks('GET', '/api/offline/sync', { cookie, origin: 'https://evil.example.com' })
    expect(answer.status).toBe(200)
    // and no foreign page may read the answer
    expect(answer.headers.get('access-control-allow-origin')).toBeNull()
  })

  const made: [string, (good: string) => string][] = [
    ['made up', () => `__Host-wedsync=${Buffer.alloc(48, 9).toString('base64url')}`],
    ['changed by one letter', (good) => `${good.slice(0, -1)}${good.endsWith('A') ? 'B' : 'A'}`],
    ['cut off', (good) => good.slice(0, -4)],
    ['there twice', (good) => `${good}; ${good}`],
    ['there twice, one of them planted', (good) => `__Host-wedsync=x; ${good}`],
    ['under another name', (good) => good.replace('__Host-wedsync', 'wedsync')],
    ['empty', () => '__Host-wedsync='],
  ]
  test.for(made)('a cookie that is %s is nobody', async ([, make]) => {
    const { cookie } = await aBrowser()
    const { status, body } = await asks('GET', '/api/offline/sync', { cookie: make(cookie) })
    expect([status, body['code']]).toEqual([401, 'unauthorized'])
  })

  test('other cookies beside it do no harm', async () => {
    const { cookie } = await aBrowser()
    expect((await asks('GET', '/api/offline/sync', { cookie: `theme=dark; ${cookie}; a=b` })).status).toBe(200)
  })

  test('rights are what the membership says at that moment, not when the session was opened', async () => {
    const browser = await aBrowser(accountOf('assistant'))
    const status = `/api/offline/status/${planner.userId}`
    expect((await browser.reads(status)).status).toBe(403)
    const as = (role: string) =>
      wedding.sql('update public.memberships set role = $1 where user_id = $2', [role, accountOf('assistant').userId])
    await as('owner')
    expect((await browser.reads(status)).status).toBe(200)
    await as('assistant')
    expect((await browser.reads(status)).status).toBe(403)
  })
})

describe('[P7] with a token and a cookie', () => {
  test('the token says who it is, and nothing is asked about the page', async () => {
    const browser = await aBrowser(accountOf('assistant'))
    const authorization = `Bearer ${await aToken(claimsOf(planner))}`
    const { status, note } = await browser.writes({ authorization, origin: undefined, 'x-csrf-token': undefined })
    expect(status).toBe(200)
    expect(
      await wedding.sql('select user_id from public.offline_sync_queue where change_id = $1', [note.changeId]),
    ).toEqual([{ user_id: planner.userId }])
  })

  test('a bad token is not helped by a good cookie', async () => {
    const { page } = await aBrowser()
    for (const authorization of ['Bearer not.a.token', 'Basic eDp5', 'Bearer '])
      expect((await asks('GET', '/api/offline/sync', { ...page, authorization })).status).toBe(401)
  })
})

describe('after a reload', () => {
  test('the page hears who is signed in, and what it has to repeat; every tab the same', async () => {
    const browser = await aBrowser()
    const { status, body, setCookie } = await browser.reads('/api/auth/session')
    expect([status, body, setCookie]).toEqual([200, browser.opened.body, ''])
    expect((await browser.writes({ 'x-csrf-token': String(body['csrfToken']) })).status).toBe(200)
  })

  test('only the session’s own person hears it', async () => {
    const browser = await aBrowser()
    const other = `Bearer ${await aToken(claimsOf(accountOf('assistant')))}`
    expect((await asks('GET', '/api/auth/session', { cookie: browser.cookie, authorization: other })).status).toBe(404)
    expect((await asks('GET', '/api/auth/session', {})).status).toBe(401)
  })
})

describe('[P7] signing out', () => {
  test('ends the session at once, on every server, and the browser forgets its cookie', async () => {
    const browser = await aBrowser()
    const elsewhere = await aWedding({ database: wedding.database })
    expect((await asks('GET', '/api/offline/sync', { cookie: browser.cookie }, undefined, elsewhere)).status).toBe(200)
    const ended = await browser.ends()
    expect([ended.status, ended.body]).toEqual([200, { success: true }])
    expect(ended.setCookie).toBe('__Host-wedsync=; Path=/; Max-Age=0; HttpOnly; Secure; SameSite=Strict')
    for (const on of [wedding, elsewhere])
      expect((await asks('GET', '/api/offline/sync', { cookie: browser.cookie }, undefined, on)).status).toBe(401)
    expect((await browser.ends()).status).toBe(401)
  })

  test('with the token of somebody else ends nothing of mine', async () => {
    const browser = await aBrowser()
    const other = `Bearer ${await aToken(claimsOf(accountOf('assistant')))}`
    expect((await asks('DELETE', '/api/auth/session', { cookie: browser.cookie, authorization: other })).status).toBe(
      200,
    )
    expect((await browser.reads()).status).toBe(200)
  })
})

describe('sessions that are over', () => {
  test('[P7] let nobody in, and are cleared away a day later', async () => {
    const browser = await aBrowser()
    const hash = hashOfCookie(browser.cookie)
    const ageBy = (hours: number) =>
      wedding.sql(
        `update sync.sessions set created_at = created_at - $2 * interval '1 hour', expires_at = expires_at - $2 * interval '1 hour' where session_hash = $1`,
        [hash, hours],
      )
    await ageBy(13)
    expect((await browser.reads()).status).toBe(401)
    const isKept = async () => (await wedding.sql('select from sync.sessions where session_hash = $1', [hash])).length
    await opens()
    expect(await isKept()).toBe(1)
    await ageBy(24)
    await opens()
    expect(await isKept()).toBe(0)
  })

  test('twenty of one person are open at a time; the oldest makes room', async () => {
    const who = accountOf('owner')
    const first = await aBrowser(who)
    const others = []
    for (let nth = 0; nth < 20; nth += 1) others.push(await aBrowser(who))
    expect((await first.reads()).status).toBe(401)
    expect((await others[0]!.reads()).status).toBe(200)
  })
})

test('[P7] nobody but the server may ask about a session, and it only by what the cookie holds', async () => {
  const { server } = wedding.database
  await expect(server.query('select * from sync.sessions')).rejects.toMatchObject({ code: '42501' })
  const may = await wedding.sql<{ name: string; who: string }>(`
    select p.proname as name, r.rolname as who from pg_proc p cross join pg_roles r
     where p.pronamespace = 'sync'::regnamespace and p.proname in ('open_session', 'find_session', 'end_session')
       and not r.rolsuper and r.rolname !~ '^pg_' and has_function_privilege(r.oid, p.oid, 'execute') order by 1, 2`)
  expect(may.map(({ name, who }) => `${name} ${who}`)).toEqual(
    ['end_session', 'find_session', 'open_session'].flatMap((name) => [
      `${name} wedsync_engine`,
      `${name} wedsync_server`,
    ]),
  )
})
