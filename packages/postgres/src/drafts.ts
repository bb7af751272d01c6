// Data folders that are not in use yet. A draft is being made, and worth nothing when its maker is gone; a whole one has
// been made, checked and recovered, and only has to be given its name. The name says which, and which process made it.
import { randomBytes } from 'node:crypto'
import { readdirSync, rmSync } from 'node:fs'
import path from 'node:path'

export const newDraft = (folder: string): string =>
  path.join(folder, `draft-${process.pid}-${randomBytes(4).toString('hex')}`)

/** What a draft is called once it is whole. */
export const wholeOf = (draft: string): string =>
  path.join(path.dirname(draft), path.basename(draft).replace(/^draft/, 'whole'))

export const findWhole = (folder: string): string | undefined => {
  const name = readdirSync(folder).find((one) => /^whole-\d+-/.test(one))
  return name === undefined ? undefined : path.join(folder, name)
}

/** What processes left that were killed; those of a process that still runs are let alone. */
export const removeLeftOvers = (folder: string): void => {
  for (const name of readdirSync(folder)) {
    const maker = Number(/^(?:draft|whole)-(\d+)-/.exec(name)?.[1] ?? Number.NaN)
    if (!Number.isNaN(maker) && !isAlive(maker)) rmSync(path.join(folder, name), { recursive: true, force: true })
  }
}

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
