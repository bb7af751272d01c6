// What the security log says after people came in, were refused, and looked at one another; and what nobody can do to it.
import { randomUUID } from 'node:crypto'
import { pino } from 'pino'
import { describe, expect, test, vi } from 'vitest'
import { createEvents } from '../events.ts'
import { accountOf, agency, aServerOn, aToken, aWedding, recordOf } from '../testing/a-wedding.ts'
import { createEntryQueue } from './entry-queue.ts'
import { createSecurityLog } from './security-log.ts'

const wedding = await aWedding()
const planner = accountOf('planner')
const owner = accountOf('owner')
type Row = {
  event: string
  user_id: string
  organization_id: string
  code: string | null
  subject_id: string | null
  times: number
  request_id: string | null
}
type Asks = (path: string, init?: RequestInit) => Promise<Response>
const logged = (of: { userId: string }) =>
  wedding.sql<Row>('select * from sync.security_log where user_id = $1 order by entry_id', [of.userId])
const bearerOf = async ({ userId, organizationId }: typeof planner) =>
  `Bearer ${await aToken({ sub: userId, role: 'authenticated', app_metadata: { organization_id: organizationId } })}`

/** Asks a server of its own, closes it, so that all is written, and hands back what the log says of this person. */
const after = async (who: typeof planner, asks: (asked: Asks) => Promise<void>, settings: object = {}) => {
  await wedding.sql('truncate sync.security_log')
  const server = await aServerOn(wedding.database.serverUrl, settings)
  await asks((path, init = {}) =>
    Promise.resolve(server.api.fetch(new Request(new URL(path, 'http://plan.example.com'), init))),
  )
  await server.close()
  return await logged(who)
}
describe('the security log', () => {
  test('tells who signed in, and how', async () => {
    const email = planner.email
    const rows = await after(
      planner,
      async (asks) => {
        await asks('/api/auth/demo', {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ email }),
        })
        const opened = await asks('/api/auth/session', {
          method: 'POST',
          headers: { authorization: await bearerOf(planner) },
        })
        const cookie = opened.headers.get('set-cookie')!.split(';')[0]!
        await asks('/api/auth/session', {
          method: 'DELETE',
          headers: { cookie, authorization: await bearerOf(planner) },
        })
      },
      { demoPeople: agency.accounts },
    )
    expect(rows.map(({ event }) => event)).toEqual(['demo_sign_in', 'session_opened', 'session_ended'])
    expect(new Set(rows.map((row) => row.organization_id))).toEqual(new Set([planner.organizationId]))
  })

  test('tells what somebody was refused, with the request, and counts the rest', async () => {
    const rows = await after(
      planner,
      async (asks) => {
        const authorization = await bearerOf(planner)
        const ask = (path: string, more: object = {}) => asks(path, { headers: { authorization, ...more } })
        await ask(`/api/offline/status/${owner.userId}`, { 'x-request-id': 'first-look' })
        await ask(`/api/offline/status/${randomUUID()}`)
        // over the limit of reads
        for (let nth = 0; nth < 121; nth += 1) await ask(`/api/offline/status/${planner.userId}`)
      },
      { rateLimitPerMinute: 5 },
    )
    expect(rows.map(({ event, code, times, request_id }) => [event, code, times, request_id])).toEqual([
      ['refused', 'other_user_status', 2, 'first-look'],
      ['refused', 'rate_limited', 3, expect.any(String)],
    ])
  })

  test('tells of a forged request whose session was abused', async () => {
    const rows = await after(planner, async (asks) => {
      const opened = await asks('/api/auth/session', {
        method: 'POST',
        headers: { authorization: await bearerOf(planner) },
      })
      const cookie = opened.headers.get('set-cookie')!.split(';')[0]!
      const forged = await asks('/api/offline/sync', {
        method: 'POST',
        headers: { cookie, host: 'plan.example.com', origin: 'https://evil.example.com' },
      })
      expect(forged.status).toBe(403)
    })
    expect(rows.at(-1)).toMatchObject({ event: 'refused', code: 'csrf_failed', times: 1 })
  })

  test('tells how many changes of a batch were not theirs to make, and nothing of what they said', async () => {
    const title = 'a title that is nobody’s business'
    const forbidden = [0, 1, 2].map((nth) => ({
      ...{ changeId: randomUUID(), action: 'update', table: 'people', id: recordOf('people', nth).id },
      data: { role: 'owner' },
    }))
    const fine = {
      changeId: randomUUID(),
      action: 'create',
      table: 'notes',
      id: randomUUID(),
      data: { client_id: recordOf('clients').id, body: title },
    }
    const body = JSON.stringify({ batchId: randomUUID(), deviceId: randomUUID(), changes: [...forbidden, fine] })
    const rows = await after(planner, async (asks) => {
      const headers = { 'content-type': 'application/json', authorization: await bearerOf(planner) }
      expect(await (await asks('/api/offline/sync', { method: 'POST', headers, body })).json()).toMatchObject({
        failures: [{ code: 'forbidden' }, { code: 'forbidden' }, { code: 'forbidden' }],
      })
    })
    expect(rows).toMatchObject([{ event: 'changes_forbidden', times: 3, code: null }])
    expect(JSON.stringify(rows)).not.toContain(title)
  })

  test('has no room for strangers: whoever is nobody leaves no row', async () => {
    await wedding.sql('truncate sync.security_log')
    await after(planner, async (asks) => {
      for (const authorization of ['Bearer not.a.token', await bearerOf({ ...planner }).then((good) => `${good}x`)])
        expect((await asks('/api/offline/sync', { headers: { authorization } })).status).toBe(401)
      expect((await asks('/api/offline/sync')).status).toBe(401)
    })
    expect(await wedding.sql('select * from sync.security_log')).toEqual([])
  })
})

