import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, statSync } from 'node:fs'
import path from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { aHome, ask, startedIn } from '../testing/a-home.ts'
import { aBuilder, aWriter } from '../testing/busy-database.ts'
import { readEntries, remakeBackup, type BackupEntry } from '../testing/remake-backup.ts'
import { backUp } from './back-up.ts'
import type { Manifest } from './manifest.ts'
import { restore } from './restore.ts'

// One database and one backup of it, taken while three devices write and somebody builds and clears away.
const { shelter, home, folder, data, note, notes, started } = aHome()
const file = path.join(shelter, 'friday.tar.gz')
let acknowledged: number[]
let entries: BackupEntry[]

beforeAll(async () => {
  await note('on Friday')
  const { adminUrl, stop } = await startedIn(home)
  await ask(adminUrl, 'create table promises (writer int, n int, padding text, primary key (writer, n))')
  const writers = [1, 2, 3].map((writer) => aWriter(adminUrl, writer))
  const builder = aBuilder(adminUrl)
  await Promise.all(writers.map((writer) => writer.hasWritten(50)))
  acknowledged = writers.map((writer) => writer.written())
  await backUp({ home, file })
  await Promise.all(writers.map((writer) => writer.hasWritten(writer.written() + 5)))
  await Promise.all([...writers, builder].map((one) => one.stop()))
  await stop()
  entries = await readEntries(file)
})

test('[P2] all that was acknowledged before the backup is in it; another machine puts it back, with its own password', async () => {
  const other = path.join(shelter, 'other')
  expect((await restore({ home: other, file })).aside).toBeUndefined()
  const { adminUrl } = await startedIn(other)
  expect(new URL(adminUrl).password).not.toBe(readFileSync(path.join(home, 'postgres-password'), 'utf8'))

  const rows = await ask<{ writer: number; count: number; last: number }>(
    adminUrl,
    'select writer, count(*)::integer as count, max(n) as last from promises group by writer order by writer',
  )
  expect(rows.map(({ writer }) => writer)).toEqual([1, 2, 3])
  for (const { writer, count, last } of rows) {
    expect(last).toBeGreaterThanOrEqual(acknowledged[writer - 1]!)
    // nothing of a writer is there without what came before it
    expect(count).toBe(last)
  }
  // and PostgreSQL's own checker has nothing to say of any table or index
  await ask(adminUrl, 'create extension amcheck')
  const tables = `select count(*)::integer as wrong from pg_class t, verify_heapam(t.oid) where t.relkind in ('r', 't', 'm')`
  expect(await ask(adminUrl, tables)).toEqual([{ wrong: 0 }])
  const indexes = `select bt_index_check(i.oid, true) from pg_class i join pg_am a on a.oid = i.relam where a.amname = 'btree' and i.relkind = 'i'`
  expect((await ask(adminUrl, indexes)).length).toBeGreaterThan(100)
})

test('a backup is for its owner only, and no password and nothing of the server that ran is in it', () => {
  expect(statSync(file).mode & 0o777).toBe(0o600)
  const names = entries.map(({ name }) => name)
  expect([names[0], names.at(-1)]).toEqual(['wedsync-backup.json', 'manifest.json'])
  expect(names).toContain('data/backup_label')
  const unwanted = /secret|password|postmaster|server\.log|pg_(replslot|stat_tmp|notify|subtrans)\/./
  expect(names.filter((name) => unwanted.test(name))).toEqual([])
  const manifest = manifestOf(entries)
  expect(manifest).toMatchObject({ format: 'wedsync-backup', formatVersion: 1 })
  expect(manifest.postgresVersion).toMatch(/^17\.\d+$/)
  expect(manifest.files.map(({ path: name }) => `data/${name}`)).toEqual(
    entries.slice(1, -1).flatMap(({ name, type }) => (type === 'file' ? [name] : [])),
  )
})

test('what stood there is kept aside, and comes back when it is given its name again', async () => {
  await note('on Saturday')
  const { aside } = await restore({ home, file })
  expect(await notes()).toEqual(['on Friday'])
  renameSync(data, `${data}-of-friday`)
  renameSync(aside!, data)
  expect(await notes()).toEqual(['on Friday', 'on Saturday'])
})

