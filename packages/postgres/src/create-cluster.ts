// Takes a place and the password of its superuser; makes the data folder there if there is none yet. It is made under
// another name and then renamed: a start that was killed half-way leaves nothing that looks like a database.
import { randomBytes } from 'node:crypto'
import { appendFileSync, chownSync, existsSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import type { Binaries } from './find-binaries.ts'
import type { Place } from './place-folder.ts'
import { PostgresProblem, reasonOf } from './postgres-problem.ts'
import { runProgram } from './run-program.ts'
import type { Durability } from './server-settings.ts'

export const createCluster = async (
  place: Place,
  binaries: Binaries,
  password: string,
  durability: Durability,
): Promise<void> => {
  if (existsSync(place.dataFolder)) {
    checkLooksWhole(place)
    return
  }
  removeLeftOvers(place.folder)
  const draft = path.join(place.folder, `draft-${process.pid}-${randomBytes(4).toString('hex')}`)
  const passwordFile = `${draft}.password`
  try {
    writeFileSync(passwordFile, password, { mode: 0o600, flag: 'wx' })
    if (place.user) chownSync(passwordFile, place.user.uid, place.user.gid)
    const made = await runProgram(binaries.initdb, initdbArguments(draft, passwordFile, durability), { as: place.user })
    if (!made.succeeded) throw new PostgresProblem(initdbProblem(place, made.said))
    appendFileSync(path.join(draft, 'postgresql.conf'), "\ninclude_if_exists 'wedsync.conf'\n")
    renameSync(draft, place.dataFolder)
  } catch (error) {
    // another start was faster: its folder is as good as ours
    if (!existsSync(place.dataFolder)) throw error
  } finally {
    rmSync(passwordFile, { force: true })
    rmSync(draft, { recursive: true, force: true })
  }
}

const initdbArguments = (draft: string, passwordFile: string, durability: Durability): string[] => [
  ...['--pgdata', draft, '--username', 'postgres', '--pwfile', passwordFile, '--auth', 'scram-sha-256'],
  ...['--encoding', 'UTF8', '--locale', 'C', '--locale-provider', 'builtin', '--builtin-locale', 'C.UTF-8'],
  ...['--no-instructions', durability === 'durable' ? '--data-checksums' : '--no-sync'],
]

const checkLooksWhole = ({ folder, dataFolder }: Place): void => {
  const missing = ['PG_VERSION', 'postgresql.conf', 'global/pg_control'].find(
    (name) => !existsSync(path.join(dataFolder, name)),
  )
  if (missing)
    throw new PostgresProblem(
      `The database in ${dataFolder} is damaged (${missing} is missing): ` +
        `bring it back from a backup, or move ${folder} away to begin with an empty one.`,
    )
}

const initdbProblem = (place: Place, said: string): string => {
  const lines = said.trim().split('\n')
  const reason = lines.find((line) => /error:|FATAL|PANIC/.test(line)) ?? lines.at(-1) ?? ''
  return (
    `PostgreSQL could not make its files in ${place.folder} (${reasonOf(reason)}): ` +
    'make room or rights there, point WEDSYNC_HOME at another folder, or set DATABASE_URL.'
  )
}

/** Drafts of starts that were killed; those of a process that still runs are left alone. */
const removeLeftOvers = (folder: string): void => {
  for (const name of readdirSync(folder)) {
    const maker = Number(/^draft-(\d+)-/.exec(name)?.[1] ?? Number.NaN)
    if (!Number.isNaN(maker) && !isAlive(maker)) rmSync(path.join(folder, name), { recursive: true, force: true })
  }
}

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
