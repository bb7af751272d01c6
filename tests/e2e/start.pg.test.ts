// One command runs it: `node apps/api/src/main.ts` and `npm start` as a person runs them, in a home of their own.
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { startEmbeddedPostgres } from '@wedsync/postgres'
import { startThrowAwayCluster } from '@wedsync/postgres/testing'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'

const project = path.resolve(import.meta.dirname, '../..')
const home = mkdtempSync(path.join(os.tmpdir(), 'wedsync-e2e-'))
let port = 0

beforeAll(async () => {
  port = await aFreePort()
})
afterAll(() => rmSync(home, { recursive: true, force: true }))

test('the first start is ready in 20 seconds, says where it is, and shows a page before the app is built', async () => {
  const server = aServer()
  await server.isReady(20_000)
  const page = await fetch(`${server.address}/`)
  expect(page.status).toBe(200)
  expect(page.headers.get('content-type')).toContain('text/html')
  await server.says(`WedSync is at ${server.address}`)
  await changeSomething()

  expect(await server.endsOn('SIGTERM')).toBe(0)
  expectNothingLeft()
})

test('a second start is ready in 3 seconds and has kept the data; streams do not keep it from stopping', async () => {
  const server = await aServerReadyIn(3_000)
  expect(await readWhatChanged()).toEqual([{ note: 'first' }])

  const stream = await fetch(`${server.address}/api/offline/stream`)
  const read = stream.body?.getReader().read()
  const began = performance.now()
  expect(await server.endsOn('SIGINT')).toBe(0)
  expect(performance.now() - began).toBeLessThan(4_000)
  await read?.catch(() => undefined)
  expectNothingLeft()
})

test('after the server was killed the next start just works', async () => {
  const killed = aServer()
  await killed.isReady(10_000)
  await killed.endsOn('SIGKILL')

  const server = aServer()
  await server.isReady(10_000)
  expect(await readWhatChanged()).toEqual([{ note: 'first' }])
  expect(await server.endsOn('SIGTERM')).toBe(0)
  expectNothingLeft()
})

test('a port in use is told in one sentence, and nothing is started', async () => {
  const squatter = createServer().listen(port, '127.0.0.1')
  onTestFinished(() => void squatter.close())
  await once(squatter, 'listening')
  const server = aServer()
  expect(await server.ends()).toBe(1)
  expect(server.said().trim()).toMatch(new RegExp(`^Port ${port} on 127\\.0\\.0\\.1 is in use.*$`))
  expectNothingLeft()
})

test('a second server in the same home does not pull the database away from the first', async () => {
  const server = aServer()
  await server.isReady(10_000)
  const other = aServer({ PORT: String(await aFreePort()) })
  await other.isReady(10_000)
  expect(await other.endsOn('SIGTERM')).toBe(0)
  await server.isReady(1_000)
  expect(await server.endsOn('SIGTERM')).toBe(0)
  expectNothingLeft()
})

test('[P2] a damaged database is told in one sentence, wherever the start meets it, and is left as it is', async () => {
  const [table] = await inItsDatabase<{ file: string }>(`select pg_relation_filepath('sync.records') as file`)
  for (const name of ['global/pg_control', table!.file]) {
    const file = path.join(home, 'postgres/data', name)
    renameSync(file, `${home}/kept`)
    const server = aServer()
    expect(await server.ends()).toBe(1)
    expect(server.said()).toMatch(/^The database in \S+ is damaged \(.+\): bring it back from a backup .+\.\n$/)
    expectNothingLeft()
    renameSync(`${home}/kept`, file)
  }
  expect(await readWhatChanged()).toEqual([{ note: 'first' }])
})

test('settings that are wrong are all told, without a stack', async () => {
  const server = aServer({ PORT: 'four', JWT_SECRET: 'short' })
  expect(await server.ends()).toBe(1)
  expect(server.said()).toMatch(/- PORT is "four".*\n.*- JWT_SECRET is shorter than 32 bytes/)
  expect(server.said()).not.toMatch(/^\s+at /m)
})

test('a database of one’s own without a way to recognize people is refused, before anything of it is touched', async () => {
  const cluster = await startThrowAwayCluster()
  onTestFinished(cluster.stop)
  const server = aServer({ DATABASE_URL: cluster.adminUrl })
  expect(await server.ends()).toBe(1)
  expect(server.said()).toMatch(/- DATABASE_URL is set, and neither JWT_SECRET nor JWKS_URL/)
  expect(server.said()).not.toContain(new URL(cluster.adminUrl).password)
  expect(await ask(cluster.adminUrl, `select nspname from pg_namespace where nspname = 'sync'`)).toEqual([])
})

test('npm start stops all it started when npm is told to stop', async () => {
  const server = aServer({}, ['npm', 'start'])
  await server.isReady(20_000)
  expect(await server.endsOn('SIGTERM')).toBe(0)
  await sleep(200)
  expectNothingLeft()
})

