// The guard of a throw-away cluster: takes its home as argument and the folder of its files on standard input. When the
// input ends, whoever started us is done or dead: the database is stopped where it stands, and its files are removed.
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import path from 'node:path'

const home = process.argv[2]!
// signals that end the tests are not for us
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined)

const folder = (await text(process.stdin)) || path.join(home, 'postgres')
const pidFile = path.join(folder, 'data/postmaster.pid')
if (existsSync(pidFile)) {
  const pid = Number(readFileSync(pidFile, 'utf8').split('\n')[0])
  // SIGQUIT is PostgreSQL's immediate shutdown: no checkpoint for files that nobody reads again
  sendTo(pid, 'SIGQUIT')
  for (let waitedMs = 0; existsSync(pidFile) && sendTo(pid, 0) && waitedMs < 10_000; waitedMs += 20) await sleep(20)
}
for (const one of [folder, home]) rmSync(one, { recursive: true, force: true, maxRetries: 5 })

function sendTo(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, signal)
  } catch {
    return false
  }
}
