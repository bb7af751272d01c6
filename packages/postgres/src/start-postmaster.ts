// Takes a place with a data folder; starts PostgreSQL on it and hands back what came of it. What may pass (a port taken
// in the same instant, a start next door) is an answer; what does not pass is one sentence with the way out.
import { closeSync, existsSync, fstatSync, openSync, readSync, rmSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { choosePort } from './choose-port.ts'
import { dataProblem } from './data-problem.ts'
import type { Binaries } from './find-binaries.ts'
import type { Place } from './place-folder.ts'
import { runProgram } from './run-program.ts'
import { serverSettings, type Durability } from './server-settings.ts'

/** Seconds for recovery after a crash, on a slow disk. */
const startSecondsMax = 120
/** Bytes after which the log starts anew: it is for reading after a failed start, not for keeping. */
const logBytesMax = 5_000_000

export const startPostmaster = async (
  place: Place,
  binaries: Binaries,
  durability: Durability,
  wishedPort: number,
): Promise<'started' | 'try again'> => {
  const port = await choosePort(place.portFile, wishedPort)
  // read by another user when we are root, inside a folder closed to everybody else
  writeFileSync(path.join(place.dataFolder, 'wedsync.conf'), serverSettings(port, durability), { mode: 0o644 })
  if (sizeOf(place.logFile) > logBytesMax) rmSync(place.logFile)
  const alreadyLogged = sizeOf(place.logFile)

  const folders = ['--pgdata', place.dataFolder, '--log', place.logFile]
  const waiting = ['--wait', '--timeout', String(startSecondsMax)]
  const started = await runProgram(binaries.pgCtl, ['start', '--silent', ...waiting, ...folders], {
    as: place.user,
    from: place.folder,
    quiet: true,
  })
  if (started.succeeded) return 'started'

  const log = readFrom(place.logFile, alreadyLogged)
  if (passes.test(log)) return 'try again'
  throw dataProblem(place.folder, reasonIn(log), place.logFile)
}

const passes =
  /could not bind|could not create any TCP\/IP sockets|lock file ".*" (already exists|is empty)|pre-existing shared memory block|the database system is (shutting down|starting up)/

/** The line that ended the start, and what PostgreSQL adds to it. */
const reasonIn = (log: string): string => {
  const lines = log.split('\n')
  const at = [/(FATAL|PANIC):/, /could not (?!find)/]
    .map((one) => lines.findIndex((line) => one.test(line)))
    .find((one) => one >= 0)
  if (at === undefined) return 'it does not start, and says nothing'
  const [line, next] = [lines[at] ?? '', lines[at + 1] ?? '']
  const detail = /DETAIL: +(.*?)\.?$/.exec(next)?.[1]
  return [line.replace(/^.*?(FATAL|PANIC|LOG): +|^but /, ''), ...(detail ? [detail] : [])].join('; ')
}

const sizeOf = (file: string): number => (existsSync(file) ? statSync(file).size : 0)

const readFrom = (file: string, start: number): string => {
  if (!existsSync(file)) return ''
  const handle = openSync(file, 'r')
  try {
    const text = Buffer.alloc(Math.max(0, fstatSync(handle).size - start))
    readSync(handle, text, 0, text.length, start)
    return text.toString('utf8')
  } finally {
    closeSync(handle)
  }
}
