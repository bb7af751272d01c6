// Takes a data folder that may be in use; hands out, one by one, the folders and files of it that belong in a backup. What
// PostgreSQL's documentation says to leave out is left out: it speaks of a running server, or is made anew.
import type { Dirent } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import path from 'node:path'

export type DataEntry = { kind: 'folder' | 'file'; path: string }

/** It comes last, as in PostgreSQL's own backups: it must not be older than what it speaks of. */
export const controlFile = 'global/pg_control'

export const walkData = async function* (dataFolder: string): AsyncGenerator<DataEntry> {
  yield* walk(dataFolder, '')
  yield { kind: 'file', path: controlFile }
}

const walk = async function* (dataFolder: string, below: string): AsyncGenerator<DataEntry> {
  for (const entry of await list(path.join(dataFolder, below))) {
    const name = below === '' ? entry.name : `${below}/${entry.name}`
    if (leftOut.test(name) || name === controlFile) continue
    const kind = await kindOf(entry, path.join(dataFolder, name))
    if (kind) yield { kind, path: name }
    if (kind === 'folder' && !keptEmpty.test(name)) yield* walk(dataFolder, name)
  }
}

/** PostgreSQL wants these to be there. The segments of pg_wal that the backup needs are put in by themselves. */
const keptEmpty = /^pg_(wal|replslot|dynshmem|notify|serial|snapshots|stat_tmp|subtrans)$/

/** What is said of the server that runs, caches, and what belongs to sessions. */
const leftOut = new RegExp(
  [
    '^(postmaster\\.(pid|opts)|postgresql\\.auto\\.conf\\.tmp|current_logfiles.*|backup_manifest)$',
    '^(backup_label|tablespace_map)(\\.old)?$',
    '(^|/)(pg_internal\\.init|pgsql_tmp|t\\d+_\\d+)[^/]*$',
  ].join('|'),
)

const kindOf = async (entry: Dirent, file: string): Promise<DataEntry['kind'] | undefined> => {
  const found = entry.isSymbolicLink() ? await stat(file) : entry
  return found.isDirectory() ? 'folder' : found.isFile() ? 'file' : undefined
}

/** The folder of a database that was dropped in the meantime is an empty one. */
const list = async (folder: string): Promise<Dirent[]> => {
  try {
    return await readdir(folder, { withFileTypes: true })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}
