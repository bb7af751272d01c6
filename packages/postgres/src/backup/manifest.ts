// What a backup says of itself: at its beginning what it is, so that a file that cannot be used is refused before anything
// is unpacked, and at its end every file in it, with its size and its hash as it was read.
import { PostgresProblem } from '../postgres-problem.ts'

/** The first entry of a backup. */
export type Head = {
  format: typeof format
  formatVersion: number
  /** As `17.10`; the files can only be used by the same major version. */
  postgresVersion: string
  /** Where it was made: `linux-x64`. */
  platform: string
  startedAt: string
  startLsn: string
}

/** The last one. */
export type Manifest = Head & {
  endedAt: string
  stopLsn: string
  /** Relative to the data folder, with slashes. */
  folders: string[]
  files: { path: string; size: number; sha256: string }[]
}

export const format = 'wedsync-backup'
export const formatVersion = 1
export const headName = 'wedsync-backup.json'
export const manifestName = 'manifest.json'
export const dataPrefix = 'data/'

/** Hands back the head, or says why what calls itself a backup cannot be restored here. */
export const readHead = (text: string, file: string, ourVersion: string): Head => {
  const head = parse(text) as Partial<Head> | undefined
  if (head?.format !== format || typeof head.formatVersion !== 'number' || typeof head.postgresVersion !== 'string')
    throw noBackup(file)
  if (head.formatVersion > formatVersion)
    throw new PostgresProblem(`${file} was made by a later WedSync, so nothing was changed: restore it with that one.`)
  const [theirs, ours] = [head.postgresVersion, ourVersion].map((version) => version.split('.')[0])
  if (theirs !== ours)
    throw new PostgresProblem(
      `${file} was made by PostgreSQL ${theirs}, and this WedSync brings ${ours}, so nothing was changed: ` +
        'restore it with the WedSync that made it.',
    )
  return head as Head
}

export const readManifest = (text: string, file: string): Manifest => {
  const manifest = parse(text) as Partial<Manifest> | undefined
  const isList = Array.isArray(manifest?.files) && manifest.files.every((one) => typeof one?.sha256 === 'string')
  if (!isList || !Array.isArray(manifest?.folders)) throw damaged(file, 'its list of files')
  return manifest as Manifest
}

export const noBackup = (file: string): PostgresProblem =>
  new PostgresProblem(`${file} is no backup made by \`wedsync backup\`, so nothing was changed.`)

export const damaged = (file: string, what: string): PostgresProblem =>
  new PostgresProblem(`The backup ${file} is damaged (${what}), so nothing was changed: take another one.`)

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
