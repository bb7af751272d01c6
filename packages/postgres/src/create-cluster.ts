// Takes a place and the password of its superuser; makes the data folder there if there is none yet. It is made under
// another name and then renamed: a start that was killed half-way leaves nothing that looks like a database.
import {
  appendFileSync,
  chownSync,
  existsSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import path from 'node:path'
import { finishRestore } from './backup/take-place.ts'
import { dataProblem, wayOut } from './data-problem.ts'
import { newDraft, removeLeftOvers } from './drafts.ts'
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
  const hasRun = existsSync(place.portFile)
  finishRestore(place)
  removeLeftOvers(place.folder)
  if (existsSync(place.dataFolder)) {
    checkLooksWhole(place, binaries)
    return
  }
  // a database that was here and is not any more is somebody's loss, and no reason to begin with an empty one
  if (hasRun) throw dataProblem(place.folder, 'its data folder is gone')
  const draft = newDraft(place.folder)
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

const checkLooksWhole = ({ folder, dataFolder }: Place, { version }: Binaries): void => {
  const missing = wanted.find((name) => !isThere(path.join(dataFolder, name)))
  if (missing) throw dataProblem(folder, `${missing} is missing`)
  const [made, ours] = [readFileSync(path.join(dataFolder, 'PG_VERSION'), 'utf8').trim(), version.split('.')[0]]
  if (!/^\d+(\.\d+)?$/.test(made)) throw dataProblem(folder, 'PG_VERSION names no version')
  if (made !== ours)
    throw new PostgresProblem(
      `The database in ${folder} was made by PostgreSQL ${made}, and this WedSync brings ${ours}: ` +
        `start it with the WedSync that made it, ${wayOut(folder)}.`,
    )
}

/** Without the last one PostgreSQL starts, and falls, and starts again for ever. */
const wanted = ['PG_VERSION', 'postgresql.conf', 'global/pg_control', 'global/pg_filenode.map']

/** A file one may not look at is not a missing one: that error is somebody else's to explain. */
const isThere = (file: string): boolean => {
  try {
    return statSync(file).isFile()
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return false
    throw error
  }
}

const initdbProblem = (place: Place, said: string): string => {
  const lines = said.trim().split('\n')
  const reason = lines.find((line) => /error:|FATAL|PANIC/.test(line)) ?? lines.at(-1) ?? ''
  return (
    `PostgreSQL could not make its files in ${place.folder} (${reasonOf(reason)}): ` +
    'make room or rights there, point WEDSYNC_HOME at another folder, or set DATABASE_URL.'
  )
}
