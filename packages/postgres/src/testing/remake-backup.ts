// Takes a backup and what to do with each of its entries; writes it again with that done to it. For tests of what a restore
// makes of a file that was tampered with, or made by another version.
import { createReadStream, createWriteStream } from 'node:fs'
import { buffer } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'
import { constants, createGunzip, createGzip } from 'node:zlib'
import { extract, pack, type Header } from 'tar-stream'

export type BackupEntry = { name: string; type: Header['type']; bytes: Buffer }

export const readEntries = async (file: string): Promise<BackupEntry[]> => {
  const tar = extract()
  const fed = pipeline(createReadStream(file), createGunzip(), tar)
  const entries: BackupEntry[] = []
  for await (const entry of tar)
    entries.push({ name: entry.header.name, type: entry.header.type, bytes: await buffer(entry) })
  await fed
  return entries
}

export const remakeBackup = async (entries: BackupEntry[], to: string): Promise<void> => {
  const tar = pack()
  for (const { name, type, bytes } of entries)
    if (type === 'file') tar.entry({ name, type }, bytes)
    else tar.entry({ name, type, linkname: '/etc/passwd' })
  tar.finalize()
  await pipeline(tar, createGzip({ level: constants.Z_BEST_SPEED }), createWriteStream(to))
}
