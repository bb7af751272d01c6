import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { PostgresProblem } from '../postgres-problem.ts'
import { remakeBackup, type BackupEntry } from '../testing/remake-backup.ts'
import { checkIsFile, readArchive } from './read-archive.ts'

const shelter = mkdtempSync(path.join(os.tmpdir(), 'wedsync-archive-'))
afterAll(() => rmSync(shelter, { recursive: true, force: true }))

// A small backup, as one of a database is: what it is, then folders and files, then the list of them.
const head = { format: 'wedsync-backup', formatVersion: 1, postgresVersion: '17.10', platform: 'any', startLsn: '0/28' }
const entryOf = (name: string, bytes: string | Buffer): BackupEntry => ({
  name,
  type: 'file',
  bytes: Buffer.from(bytes),
})
const folder = (name: string): BackupEntry => ({ name, type: 'directory', bytes: Buffer.alloc(0) })
const page = entryOf('data/global/1262', Buffer.alloc(100_000, 'the guests of the wedding'))
const contents = [entryOf('data/PG_VERSION', '17\n'), folder('data/global'), page, folder('data/pg_notify')]
const withoutData = (name: string) => name.replace(/^data\//, '')
const listOf = (entries: BackupEntry[]) => ({
  ...head,
  folders: entries.flatMap(({ name, type }) => (type === 'directory' ? [withoutData(name)] : [])),
  files: entries.flatMap(({ name, type, bytes }) =>
    type === 'file'
      ? [{ path: withoutData(name), size: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') }]
      : [],
  ),
})
const backup = [
  entryOf('wedsync-backup.json', JSON.stringify(head)),
  ...contents,
  entryOf('manifest.json', JSON.stringify(listOf(contents))),
]

test('a backup is unpacked as it was, for its owner only', async () => {
  const { draft, manifest } = await unpacked((to) => remakeBackup(backup, to))
  expect(manifest.files.map((one) => one.path)).toEqual(['PG_VERSION', 'global/1262'])
  expect(readFileSync(path.join(draft, 'global/1262'))).toEqual(page.bytes)
  expect(readdirSync(draft).sort()).toEqual(['PG_VERSION', 'global', 'pg_notify'])
  expect(statSync(path.join(draft, 'global/1262')).mode & 0o777).toBe(0o600)
})

type Make = (to: string) => Promise<void> | void

/** The backup's bytes on the disk, changed. */
const bytes =
  (change: (whole: Buffer) => Buffer): Make =>
  async (to) => {
    await remakeBackup(backup, to)
    writeFileSync(to, change(readFileSync(to)))
  }
const aFolder: Make = (to) => {
  mkdirSync(to)
}
/** One entry of it replaced by others. */
const where =
  (wanted: string, change: (entry: BackupEntry) => BackupEntry[]): Make =>
  (to) =>
    remakeBackup(
      backup.flatMap((entry) => (entry.name === wanted ? change(entry) : [entry])),
      to,
    )
const saying = (more: object): Make =>
  where('wedsync-backup.json', ({ name }) => [entryOf(name, JSON.stringify({ ...head, ...more }))])
const flipped = (whole: Buffer): Buffer => {
  const copy = Buffer.from(whole)
  copy[copy.length >> 1]! ^= 0x40
  return copy
}

test.each<[string, Make, RegExp]>([
  ['that is not there', () => undefined, /^There is no backup at /],
  ['that is a folder', aFolder, /is no backup made by `wedsync backup`/],
  ['that is empty', (to) => writeFileSync(to, ''), /is no backup made by/],
  ['that is a letter', (to) => writeFileSync(to, 'Dear Priya, all went well.'), /is no backup made by/],
  ['that is another archive', (to) => remakeBackup(contents, to), /is no backup made by/],
  ['that only says it is one', saying({ postgresVersion: undefined }), /is no backup made by/],
  ['that was cut off', bytes((whole) => whole.subarray(0, whole.length - 100)), /damaged \(unexpected end of file\)/],
  ['with a byte that changed', bytes(flipped), /^The backup \S+ is damaged \(/],
  ['with a page that changed', where(page.name, (one) => [{ ...one, bytes: flipped(one.bytes) }]), /1262 is not as it/],
  [
    'with a shorter file',
    where(page.name, (one) => [{ ...one, bytes: one.bytes.subarray(1) }]),
    /1262 is not as it was/,
  ],
  ['with a file too few', where(page.name, () => []), /damaged \(global\/1262 is missing\)/],
  ['with a folder too few', where('data/pg_notify', () => []), /damaged \(pg_notify is missing\)/],
  ['with a file too many', where(page.name, (one) => [one, { ...one, name: 'data/global/9' }]), /more in it than/],
  ['with a file twice', where(page.name, (one) => [one, one]), /damaged \(it holds data\/global\/1262\)/],
  ['that reaches out of its folder', where(page.name, (one) => [one, { ...one, name: 'data/../../x' }]), /data\/\.\./],
  ['that reaches anywhere', where(page.name, (one) => [one, { ...one, name: '/tmp/x' }]), /it holds \/tmp\/x/],
  ['with a link in it', where(page.name, (one) => [one, { ...one, name: 'data/x', type: 'symlink' }]), /is no file/],
  ['without its list', where('manifest.json', () => []), /damaged \(its end is missing\)/],
  ['whose list is none', where('manifest.json', ({ name }) => [entryOf(name, '{"files":[1]}')]), /its list of files/],
  ['with something behind its end', where('manifest.json', (one) => [one, page]), /more in it than/],
  [
    'of another major version',
    saying({ postgresVersion: '16.4' }),
    /made by PostgreSQL 16, and this WedSync brings 17/,
  ],
  ['of a later WedSync', saying({ formatVersion: 2 }), /by a later WedSync/],
])('a backup %s is refused in one sentence', async (_which, make, why) => {
  const problem = await unpacked(make).catch((error: unknown) => error)
  expect(problem).toBeInstanceOf(PostgresProblem)
  const told = (problem as Error).message
  expect(told).toMatch(why)
  expect(told).toMatch(/^[^\n]+so nothing was changed[^\n]*\.$/)
  expect(existsSync(path.join(shelter, 'x'))).toBe(false)
})

const unpacked = async (make: Make) => {
  const folderOfOne = mkdtempSync(path.join(shelter, 'one-'))
  const [file, draft] = [path.join(folderOfOne, 'backup.tar.gz'), path.join(folderOfOne, 'draft')]
  mkdirSync(draft)
  await make(file)
  checkIsFile(file)
  return { draft, manifest: await readArchive({ file, draft, ourVersion: '17.10' }) }
}
