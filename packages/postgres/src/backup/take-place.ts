// Takes a whole data folder; it becomes the database's, and the present one is moved aside under a name that says when. In
// no instant is there half a folder under the database's name: either the present one stands there, or nothing does, and
// then whoever starts next finds the whole one and finishes this.
import { closeSync, existsSync, openSync, renameSync, rmSync } from 'node:fs'
import path from 'node:path'
import { findWhole } from '../drafts.ts'
import { findPostmaster } from '../find-postmaster.ts'
import type { Place } from '../place-folder.ts'
import { PostgresProblem } from '../postgres-problem.ts'
import { flushFolder } from './flush-folder.ts'

/** Hands back where the present data is now, if there was any. */
export const takePlace = (place: Place, whole: string, now: Date): string | undefined => {
  const aside = existsSync(place.dataFolder) ? moveAside(place, now) : undefined
  giveName(place, whole)
  if (aside !== undefined) rmSync(path.join(aside, lockName), { force: true })
  return aside
}

/** A restore that was cut off after the present data was moved aside: what it had made whole takes the empty place. */
export const finishRestore = (place: Place): void => {
  const whole = existsSync(place.dataFolder) ? undefined : findWhole(place.folder)
  if (whole !== undefined) giveName(place, whole)
}

export const isRunning = (place: Place): PostgresProblem =>
  new PostgresProblem(
    `The database in ${place.folder} is in use, so nothing was changed: stop WedSync, and then restore.`,
  )

const moveAside = (place: Place, now: Date): string => {
  keepOthersOut(place)
  const aside = `${place.dataFolder}-before-restore-${now.toISOString().replaceAll(':', '-')}`
  try {
    renameSync(place.dataFolder, aside)
    flushFolder(place.folder)
    return aside
  } catch (error) {
    rmSync(path.join(place.dataFolder, lockName), { force: true })
    throw error
  }
}

const lockName = 'postmaster.pid'

/** An empty lock file of PostgreSQL's own: a start next door waits for it, so nobody is on the folder while it moves. */
const keepOthersOut = (place: Place): void => {
  const lock = path.join(place.dataFolder, lockName)
  // looking for who runs removes a lock that was left behind
  if (findPostmaster(place)) throw isRunning(place)
  try {
    closeSync(openSync(lock, 'wx', 0o600))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw isRunning(place)
    throw error
  }
}

const giveName = (place: Place, whole: string): void => {
  try {
    renameSync(whole, place.dataFolder)
  } catch (error) {
    // somebody who starts next door has just finished it for us
    if (existsSync(whole) || !existsSync(place.dataFolder)) throw error
  }
  flushFolder(place.folder)
}
