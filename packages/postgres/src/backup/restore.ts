// Takes a backup and a home; puts the backup in the place of the database there, which is moved aside and never deleted.
// Everything is unpacked, checked and recovered beside it first: what goes wrong before the last two renames has changed
// nothing, and what is cut off between them is finished by whoever starts next.  Keeps P9: devices tell by the marks.
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import path from 'node:path'
import { newDraft, removeLeftOvers, wholeOf } from '../drafts.ts'
import { findPostmaster } from '../find-postmaster.ts'
import { openHome, type Home } from '../open-home.ts'
import { giveTo } from '../os-user.ts'
import type { Place } from '../place-folder.ts'
import { fileProblem } from '../postgres-problem.ts'
import { startEmbeddedPostgres } from '../start-embedded-postgres.ts'
import { flushFolder } from './flush-folder.ts'
import { checkIsFile, readArchive } from './read-archive.ts'
import { recoverDraft } from './recover-draft.ts'
import { finishRestore, isRunning, takePlace } from './take-place.ts'

export type RestoreOptions = { home: string; file: string; signal?: AbortSignal }
export type Restored = {
  /** When the last of it was copied: all that was acknowledged by then is in it. */
  asOf: string
  /** Where the data that was here is now. */
  aside: string | undefined
}

export const restore = async ({ home: folder, file, signal }: RestoreOptions): Promise<Restored> => {
  checkIsFile(file)
  try {
    const home = await openHome(path.resolve(folder))
    finishRestore(home.place)
    removeLeftOvers(home.place.folder)
    await checkIsFree(folder, home.place)
    return await putBack(home, file, signal)
  } catch (error) {
    throw fileProblem(folder, error)
  }
}

const putBack = async (home: Home, file: string, signal: AbortSignal | undefined): Promise<Restored> => {
  const { place, binaries } = home
  const draft = newDraft(place.folder)
  const whole = wholeOf(draft)
  try {
    mkdirSync(draft, { mode: 0o700 })
    const { endedAt: asOf } = await readArchive({ file, draft, ourVersion: binaries.version, signal })
    giveTo(place.user, draft)
    await recoverDraft(draft, home, file)
    signal?.throwIfAborted()
    renameSync(draft, whole)
    flushFolder(place.folder)
    return { asOf, aside: takePlace(place, whole, new Date()) }
  } finally {
    rmSync(draft, { recursive: true, force: true })
    // when nothing stands in the place, this is what will
    if (existsSync(place.dataFolder)) rmSync(whole, { recursive: true, force: true })
  }
}

/** One that a killed process left behind is nobody's, and is stopped; one that is in use stays. */
const checkIsFree = async (home: string, place: Place): Promise<void> => {
  if (!findPostmaster(place)) return
  const postgres = await startEmbeddedPostgres({ home }).catch(() => undefined)
  await postgres?.stop()
  if (findPostmaster(place)) throw isRunning(place)
}
