// Takes a place; hands back the PostgreSQL that runs on its data folder, if one does. A postmaster.pid that speaks of a
// process which is gone, or of one that is something else by now (ids are used again), is no PostgreSQL.
import { spawnSync } from 'node:child_process'
import { readFileSync, rmSync, statSync } from 'node:fs'
import path from 'node:path'
import type { Place } from './place-folder.ts'

export type Postmaster = { pid: number; port: number; isReady: boolean }

export const findPostmaster = ({ dataFolder }: Pick<Place, 'dataFolder'>): Postmaster | undefined => {
  const pidFile = path.join(dataFolder, 'postmaster.pid')
  const empty = emptyLock(pidFile)
  if (empty) return empty === 'fresh' ? { pid: 0, port: 0, isReady: false } : undefined
  // line by line: process id, data folder, start time, port, socket folder, address, shared memory, state
  const lines = readLines(pidFile)
  const pid = Number(lines[0])
  if (!Number.isInteger(pid) || pid <= 0) return undefined
  if (isPostmasterOf(pid, dataFolder)) return { pid, port: Number(lines[3]), isReady: lines[7]?.trim() === 'ready' }
  // PostgreSQL itself would only look whether the process id is in use, and refuse to start
  rmSync(pidFile, { force: true })
  return undefined
}

/** Milliseconds after which nobody is about to write it any more. */
const emptyLockMaxMs = 10_000

// Somebody next door is about to write it, or a machine went down in that instant: PostgreSQL would refuse either way.
const emptyLock = (pidFile: string): 'fresh' | 'stale' | undefined => {
  const found = statSync(pidFile, { throwIfNoEntry: false })
  if (found?.size !== 0) return undefined
  if (Date.now() - found.mtimeMs < emptyLockMaxMs) return 'fresh'
  rmSync(pidFile, { force: true })
  return 'stale'
}

const isPostmasterOf = (pid: number, dataFolder: string): boolean => {
  try {
    process.kill(pid, 0)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false
  }
  const command = commandOf(pid)
  // a folder that was copied while its database ran brings along the process id of the original
  return command === undefined || (/postgres/.test(command) && command.includes(dataFolder))
}

/** How a process was started, as far as this machine tells. */
const commandOf = (pid: number): string | undefined => {
  if (process.platform === 'win32') return undefined
  if (process.platform === 'linux')
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
    } catch {
      return undefined
    }
  const { status, stdout } = spawnSync('ps', ['-ww', '-p', String(pid), '-o', 'args='], { encoding: 'utf8' })
  return status === 0 ? stdout : undefined
}

const readLines = (file: string): string[] => {
  try {
    return readFileSync(file, 'utf8').split('\n')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}
