// Takes what was said about the files of a database; hands back one sentence with the way out. A full disk and files that
// belong to somebody else are no damage: whoever is told to bring a backup back there would lose a day for nothing.
import { PostgresProblem, reasonOf } from './postgres-problem.ts'

export const dataProblem = (folder: string, said: string, logFile?: string): PostgresProblem => {
  const more = logFile === undefined ? '.' : `; ${logFile} says more.`
  if (fullDisk.test(said))
    return new PostgresProblem(
      `The database in ${folder} finds no room on its disk (${said}): make room there, and start again${more}`,
    )
  if (closedFiles.test(said))
    return new PostgresProblem(
      `The files of the database in ${folder} are not open to the user that runs it, or to others, too (${said}): ` +
        `give them back to that user alone, or start as the user they belong to${more}`,
    )
  return new PostgresProblem(`The database in ${folder} is damaged (${said}): ${wayOut(folder)}${more}`)
}

/** Nothing is ever deleted or made anew by itself: that is for a person to say. */
export const wayOut = (folder: string): string =>
  `bring it back from a backup (npx wedsync restore <file>), or move ${folder} away to begin with an empty one`

/** Turns an error of a session that is about the database's files into a sentence; anything else stays what it is. */
export const explainFailure = (folder: string, error: unknown): unknown => {
  const source = [error, (error as Error | undefined)?.cause].find((one) => isAboutFiles(codeOf(one)))
  return source === undefined ? error : dataProblem(folder, reasonOf(source))
}

const fullDisk = /No space left on device|Disk quota exceeded|File too large/i
const closedFiles =
  /Permission denied|Operation not permitted|Read-only file system|invalid permissions|wrong ownership/i

// system error, internal error or corruption, disk full, and a database whose folder is gone
const isAboutFiles = (code: string): boolean => /^(58|XX)...$|^(53100|3D000)$/.test(code)

const codeOf = (error: unknown): string => {
  const { code } = (error ?? {}) as { code?: unknown }
  return typeof code === 'string' ? code : ''
}
