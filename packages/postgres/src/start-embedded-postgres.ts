// Takes a home folder; hands back the address of a PostgreSQL that keeps its files there, started if it does not run yet.
// Works as root, whom PostgreSQL refuses, below a closed home, and after a crash of anything. Listens on 127.0.0.1 only,
// and lets in only who knows the password kept in the home folder.
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { createCluster } from './create-cluster.ts'
import { explainFailure } from './data-problem.ts'
import type { Binaries } from './find-binaries.ts'
import { findPostmaster } from './find-postmaster.ts'
import { openHome } from './open-home.ts'
import type { Place } from './place-folder.ts'
import { fileProblem, PostgresProblem, reasonOf } from './postgres-problem.ts'
import { runProgram } from './run-program.ts'
import type { Durability } from './server-settings.ts'
import { startPostmaster } from './start-postmaster.ts'
import { stayInUse, type Hold } from './stay-in-use.ts'

export type EmbeddedPostgres = {
  /** The superuser `postgres`: for migrations, never for serving. */
  adminUrl: string
  /** Where the database's own files are: in the home, unless the user PostgreSQL runs as may not enter it. */
  folder: string
  /** It ran already: another process uses it, or one that was killed left it behind. */
  wasRunning: boolean
  /** Stops it, unless another process still uses it. */
  stop: () => Promise<void>
  /** Stops it now, whoever uses it, without waiting for what it is doing; nothing acknowledged is lost. */
  stopNow: () => Promise<void>
  /** Turns what a session says of damaged files, or of a full disk, into a sentence; hands back anything else. */
  explain: (error: unknown) => unknown
}

export type EmbeddedPostgresOptions = {
  home: string
  durability?: Durability
  /** Tried first on the very first start. */
  port?: number
}

/** Next to the API's 4400, and clear of a PostgreSQL that is installed. */
const usualPort = 54400
/** Seconds for a start next door to end, one way or the other. */
const patienceSeconds = 150

export const startEmbeddedPostgres = async (options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> => {
  const home = path.resolve(options.home)
  try {
    const { place, binaries, password } = await openHome(home)
    const durability = options.durability ?? 'durable'
    await createCluster(place, binaries, password, durability)
    const start = () => startPostmaster(place, binaries, durability, options.port ?? usualPort)
    return await enter(place, binaries, password, start)
  } catch (error) {
    throw fileProblem(home, error)
  }
}

/** Round by round: who runs is asked in, nobody running is started, and who is just stopping is waited for. */
const enter = async (
  place: Place,
  binaries: Binaries,
  password: string,
  start: () => Promise<'started' | 'try again'>,
): Promise<EmbeddedPostgres> => {
  const giveUpAt = performance.now() + patienceSeconds * 1000
  let hasStarted = false
  let lastRefusal = 'it does not answer'
  try {
    while (performance.now() < giveUpAt) {
      const running = findPostmaster(place)
      if (!running && (await start()) === 'started') {
        hasStarted = true
        continue
      }
      if (running?.isReady) {
        const adminUrl = `postgres://postgres:${password}@127.0.0.1:${running.port}/postgres`
        try {
          const hold = await stayInUse(adminUrl)
          return {
            adminUrl,
            folder: place.folder,
            wasRunning: !hasStarted,
            ...usedThrough(place, binaries, hold, running.pid),
          }
        } catch (error) {
          if ((error as { code?: unknown }).code === '28P01') throw wrongPassword(place)
          const explained = explainFailure(place.folder, error)
          if (explained !== error) throw explained
          lastRefusal = reasonOf(error)
        }
      }
      await sleep(100)
    }
    throw new PostgresProblem(
      `The database in ${place.folder} is there but cannot be used (${lastRefusal}): ` +
        `end the process that ${path.join(place.dataFolder, 'postmaster.pid')} names, and start again.`,
    )
  } catch (error) {
    // nobody can use it, so nobody will stop it
    if (hasStarted) await stopAs('immediate', place, binaries)
    throw error
  }
}

const usedThrough = (place: Place, binaries: Binaries, hold: Hold, pid: number) => {
  // ours may have been killed, and somebody else's may run there since
  const stopOurs = async (mode: 'fast' | 'immediate'): Promise<void> => {
    if (findPostmaster(place)?.pid === pid) await stopAs(mode, place, binaries)
  }
  let stopped: Promise<void> | undefined
  return {
    explain: (error: unknown) => explainFailure(place.folder, error),
    stop: () => (stopped ??= hold.release().then((isLast) => (isLast ? stopOurs('fast') : undefined))),
    stopNow: () => stopOurs('immediate'),
  }
}

/** `fast` ends what runs and writes a checkpoint; `immediate` leaves the checkpoint to the next start. */
const stopAs = async (mode: 'fast' | 'immediate', place: Place, binaries: Binaries): Promise<void> => {
  const how = ['--silent', '--wait', '--timeout', '60', '--mode', mode]
  await runProgram(binaries.pgCtl, ['stop', ...how, '--pgdata', place.dataFolder], {
    as: place.user,
    from: place.folder,
  })
}

const wrongPassword = (place: Place): PostgresProblem =>
  new PostgresProblem(
    `The database in ${place.folder} does not know the password kept beside it (postgres-password): ` +
      'bring that file back, or move both away to begin with an empty database.',
  )
