// Takes a backup and an empty folder; unpacks it there and holds every file to what the backup says of it: names, sizes
// and hashes. Hands back what it says of itself, or throws one sentence; nothing but that folder is ever touched.
import { createReadStream, statSync } from 'node:fs'
import { text } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { extract, type Extract } from 'tar-stream'
import { PostgresProblem, reasonOf } from '../postgres-problem.ts'
import { damaged, headName, manifestName, noBackup, readHead, readManifest } from './manifest.ts'
import type { Head, Manifest } from './manifest.ts'
import { compare, unpackEntry, type Unpacked } from './unpack-entry.ts'

export type Reading = { file: string; draft: string; ourVersion: string; signal?: AbortSignal | undefined }

export const readArchive = async (reading: Reading): Promise<Manifest> => {
  const { file, signal } = reading
  const tar = extract()
  const known: Known = { head: undefined, unpacked: { folders: new Set(), files: new Map() } }
  const [taken, fed] = await Promise.allSettled([
    takeEntries(tar, reading, known),
    pipeline(createReadStream(file), createGunzip(), tar, { ...(signal && { signal }) }),
  ])
  if (taken.status === 'fulfilled' && fed.status === 'fulfilled') {
    compare(taken.value, known.unpacked, file)
    return taken.value
  }
  const reasons = [taken, fed].flatMap((one) => (one.status === 'rejected' ? [one.reason as unknown] : []))
  throw whyNot(reasons, reading, known)
}

type Known = { head: Head | undefined; unpacked: Unpacked }

const takeEntries = async (tar: Extract, { file, draft, ourVersion }: Reading, known: Known): Promise<Manifest> => {
  let manifest: Manifest | undefined
  for await (const entry of tar) {
    const { name, type } = entry.header
    if (!known.head) {
      if (name !== headName || type !== 'file') throw noBackup(file)
      known.head = readHead(await text(entry), file, ourVersion)
    } else if (manifest) throw damaged(file, 'there is more in it than it should hold')
    else if (name === manifestName) manifest = readManifest(await text(entry), file)
    else await unpackEntry(entry, draft, file, known.unpacked)
  }
  if (!known.head) throw noBackup(file)
  if (!manifest) throw damaged(file, 'its end is missing')
  return manifest
}

/** Both ends of the pipe fail together. What is known for sure comes first, then the disk, then what the reader met. */
const whyNot = (reasons: unknown[], { file, signal }: Reading, { head }: Known): unknown => {
  const known = reasons.find((one) => one instanceof PostgresProblem)
  if (known || signal?.aborted) return known ?? signal?.reason
  const ofDisk = reasons.find((one) => (one as NodeJS.ErrnoException).syscall !== undefined)
  return ofDisk ?? (head ? damaged(file, reasonOf(reasons.at(-1))) : noBackup(file))
}

export const checkIsFile = (file: string): void => {
  try {
    if (statSync(file).isFile()) return
  } catch (error) {
    throw new PostgresProblem(
      `There is no backup at ${file}, or it may not be read (${reasonOf(error)}), so nothing was changed.`,
    )
  }
  throw noBackup(file)
}
