// Takes the codes that crossed HTTP in a run; hands back what is wrong with them: a code of the registry that no test
// provoked is one nobody can trust.
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'

export const complaintsAbout = (provoked: ReadonlySet<string>, registry: readonly string[]): string[] => [
  ...registry.filter((code) => !provoked.has(code)).map((code) => `no test provokes the code ${code}`),
  ...[...provoked]
    .filter((code) => !registry.includes(code))
    .sort()
    .map((code) => `${code} was answered and is not in the registry`),
]

/** What the processes of a run noted. */
export const readCodes = (folder: string): Set<string> =>
  new Set(
    readdirSync(folder).flatMap((file) => readFileSync(path.join(folder, file), 'utf8').split('\n').filter(Boolean)),
  )
