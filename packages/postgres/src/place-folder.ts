// Takes the home folder; hands back the folder for the database's own files, given to the user that runs it. Where that
// user may not enter the home (root's own, 0700), it is one only root can have made, found again by home and password.
import { createHash } from 'node:crypto'
import { chmodSync, existsSync, mkdirSync, readdirSync, realpathSync, statSync } from 'node:fs'
import path from 'node:path'
import { rootsOwnPlace } from './find-binaries.ts'
import { canEnter, giveTo, osUserFor } from './os-user.ts'
import type { OsUser } from './run-program.ts'

export type Place = { folder: string; dataFolder: string; logFile: string; portFile: string; user: OsUser | undefined }

export const placeFolder = async (home: string, password: string): Promise<Place> => {
  const inside = path.join(realpathSync(home), 'postgres')
  // a home that was deleted to begin anew, or copied, has another password or path: it never meets older files
  const name = createHash('sha256').update(`${inside}\0${password}`).digest('hex').slice(0, 16)
  const outside = path.join(rootsOwnPlace, `postgres-${name}`)

  const folder = (await staysInside(inside, outside, home)) ? inside : outside
  const user = osUserFor(path.join(folder, 'data'))
  mkdirSync(folder, { recursive: true, mode: 0o755 })
  chmodSync(folder, 0o700)
  giveTo(user, folder)
  return {
    folder,
    dataFolder: path.join(folder, 'data'),
    logFile: path.join(folder, 'server.log'),
    portFile: path.join(folder, 'port'),
    user,
  }
}

const staysInside = async (inside: string, outside: string, home: string): Promise<boolean> => {
  const user = osUserFor(path.join(inside, 'data'))
  if (!user) return true
  if (existsSync(outside)) return false
  // passing through is all that is granted: what lies in it stays closed by itself
  if (holdsOnlyOurs(home)) chmodSync(home, statSync(home).mode | 0o011)
  return canEnter(user, home)
}

/** A home made for us alone, such as a test's; somebody's own home stays as closed as they keep it. */
const holdsOnlyOurs = (home: string): boolean =>
  readdirSync(home).every((name) => /^(postgres|postgres-password|jwt-secret)$/.test(name))
