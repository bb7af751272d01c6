// Takes the home folder, which may not be there yet; hands back what works on its database need: where the files are, the
// programs, and the superuser's password. Starts nothing and makes no database.
import { mkdirSync } from 'node:fs'
import path from 'node:path'
import { findBinaries, type Binaries } from './find-binaries.ts'
import { keptSecret } from './kept-secret.ts'
import { placeFolder, type Place } from './place-folder.ts'

export type Home = { place: Place; binaries: Binaries; password: string }

export const openHome = async (home: string): Promise<Home> => {
  mkdirSync(home, { recursive: true, mode: 0o755 })
  const password = keptSecret(path.join(home, passwordFile))
  const place = await placeFolder(home, password)
  return { place, binaries: await findBinaries(place.user, home), password }
}

export const passwordFile = 'postgres-password'
