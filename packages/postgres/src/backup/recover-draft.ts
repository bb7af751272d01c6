// Takes an unpacked backup that is not in use yet; PostgreSQL reads the log in it to the end, and gives its superuser the
// password kept in this home. When this is through, the folder is one that PostgreSQL was stopped on properly, and flushed.
import pg from 'pg'
import type { Home } from '../open-home.ts'
import { PostgresProblem, reasonOf } from '../postgres-problem.ts'
import { runProgram } from '../run-program.ts'

export const recoverDraft = async (draft: string, { place, binaries, password }: Home, file: string): Promise<void> => {
  // one process without a port: nobody can come in while it is neither the old nor the new database
  const alone = ['--single', '-D', draft, '-c', 'exit_on_error=on', '-c', 'log_min_messages=warning', 'postgres']
  const recovered = await runProgram(binaries.postgres, alone, {
    as: place.user,
    from: place.folder,
    input: `alter role postgres password ${pg.escapeLiteral(password)};\n`,
  })
  if (!recovered.succeeded) throw doesNotComeUp(file, recovered.said)
}

const doesNotComeUp = (file: string, said: string): PostgresProblem => {
  const line = said.split('\n').find((one) => /(ERROR|FATAL|PANIC):/.test(one)) ?? said.trim()
  const reason = reasonOf(line.replace(/^.*?(ERROR|FATAL|PANIC): +/, ''))
  return new PostgresProblem(
    `PostgreSQL cannot start from ${file} (${reason}), so nothing was changed: take another backup, or make room on the disk.`,
  )
}