test('[P9] a restore that was cut off is undone or finished by the next start, and never half', async () => {
  const gone = spawnSync(process.execPath, ['--version']).pid
  const [draft, whole] = ['draft', 'whole'].map((word) => path.join(folder, `${word}-${gone}-cut-off`))
  // in the middle of unpacking, or when all was ready but what is here had not been moved yet
  for (const left of [draft!, whole!]) {
    mkdirSync(left)
    cpSync(path.join(data, 'PG_VERSION'), path.join(left, 'PG_VERSION'))
  }
  expect(await notes()).toContain('on Saturday')
  expect(readdirSync(folder).filter((name) => name.endsWith('cut-off'))).toEqual([])
  // between the two renames
  renameSync(data, `${data}-before`)
  renameSync(`${data}-of-friday`, whole!)
  expect(await notes()).toEqual(['on Friday'])
  expect(existsSync(whole!)).toBe(false)
})

test('a backup whose log is missing, though its own list is right, is found out before anything is moved', async () => {
  const isLog = (name: string) => /pg_wal\/[0-9A-F]{24}$/.test(name)
  const bad = path.join(shelter, 'bad.tar.gz')
  const said = { ...manifestOf(entries), files: manifestOf(entries).files.filter((one) => !isLog(one.path)) }
  const kept = entries.slice(0, -1).filter(({ name }) => !isLog(name))
  await remakeBackup([...kept, { ...entries.at(-1)!, bytes: Buffer.from(JSON.stringify(said)) }], bad)
  const before = [readdirSync(folder), statSync(data).ino]
  await expect(restore({ home, file: bad })).rejects.toThrow(/^PostgreSQL cannot start from \S+ \(.+\), so nothing was/)
  expect([readdirSync(folder), statSync(data).ino]).toEqual(before)
})

test('a stopped server is backed up to its last word; one in use is not replaced, one left behind by a crash is', async () => {
  await note('the last word')
  const quiet = path.join(shelter, 'quiet.tar.gz')
  await backUp({ home, file: quiet, port: 0 })
  expect(existsSync(path.join(data, 'postmaster.pid'))).toBe(false)

  const { adminUrl, stop } = await started()
  await expect(restore({ home, file: quiet })).rejects.toThrow(/is in use, so nothing was changed: stop WedSync/)
  await ask(adminUrl, `insert into notes values ('forgotten')`)
  await stop()

  startAndBeKilled()
  expect(existsSync(path.join(data, 'postmaster.pid'))).toBe(true)
  await restore({ home, file: quiet })
  expect(await notes()).toEqual(['on Friday', 'the last word'])
})

test('a database that is stopped under the backup leaves none behind, and says so', async () => {
  const { stopNow } = await started()
  const cut = path.join(shelter, 'cut.tar.gz')
  const made = backUp({ home, file: cut }).catch((error: unknown) => error)
  await expect.poll(() => readdirSync(shelter).some((name) => name.endsWith('.partial')), { interval: 5 }).toBe(true)
  await stopNow()
  expect(String(await made)).toMatch(
    /^PostgresProblem: The database was stopped while it was backed up \(.+\), so there is no backup: take it again\.$/,
  )
  expect(readdirSync(shelter).filter((name) => name.includes('cut'))).toEqual([])
})

test('where there is no database, none is made for a backup; and no file is overwritten', async () => {
  const empty = path.join(shelter, 'empty')
  await expect(backUp({ home: empty, file: `${empty}.tar.gz` })).rejects.toThrow('There is no database in')
  expect(existsSync(empty)).toBe(false)
  await expect(backUp({ home, file })).rejects.toThrow('is there already, and nothing is overwritten')
  expect(readdirSync(shelter).filter((name) => name.endsWith('.partial'))).toEqual([])
})

const manifestOf = (all: BackupEntry[]) => JSON.parse(all.at(-1)!.bytes.toString()) as Manifest

const startAndBeKilled = (): void => {
  const start = JSON.stringify(path.join(import.meta.dirname, '../start-embedded-postgres.ts'))
  const code = `const { startEmbeddedPostgres } = await import(${start})
    await startEmbeddedPostgres({ home: ${JSON.stringify(home)}, port: 0 })
    process.kill(process.pid, 'SIGKILL')`
  spawnSync(process.execPath, ['--input-type=module', '-e', code])
}
