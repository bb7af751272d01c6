import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { findPostmaster } from './find-postmaster.ts'
import { PostgresProblem } from './postgres-problem.ts'
import { startEmbeddedPostgres } from './start-embedded-postgres.ts'

// One database, harmed in every way we could think of. What a start must not do to it is worse than the harm: make it anew,
// or delete what it cannot read. So the guests, in their file, have to be there afterwards as they were.
const home = mkdtempSync(path.join(os.tmpdir(), 'wedsync-damage-'))
chmodSync(home, 0o711)
const original = path.join(home, 'original')
const thrownAway = { home, port: 0, durability: 'throw-away' } as const
let folder: string
let data: string
let guests: string

beforeAll(async () => {
  const postgres = await startEmbeddedPostgres(thrownAway)
  const session = new pg.Client({ connectionString: postgres.adminUrl })
  await session.connect()
  await session.query(`create table guests (name text); insert into guests values ('Ada')`)
  const { rows } = await session.query<{ file: string }>(`select pg_relation_filepath('guests') as file`)
  await session.end()
  await postgres.stop()
  folder = postgres.folder
  data = path.join(folder, 'data')
  guests = path.join(data, rows[0]!.file)
  // the templates are two thirds of all files, and nobody asks for them here
  for (const template of ['base/1', 'base/4']) gone(template)
  execFileSync('cp', ['-a', data, original])
})
afterAll(() => rmSync(home, { recursive: true, force: true }))

const at = (name: string) => path.join(data, name)
const gone = (name: string) => rmSync(at(name), { recursive: true })
const zeroed = (name: string) => writeFileSync(at(name), Buffer.alloc(statSync(at(name)).size))
const log = () => readdirSync(at('pg_wal')).filter((name) => /^[0-9A-F]{24}$/.test(name))

test.each<[string, () => void, RegExp]>([
  ['PG_VERSION gone', () => gone('PG_VERSION'), /PG_VERSION is missing/],
  ['PG_VERSION empty', () => truncateSync(at('PG_VERSION')), /PG_VERSION names no version/],
  ['everything gone', () => readdirSync(data).forEach(gone), /PG_VERSION is missing/],
  ['the data folder gone', () => gone('.'), /its data folder is gone/],
  ['a control file cut off', () => truncateSync(at('global/pg_control'), 100), /"global\/pg_control": read 100 of/],
  ['an empty control file', () => truncateSync(at('global/pg_control')), /"global\/pg_control": read 0 of/],
  ['a control file of noughts', () => zeroed('global/pg_control'), /initialized with PG_CONTROL_VERSION 0/],
  ['no control file', () => gone('global/pg_control'), /global\/pg_control is missing/],
  ['the shared catalog gone', () => gone('global'), /global\/pg_control is missing/],
  ['the list of databases gone', () => gone('global/1262'), /could not open file "global\/1262"/],
  ['the list of databases all noughts', () => zeroed('global/1262'), /database "postgres" does not exist/],
  ['the list of roles gone', () => gone('global/1260'), /could not open file "global\/1260"/],
  ['the map of the shared catalog gone', () => gone('global/pg_filenode.map'), /global\/pg_filenode.map is missing/],
  [
    'the log gone that the control file needs',
    () => log().forEach((name) => gone(`pg_wal/${name}`)),
    /valid checkpoint/,
  ],
  ['the log all noughts', () => log().forEach((name) => zeroed(`pg_wal/${name}`)), /valid checkpoint/],
  ['the folder of the log gone', () => gone('pg_wal'), /"pg_wal" does not exist/],
  ['the outcomes of transactions gone', () => gone('pg_xact'), /could not access status of transaction/],
  ['the folder of the database gone', () => gone('base/5'), /database "postgres" does not exist/],
  ['a catalog of the database gone', () => gone('base/5/pg_filenode.map'), /could not open file/],
])('[P2] %s is told with the way out, and nothing is made anew', async (_what, harm, why) => {
  const told = await toldAfter(harm)
  expect(told).toMatch(why)
  expect(told).toMatch(
    /^The database in \S+ is damaged \(.+\): bring it back from a backup \(npx wedsync restore <file>\), /,
  )
  expect(told).toContain(`or move ${folder} away to begin with an empty one`)
})

test('a folder that another PostgreSQL made is not touched, and both versions are named', async () => {
  const told = await toldAfter(() => writeFileSync(at('PG_VERSION'), '16\n'))
  expect(told).toMatch(
    /was made by PostgreSQL 16, and this WedSync brings 17: start it with the WedSync that made it, /,
  )
})

test.runIf(existsSync('/dev/full'))('on a full disk one is told to make room, and to nothing worse', async () => {
  for (const name of ['wedsync.conf', 'postmaster.opts']) {
    const told = await toldAfter(() => {
      gone(name)
      symlinkSync('/dev/full', at(name))
    })
    expect(told).toMatch(/no space left on device.*make room there/i)
    expect(told).not.toContain('backup')
  }
})

test('files that are closed to us are not taken for missing or damaged ones', async () => {
  for (const harm of [() => chmodSync(data, 0o777), () => takenAway('global/pg_control'), () => takenAway('pg_wal')]) {
    const told = await toldAfter(harm)
    expect(told).toMatch(/invalid permissions|permission denied/i)
    expect(told).toMatch(/user they belong to/)
    expect(told).not.toContain('backup')
  }
})

/** Closed to the user PostgreSQL runs as, whether that is us or, when we are root, another one. */
const takenAway = (name: string) => {
  if (process.getuid?.() === 0) execFileSync('chown', ['-R', 'root:root', at(name)])
  chmodSync(at(name), process.getuid?.() === 0 ? 0o700 : 0)
}

/** What a start says to a harmed folder; then the harm is undone. */
const toldAfter = async (harm: () => void): Promise<string> => {
  harm()
  const before = bytesOf(guests)
  const problem: unknown = await startEmbeddedPostgres(thrownAway).catch((error: unknown) => error)
  expect(bytesOf(guests)).toEqual(before)
  expect(findPostmaster({ dataFolder: data })).toBeUndefined()
  expect(readdirSync(folder).filter((name) => /^(draft|whole)-/.test(name))).toEqual([])
  if (existsSync(data)) execFileSync('chmod', ['-R', 'u+rwX', data])
  execFileSync('rm', ['-rf', data])
  execFileSync('cp', ['-a', original, data])

  expect(problem).toBeInstanceOf(PostgresProblem)
  expect((problem as Error).message).toMatch(/^[^\n]+\.$/)
  return (problem as Error).message
}

const bytesOf = (file: string) => (existsSync(file) ? readFileSync(file) : undefined)