describe('[P7] an owner’s look at somebody else', () => {
  const looks = (at: string) => wedding.phoneOf('owner').asks(`/api/offline/status/${at}`)

  test('is in the log by the time it is answered; a look at oneself is not', async () => {
    await wedding.sql('truncate sync.security_log')
    expect((await looks(planner.userId)).status).toBe(200)
    expect(await logged(owner)).toMatchObject([
      { event: 'status_read', subject_id: planner.userId, organization_id: owner.organizationId, times: 1 },
    ])
    expect((await looks(owner.userId)).status).toBe(200)
    expect(await logged(owner)).toHaveLength(1)
  })

  test('does not happen where it cannot be entered', async () => {
    await wedding.sql('revoke insert on sync.security_log from wedsync_engine')
    try {
      const refused = await looks(planner.userId)
      expect(refused.status).toBe(500)
      expect(refused.text).not.toContain('devices')
      expect((await looks(owner.userId)).status).toBe(200)
    } finally {
      await wedding.sql('grant insert on sync.security_log to wedsync_engine')
    }
  })
})

describe('[P7] what was entered stays', () => {
  test('neither the server nor the engine’s own functions may read, alter or remove an entry', async () => {
    const statements = ['select * from', 'update', 'delete from', 'truncate'].map((verb) =>
      verb === 'update' ? 'update sync.security_log set times = 2' : `${verb} sync.security_log`,
    )
    for (const role of ['wedsync_server', 'wedsync_engine', 'app_owner', 'authenticated'])
      for (const statement of statements) {
        const session = await wedding.database.admin.connect()
        try {
          await session.query(`set role ${role}`)
          await expect(session.query(statement), `${role}: ${statement}`).rejects.toMatchObject({ code: '42501' })
        } finally {
          await session.query('reset role')
          session.release()
        }
      }
  })
})

test('a log that cannot be written holds up no work: it is told loudly, and entered later', async () => {
  const lines: string[] = []
  const events = createEvents(pino({ level: 'info' }, { write: (line: string) => void lines.push(line) }))
  const state = { isAway: true, written: 0 }
  const queue = createEntryQueue(() => {
    if (state.isAway) return Promise.reject(new Error('connection refused'))
    state.written += 1
    return Promise.resolve()
  }, events)
  const log = createSecurityLog(events, queue, () => new Date())
  log.changesForbidden('request-1', planner, 2)
  await queue.close()
  const told = lines.map((line) => JSON.parse(line) as { level: number; audit?: boolean; msg: string; times?: number })
  expect(told).toMatchObject([
    { audit: true, msg: 'changes forbidden', times: 2 },
    { audit: true, level: 50, msg: 'security log cannot be written; kept and tried again' },
  ])
  state.isAway = false
  await queue.close()
  expect(state.written).toBe(1)
})

test('whoever knocks a thousand times without a key fills neither the database nor the disk', () => {
  const lines: string[] = []
  const at = { ms: Date.UTC(2026, 5, 20, 18) }
  const events = createEvents(pino({ level: 'info' }, { write: (line: string) => void lines.push(line) }))
  const add = vi.fn()
  const log = createSecurityLog(events, { add, close: () => Promise.resolve() }, () => new Date(at.ms))
  for (let nth = 0; nth < 1000; nth += 1) log.refused('request-1', null, 'unauthorized', 'GET /api/offline/sync')
  expect(lines).toHaveLength(60)
  at.ms += 60_000
  log.refused('request-2', null, 'unauthorized', 'GET /api/offline/sync')
  expect(JSON.parse(lines[60]!)).toMatchObject({ msg: 'refused as well in the minute before', times: 940, audit: true })
  expect(add).not.toHaveBeenCalled()
  // a mistake in a form is no matter of security
  log.refused('request-3', null, 'validation_failed', 'POST /api/offline/sync')
  expect(lines).toHaveLength(62)
})
