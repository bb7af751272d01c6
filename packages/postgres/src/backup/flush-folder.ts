// Takes a folder in which something was made or renamed; hands back when its list of names is on the disk. Without it a name
// may be gone after a power cut, though the file it named is there. Windows has no such thing.
import { closeSync, fsyncSync, openSync } from 'node:fs'

export const flushFolder = (folder: string): void => {
  if (process.platform === 'win32') return
  const handle = openSync(folder, 'r')
  try {
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}
