// Takes the name of a file; hands back a way to fill it, entry by entry, and to be done with it. It is written under
// another name, flushed and then renamed: a backup that was cut off is not there. Nothing is held in memory but the next
// piece of an entry, and the hash of each is taken on the way.
import { createHash, randomBytes } from 'node:crypto'
import { createWriteStream, existsSync, renameSync, rmSync } from 'node:fs'
import path from 'node:path'
import { pipeline } from 'node:stream/promises'
import { constants, createGzip } from 'node:zlib'
import { pack, type Pack } from 'tar-stream'
import { PostgresProblem, reasonOf } from '../postgres-problem.ts'
import { flushFolder } from './flush-folder.ts'

export type Entry = { name: string; size: number; bytes: Iterable<Buffer> | AsyncIterable<Buffer> }

export type Archive = {
  addFolder: (name: string) => void
  /** Hands back the SHA-256 of what was written. */
  add: (entry: Entry) => Promise<string>
}

type Fill = (archive: Archive) => Promise<void>

/** Calls `fill`; all of it is on the disk, under its name, when this returns. */
export const writeArchive = async (file: string, fill: Fill, signal?: AbortSignal): Promise<void> => {
  checkIsFree(file)
  const name = `.${path.basename(file)}.${process.pid}-${randomBytes(4).toString('hex')}.partial`
  const draft = path.join(path.dirname(file), name)
  try {
    await writeDraft(draft, fill, signal)
    checkIsFree(file)
    renameSync(draft, file)
    flushFolder(path.dirname(file))
  } finally {
    rmSync(draft, { force: true })
  }
}

const writeDraft = async (draft: string, fill: Fill, signal?: AbortSignal): Promise<void> => {
  const tar = pack()
  // a server runs beside us: its time is worth more than the last fifth of a disk
  const gzip = createGzip({ level: constants.Z_BEST_SPEED })
  const disk = createWriteStream(draft, { mode: 0o600, flags: 'wx', flush: true })
  const written = pipeline(tar, gzip, disk, { ...(signal && { signal }) })
  const filled = fill({ addFolder: (name) => addFolder(tar, name), add: (entry) => add(tar, entry) }).then(
    () => tar.finalize(),
    (error: unknown) => {
      tar.destroy(error as Error)
      throw error
    },
  )
  // one that fails ends the other, which then hands on the same error
  await Promise.all([written, filled]).catch(async (error: unknown) => {
    await Promise.allSettled([written, filled])
    throw isOfDisk(error, draft) ? noRoom(path.dirname(draft), error) : error
  })
}

/** The database's files are opened and read, this one is opened and written. */
const isOfDisk = (error: unknown, draft: string): boolean => {
  const { syscall, path: of } = error as NodeJS.ErrnoException
  return of === draft || ['write', 'writev', 'fsync'].includes(syscall ?? '')
}

const addFolder = (tar: Pack, name: string): void => {
  tar.entry({ name, type: 'directory', mode: 0o700 })
}

const add = async (tar: Pack, { name, size, bytes }: Entry): Promise<string> => {
  const hash = createHash('sha256')
  const hashed = async function* () {
    for await (const chunk of bytes) {
      hash.update(chunk)
      yield chunk
    }
  }
  await pipeline(hashed, tar.entry({ name, size, mode: 0o600 }))
  return hash.digest('hex')
}

const checkIsFree = (file: string): void => {
  if (existsSync(file))
    throw new PostgresProblem(`${file} is there already, and nothing is overwritten: name another file.`)
}

const noRoom = (folder: string, error: unknown): PostgresProblem =>
  new PostgresProblem(
    `The backup cannot be written in ${folder} (${reasonOf(error)}): make room or rights there, or name another place.`,
  )
