// Takes an archive that is open, a data folder that is in use, and the log that is held for it; puts everything in, in the
// one order that makes it whole: the files as they happen to be, then the end of the backup, then the log in between.
import path from 'node:path'
import { PostgresProblem } from '../postgres-problem.ts'
import type { HeldWal } from './hold-wal.ts'
import { dataPrefix, headName, manifestName, type Head, type Manifest } from './manifest.ts'
import { openMovingFile, readSettledFile } from './read-moving-file.ts'
import { controlFile, walkData } from './walk-data.ts'
import type { Archive } from './write-archive.ts'

type Added = Manifest['files'][number]

export const copyData = async (archive: Archive, dataFolder: string, head: Head, wal: HeldWal): Promise<void> => {
  await addBytes(archive, headName, asText(head))
  const folders: string[] = []
  const files: Added[] = []
  for await (const { kind, path: name } of walkData(dataFolder)) {
    if (kind === 'folder') {
      archive.addFolder(`${dataPrefix}${name}`)
      folders.push(name)
      continue
    }
    const added =
      name === controlFile
        ? await addData(archive, name, await readSettledFile(path.join(dataFolder, name)))
        : await addMoving(archive, dataFolder, name)
    if (added) files.push(added)
  }

  const { stopLsn, label, walFiles } = await wal.end()
  const endedAt = new Date().toISOString()
  files.push(await addData(archive, 'backup_label', Buffer.from(label)))
  for (const segment of walFiles) {
    const added = await addMoving(archive, dataFolder, `pg_wal/${segment}`)
    if (!added) throw new PostgresProblem(`PostgreSQL removed its log ${segment} too early: take the backup again.`)
    files.push(added)
  }
  const manifest: Manifest = { ...head, endedAt, stopLsn, folders, files }
  await addBytes(archive, manifestName, asText(manifest))
}

const addMoving = async (archive: Archive, dataFolder: string, name: string): Promise<Added | undefined> => {
  const found = await openMovingFile(path.join(dataFolder, name))
  if (!found) return undefined
  const { size, chunks } = found
  return { path: name, size, sha256: await archive.add({ name: `${dataPrefix}${name}`, size, bytes: chunks }) }
}

const addData = async (archive: Archive, name: string, bytes: Buffer): Promise<Added> => ({
  path: name,
  size: bytes.length,
  sha256: await addBytes(archive, `${dataPrefix}${name}`, bytes),
})

const addBytes = (archive: Archive, name: string, bytes: Buffer): Promise<string> =>
  archive.add({ name, size: bytes.length, bytes: [bytes] })

const asText = (value: unknown): Buffer => Buffer.from(`${JSON.stringify(value, undefined, 1)}\n`)
