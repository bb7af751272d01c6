import pg from 'pg'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { startEmbeddedPostgres, type EmbeddedPostgres } from './start-embedded-postgres.ts'

// One home that most tests start and stop again: making a cluster is the slow part.
const shelter = mkdtempSync(path.join(os.tmpdir(), 'wedsync-start-'))
chmodSync(shelter, 0o711)
const home = path.join(shelter, 'home')

beforeAll(async () => {
  const first = await startEmbeddedPostgres({ home, port: 0 })
  await ask(first, 'create table guests (name text); insert into guests values ($$Ada$$)')
  await first.stop()
})
afterAll(() => rmSync(shelter, { recursive: true, force: true }))

test('only who knows the password comes in, and only from this machine', async () => {
  const postgres = await started()
  const stranger = new pg.Client({ connectionString: postgres.adminUrl.replace(/:[^:@]+@/, ':guess@') })
  await expect(stranger.connect()).rejects.toMatchObject({ code: '28P01' })
  expect(await ask(postgres, 'show listen_addresses')).toEqual([{ listen_addresses: '127.0.0.1' }])
  expect(await ask(postgres, 'show unix_socket_directories')).toEqual([{ unix_socket_directories: '' }])
  expect(statSync(path.join(home, 'postgres-password')).mode & 0o777).toBe(0o600)
})

test('what was written is there after the next start, at the same address', async () => {
  const postgres = await started()
  await postgres.stop()
  const again = await started()
  expect(again.adminUrl).toBe(postgres.adminUrl)
  expect(await ask(again, 'select name from guests')).toEqual([{ name: 'Ada' }])
})

test('a database left behind by a process that was killed is taken over, and stopped at the end', async () => {
  await startedAndKilled()
  const postgres = await started()
  expect(postgres.wasRunning).toBe(true)
  expect(await ask(postgres, 'select name from guests')).toEqual([{ name: 'Ada' }])
  await postgres.stop()
  expect(existsSync(path.join(postgres.folder, 'data/postmaster.pid'))).toBe(false)
})

test('who leaves first does not pull the database away from who stays', async () => {
  const [one, other] = await Promise.all([started(), started()])
  expect(one.adminUrl).toBe(other.adminUrl)
  await one.stop()
  expect(await ask(other, 'select name from guests')).toEqual([{ name: 'Ada' }])
  await other.stop()
  await expect(ask(other, 'select 1')).rejects.toThrow('ECONNREFUSED')
})

test('who lost the database does not stop the one that somebody started since', async () => {
  const lost = await started()
  process.kill(postmasterPid(lost), 'SIGKILL')
  const since = await started()
  await lost.stop()
  await lost.stopNow()
  expect(await ask(since, 'select name from guests')).toEqual([{ name: 'Ada' }])
})

test('an empty lock file that a machine left as it went down is no reason not to start', async () => {
  const postgres = await started()
  const lock = path.join(postgres.folder, 'data/postmaster.pid')
  await postgres.stop()
  writeFileSync(lock, '', { mode: 0o600 })
  const { uid, gid } = statSync(path.join(postgres.folder, 'data'))
  if (process.getuid?.() === 0) chownSync(lock, uid, gid)
  const longAgo = new Date(Date.now() - 60_000)
  utimesSync(lock, longAgo, longAgo)
  const again = await started()
  expect(await ask(again, 'select name from guests')).toEqual([{ name: 'Ada' }])
  await again.stop()
})

test('a database that was killed itself comes back with all it acknowledged', async () => {
  const postgres = await started()
  await ask(postgres, 'create table if not exists promises (made int); insert into promises values (1)')
  process.kill(postmasterPid(postgres), 'SIGKILL')
  const again = await started()
  expect(again.wasRunning).toBe(false)
  expect(await ask(again, 'select made from promises')).toEqual([{ made: 1 }])
})

test('a process id that belongs to somebody else by now does not keep the database from starting', async () => {
  const postgres = await started()
  const pidFile = path.join(postgres.folder, 'data/postmaster.pid')
  const lines = readFileSync(pidFile, 'utf8').split('\n')
  await postgres.stop()
  writeFileSync(pidFile, [process.pid, ...lines.slice(1)].join('\n'))
  expect(await ask(await started(), 'select name from guests')).toEqual([{ name: 'Ada' }])
})

test('a folder copied while its database runs becomes a database of its own', async () => {
  const postgres = await started()
  const copy = path.join(shelter, 'copy')
  mkdirSync(copy)
  cpSync(path.join(home, 'postgres-password'), path.join(copy, 'postgres-password'))
  cpSync(postgres.folder, path.join(copy, 'postgres'), { recursive: true })
  const other = await started(copy)
  expect(other.adminUrl).not.toBe(postgres.adminUrl)
  expect(await ask(other, 'select name from guests')).toEqual([{ name: 'Ada' }])
})

test('a port that somebody else took in the meantime costs a new port, not the start', async () => {
  const postgres = await started()
  await postgres.stop()
  const squatter = createServer().listen(Number(new URL(postgres.adminUrl).port), '127.0.0.1')
  onTestFinished(() => void squatter.close())
  await once(squatter, 'listening')
  const again = await started()
  expect(new URL(again.adminUrl).port).not.toBe(new URL(postgres.adminUrl).port)
})

test('it works below a closed folder', async () => {
  const closed = path.join(shelter, 'closed')
  mkdirSync(closed, { mode: 0o700 })
  const postgres = await started(path.join(closed, 'home'))
  expect(await ask(postgres, 'select 1 as one')).toEqual([{ one: 1 }])
  await postgres.stop()
  rmSync(postgres.folder, { recursive: true })
})

const started = async (where = home): Promise<EmbeddedPostgres> => {
  // only the home that is killed has to survive it; the others are looked at once
  const durability = where === home ? 'durable' : 'throw-away'
  const postgres = await startEmbeddedPostgres({ home: where, port: 0, durability })
  onTestFinished(() => postgres.stop())
  return postgres
}

const startedAndKilled = async (): Promise<void> => {
  const code = `const { startEmbeddedPostgres } = await import(${JSON.stringify(import.meta.dirname + '/start-embedded-postgres.ts')})
    await startEmbeddedPostgres({ home: ${JSON.stringify(home)}, port: 0 })
    console.log('started')`
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: ['ignore', 'pipe', 'inherit'] })
  await once(child.stdout, 'data')
  child.kill('SIGKILL')
  await once(child, 'exit')
}

const postmasterPid = ({ folder }: EmbeddedPostgres): number =>
  Number(readFileSync(path.join(folder, 'data/postmaster.pid'), 'utf8').split('\n')[0])

const ask = async ({ adminUrl }: EmbeddedPostgres, sql: string): Promise<unknown[]> => {
  const session = new pg.Client({ connectionString: adminUrl })
  session.on('error', () => undefined)
  await session.connect()
  return (await session.query<Record<string, unknown>>(sql).finally(() => session.end())).rows
}
