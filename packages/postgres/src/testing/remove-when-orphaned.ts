// The guard of a throw-away cluster: takes its home as argument and the folder of its files on standard input. When the
// input ends, whoever started us is done or dead: the database is stopped where it stands, and its files are removed.
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import path from 'node:path'

const home = process.argv[2]!
/** A start that was cut off may go on for a moment by itself, and put files where we have just removed them. */
const quietMsWanted = 1000
const patienceMs = 30_000

// signals that end the tests are not for us
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined)

const [folder, word] = (await text(process.stdin)).split('\n')
const places = [folder || path.join(home, 'postgres'), home]
const pidFile = path.join(places[0]!, 'data/postmaster.pid')

const giveUpAt = performance.now() + patienceMs
let quietSince = performance.now()
do {
  if (places.some((place) => existsSync(place))) quietSince = performance.now()
  await stopDatabase()
  removeFiles()
  if (word === 'done') break
  await sleep(100)
} while (performance.now() - quietSince < quietMsWanted && performance.now() < giveUpAt)

async function stopDatabase(): Promise<void> {
  const pid = existsSync(pidFile) ? Number.parseInt(readFileSync(pidFile, 'utf8')) : Number.NaN
  if (Number.isNaN(pid)) return
  // SIGQUIT is PostgreSQL's immediate shutdown: no checkpoint for files that nobody reads again
  sendTo(pid, 'SIGQUIT')
  while (existsSync(pidFile) && sendTo(pid, 0) && performance.now() < giveUpAt) await sleep(20)
}

function sendTo(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, signal)
  } catch {
    return false
  }
}

function removeFiles(): void {
  for (const place of places)
    try {
      rmSync(place, { recursive: true, force: true, maxRetries: 5 })
    } catch {
      // somebody is writing there just now: the next round
    }
}
