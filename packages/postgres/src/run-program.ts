// Takes a program of PostgreSQL and the user it runs as; hands back how it ended and what it said, in English.
import { spawn } from 'node:child_process'
import os from 'node:os'

/** Another user of this machine, when we are root: PostgreSQL refuses to run as root. */
export type OsUser = { name: string; uid: number; gid: number }

export type Ended = { succeeded: boolean; said: string }

type How = { as?: OsUser | undefined; from?: string; quiet?: boolean; input?: string }

/**
 * `quiet` hands down no pipe: a database started here would hold it open for as long as it lives. `input` is for what must
 * not stand in the list of processes.
 */
export const runProgram = (program: string, args: readonly string[], how: How = {}): Promise<Ended> =>
  new Promise((resolve) => {
    const child = spawn(program, args, {
      ...(how.as && { uid: how.as.uid, gid: how.as.gid }),
      // a place every user may enter: our own folder may be closed to the one we run as
      cwd: how.from ?? os.tmpdir(),
      stdio: [
        how.input === undefined ? 'ignore' : 'pipe',
        how.quiet ? 'ignore' : 'pipe',
        how.quiet ? 'ignore' : 'pipe',
      ],
      env: cleanEnvironment(),
      windowsHide: true,
    })
    // who ends without reading says why by itself
    child.stdin?.on('error', () => undefined).end(how.input)
    let said = ''
    child.stdout?.setEncoding('utf8').on('data', (text: string) => (said += text))
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (said += text))
    child.on('error', (error) => resolve({ succeeded: false, said: `${said}${error.message}` }))
    child.on('close', (code) => resolve({ succeeded: code === 0, said }))
  })

/** Our messages are read by code, so they are English; a PGPORT or PGDATA of the person means another database. */
const cleanEnvironment = (): NodeJS.ProcessEnv => ({
  ...Object.fromEntries(Object.entries(process.env).filter(([key]) => !/^(PG|LC_|LANG)/.test(key))),
  LC_ALL: 'C',
})
