// Takes a data folder; hands back the user that has to run PostgreSQL on it: nobody in particular for an ordinary user,
// another one for root, whom PostgreSQL refuses.
import { chownSync, lchownSync, readdirSync, readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import { PostgresProblem } from './postgres-problem.ts'
import { runProgram, type OsUser } from './run-program.ts'

const preferred = ['postgres', 'nobody']

export const osUserFor = (dataFolder: string): OsUser | undefined => {
  if (process.getuid?.() !== 0) return undefined
  const users = readUsers()
  const owner = ownerOf(dataFolder)
  // files an ordinary user left here go on belonging to them, so that they can start it again without us
  const user =
    users.find((one) => one.uid === owner && owner !== 0) ??
    preferred.map((name) => users.find((one) => one.name === name)).find((one) => one !== undefined)
  if (!user)
    throw new PostgresProblem(
      'PostgreSQL refuses to run as root and this machine has neither a user `postgres` nor `nobody`: ' +
        'start as an ordinary user, or set DATABASE_URL to a PostgreSQL 15 or later.',
    )
  return user
}

/** Whether the user may enter the folder: one below a closed home (0700) they may not. */
export const canEnter = async (user: OsUser | undefined, folder: string): Promise<boolean> =>
  !user || (await runProgram('/bin/sh', ['-c', 'cd "$1"', 'sh', folder], { as: user, from: '/' })).succeeded

/** Hands a folder and all that is in it to the user that runs the database. */
export const giveTo = (user: OsUser | undefined, folder: string): void => {
  if (!user || ownerOf(folder) === user.uid) return
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' }))
    lchownSync(path.join(folder, name), user.uid, user.gid)
  chownSync(folder, user.uid, user.gid)
}

const ownerOf = (folder: string): number | undefined => statSync(folder, { throwIfNoEntry: false })?.uid

const readUsers = (): OsUser[] =>
  readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'))
    .map(([name, , uid, gid]) => ({ name: name ?? '', uid: Number(uid), gid: Number(gid) }))
