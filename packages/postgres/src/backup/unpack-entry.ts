// Takes one entry of a backup and the folder it goes to; writes it there and notes its size and hash. A name that leads
// anywhere else is refused, whoever wrote the backup. At the end what was unpacked is compared with the backup's own list.
import { createHash } from 'node:crypto'
import { closeSync, mkdirSync, openSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import type { Header } from 'tar-stream'
import { damaged, dataPrefix, type Manifest } from './manifest.ts'

export type Unpacked = { folders: Set<string>; files: Map<string, { size: number; sha256: string }> }

type Source = AsyncIterable<unknown> & { header: Header }

export const unpackEntry = async (entry: Source, draft: string, file: string, unpacked: Unpacked): Promise<void> => {
  const { type, size } = entry.header
  const name = nameIn(entry.header.name)
  if (name === undefined || unpacked.files.has(name)) throw damaged(file, `it holds ${entry.header.name}`)
  const to = path.join(draft, ...name.split('/'))
  if (type === 'directory') {
    mkdirSync(to, { recursive: true, mode: 0o700 })
    unpacked.folders.add(name)
  } else if (type === 'file') {
    mkdirSync(path.dirname(to), { recursive: true, mode: 0o700 })
    unpacked.files.set(name, { size, sha256: await write(entry, to) })
  } else throw damaged(file, `it holds ${name}, which is no file`)
}

export const compare = ({ files, folders }: Manifest, unpacked: Unpacked, file: string): void => {
  for (const { path: name, size, sha256 } of files) {
    const found = unpacked.files.get(name)
    if (!found) throw damaged(file, `${name} is missing`)
    if (found.size !== size || found.sha256 !== sha256) throw damaged(file, `${name} is not as it was`)
  }
  const missing = folders.find((name) => !unpacked.folders.has(name))
  if (missing !== undefined) throw damaged(file, `${missing} is missing`)
  if (files.length !== unpacked.files.size) throw damaged(file, 'there is more in it than it should hold')
}

const nameIn = (name: string): string | undefined => {
  const below = name.startsWith(dataPrefix) ? name.slice(dataPrefix.length).replace(/\/$/, '') : ''
  return below.split('/').every((part) => /^[\w.-]+$/.test(part) && !/^\.\.?$/.test(part)) ? below : undefined
}

/** Byte by byte past the event loop: nobody else is served by this process, and there are a thousand small files. */
const write = async (entry: Source, to: string): Promise<string> => {
  const hash = createHash('sha256')
  const handle = openSync(to, 'wx', 0o600)
  try {
    for await (const chunk of entry as AsyncIterable<Buffer>) {
      hash.update(chunk)
      writeFileSync(handle, chunk)
    }
  } finally {
    closeSync(handle)
  }
  return hash.digest('hex')
}
