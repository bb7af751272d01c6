// Takes a file that PostgreSQL may be writing to; hands out its bytes, as many as it had when it was opened. What was
// changed, cut off or half written meanwhile is put right by the log; only the size has to be what was announced.
import { open, type FileHandle } from 'node:fs/promises'

export type MovingFile = { size: number; chunks: AsyncIterable<Buffer> }

const chunkBytes = 256 * 1024

/** Nothing when the file is gone by now: the log knows of that as well. */
export const openMovingFile = async (file: string): Promise<MovingFile | undefined> => {
  const handle = await open(file, 'r').catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  })
  if (!handle) return undefined
  const { size } = await handle.stat()
  return { size, chunks: chunksOf(handle, size) }
}

const chunksOf = async function* (handle: FileHandle, size: number): AsyncGenerator<Buffer> {
  try {
    for (let at = 0; at < size;) {
      const wanted = Math.min(chunkBytes, size - at)
      const { bytesRead, buffer } = await handle.read(Buffer.allocUnsafe(wanted), 0, wanted, at)
      // it has become shorter: PostgreSQL's own backups go on with noughts, too
      yield bytesRead > 0 ? buffer.subarray(0, bytesRead) : buffer.fill(0)
      at += bytesRead > 0 ? bytesRead : wanted
    }
  } finally {
    await handle.close()
  }
}

/** A small file that is written in one go, read until two looks agree: half of it from before would have a wrong sum. */
export const readSettledFile = async (file: string): Promise<Buffer> => {
  let last: Buffer | undefined
  for (let tries = 0; tries < 100; tries += 1) {
    const now = await readWhole(file)
    if (last?.equals(now)) return now
    last = now
  }
  throw new Error(`${file} changes all the time`)
}

const readWhole = async (file: string): Promise<Buffer> => {
  const handle = await open(file, 'r')
  try {
    return await handle.readFile()
  } finally {
    await handle.close()
  }
}
