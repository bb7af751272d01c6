// Hands back an empty PostgreSQL in a temporary folder, quick because nothing of it has to survive. Stopped and removed
// when told, and also when this process dies without a word: a guard beside it waits for its end.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { startEmbeddedPostgres } from '../start-embedded-postgres.ts'

export type ThrowAwayCluster = {
  adminUrl: string
  folder: string
  /** After somebody killed it: on the same files, at the same address. */
  startAgain: () => Promise<void>
  stop: () => Promise<void>
}

export const startThrowAwayCluster = async (): Promise<ThrowAwayCluster> => {
  const home = mkdtempSync(path.join(os.tmpdir(), 'wedsync-test-'))
  const guard = spawn(process.execPath, [path.join(import.meta.dirname, 'remove-when-orphaned.ts'), home], {
    stdio: ['pipe', 'ignore', 'inherit'],
    cwd: os.tmpdir(),
    // its own group: Ctrl-C at the terminal ends the tests, and then the guard has its work to do
    detached: true,
  })
  guard.unref()
  const toGuard = guard.stdin as typeof guard.stdin & { unref: () => void }
  toGuard.unref()
  toGuard.on('error', () => undefined)
  const stop = async () => {
    if (guard.exitCode !== null) return
    guard.ref()
    const ended = once(guard, 'exit')
    toGuard.end('\ndone')
    await ended
  }
  try {
    // nothing near the usual port: a person's own database may be about to start there
    const start = () => startEmbeddedPostgres({ home, durability: 'throw-away', port: 0 })
    const { adminUrl, folder } = await start()
    toGuard.write(folder)
    const startAgain = async () => {
      await start()
    }
    return { adminUrl, folder, startAgain, stop }
  } catch (error) {
    await stop()
    throw error
  }
}