test('with DATABASE_URL it brings that database up to date and serves it as a role that owns nothing', async () => {
  const cluster = await startThrowAwayCluster()
  onTestFinished(cluster.stop)
  const server = aServer({ DATABASE_URL: cluster.adminUrl, JWT_SECRET: 'a secret that is thirty-two bytes long' })
  await server.isReady(20_000)
  expect((await fetch(`${server.address}/api/auth/demo`)).status).toBe(404)
  const users = await ask(
    cluster.adminUrl,
    `select distinct usename from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid() and usename <> 'postgres'`,
  )
  expect(users).toEqual([{ usename: 'wedsync_server' }])
  expect(await server.endsOn('SIGTERM')).toBe(0)
})

type Server = {
  address: string
  isReady: (withinMs: number) => Promise<void>
  says: (text: string) => Promise<void>
  said: () => string
  ends: () => Promise<number | null>
  endsOn: (signal: NodeJS.Signals) => Promise<number | null>
}

const aServer = (
  settings: Record<string, string> = {},
  command = [process.execPath, 'apps/api/src/main.ts'],
): Server => {
  const clean = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(DATABASE_|JWT_|JWKS_|npm_|HOST$)/.test(name)),
  )
  const env = { ...clean, WEDSYNC_HOME: home, PORT: String(port), LOG_LEVEL: 'warn', ...settings }
  const child = spawn(command[0]!, command.slice(1), { cwd: project, env, stdio: ['ignore', 'pipe', 'pipe'] })
  let text = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (more: string) => (text += more))
  onTestFinished(async () => {
    if (isOver(child)) return
    child.kill('SIGTERM')
    await once(child, 'exit')
  })
  const address = `http://127.0.0.1:${env.PORT}`
  const ends = async (): Promise<number | null> => {
    if (!isOver(child)) await once(child, 'close')
    return child.exitCode
  }
  return {
    address,
    said: () => text,
    ends,
    async isReady(withinMs) {
      await until(withinMs, async () => {
        if (isOver(child)) throw new Error(`the server ended: ${text}`)
        return (await fetch(`${address}/api/health/ready`)).ok
      })
    },
    says: (words) => until(2_000, () => Promise.resolve(text.includes(words))),
    endsOn(signal) {
      child.kill(signal)
      return ends()
    },
  }
}

/** A busy machine only ever adds time, so the best of a few tries is what the start itself takes. */
const aServerReadyIn = async (ms: number): Promise<Server> => {
  for (let tries = 1; ; tries += 1) {
    const server = aServer()
    const began = performance.now()
    await server.isReady(20_000)
    if (performance.now() - began < ms) return server
    if (tries === 3) throw new Error(`not once in ${tries} starts ready within ${ms} ms`)
    await server.endsOn('SIGTERM')
  }
}

const isOver = (child: ChildProcess): boolean => child.exitCode !== null || child.signalCode !== null

const until = async (withinMs: number, holds: () => Promise<boolean>): Promise<void> => {
  const giveUpAt = performance.now() + withinMs
  let lastWord: unknown = 'it was not so'
  while (performance.now() < giveUpAt) {
    try {
      if (await holds()) return
    } catch (error) {
      if (error instanceof Error && error.message.startsWith('the server ended')) throw error
      lastWord = error
    }
    await sleep(50)
  }
  throw new Error(`not within ${withinMs} ms`, { cause: lastWord })
}

/** No process of this home: no database, no server, no build that was meant for it. */
const expectNothingLeft = () => {
  expect(existsSync(path.join(home, 'postgres/data/postmaster.pid'))).toBe(false)
  if (process.platform !== 'linux') return
  const left = readdirSync('/proc')
    .filter((pid) => /^\d+$/.test(pid) && Number(pid) !== process.pid)
    .filter((pid) => environmentOf(pid).includes(`WEDSYNC_HOME=${home}\0`))
  expect(left.map((pid) => readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' '))).toEqual([])
}

/** Every process the server starts inherits the home in its environment, whatever it is called. */
const environmentOf = (pid: string): string => {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1')
  } catch {
    return ''
  }
}

const changeSomething = () =>
  inItsDatabase(`create table public.e2e_notes (note text); insert into public.e2e_notes values ('first')`)
const readWhatChanged = () => inItsDatabase('select note from public.e2e_notes')

const inItsDatabase = async <Row extends pg.QueryResultRow>(sql: string): Promise<Row[]> => {
  const { adminUrl, stop } = await startEmbeddedPostgres({ home })
  return ask<Row>(adminUrl, sql).finally(stop)
}

const ask = async <Row extends pg.QueryResultRow>(url: string, sql: string): Promise<Row[]> => {
  const session = new pg.Client({ connectionString: url })
  await session.connect()
  return (await session.query<Row>(sql).finally(() => session.end())).rows
}

const aFreePort = async (): Promise<number> => {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const { port: free } = probe.address() as AddressInfo
  probe.close()
  await once(probe, 'close')
  return free
}
