// Takes the codes that crossed HTTP in a run; hands back what is wrong with them: a code of the registry that no test
// provoked is one nobody can trust. Codes whose routes are still to come are named here, each with what it waits for, and
// only for as long as it is true.
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'

/** Code → what it waits for. */
export const waitingFor: Readonly<Record<string, string>> = {
  csrf_failed: 'sessions in cookies',
  try_later: 'tries on the server itself: nothing answers it yet',
}

export const complaintsAbout = (
  provoked: ReadonlySet<string>,
  registry: readonly string[],
  waiting: Readonly<Record<string, string>> = waitingFor,
): string[] => [
  ...registry
    .filter((code) => !provoked.has(code) && !(code in waiting))
    .map((code) => `no test provokes the code ${code}`),
  ...Object.keys(waiting)
    .filter((code) => provoked.has(code) || !registry.includes(code))
    .map((code) => `${code} need not be waited for any more: take it from scripts/count-codes.ts`),
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
