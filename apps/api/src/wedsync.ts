#!/usr/bin/env node
// `npx wedsync`: backs the embedded database up, or puts a backup in its place. Says in a line or two what it did, or in one
// sentence why not, and ends with 1 then. Ctrl-C leaves everything as it was.
import { existsSync } from 'node:fs'
import path from 'node:path'
import { backUp, PostgresProblem, restore } from '@wedsync/postgres'
import { CommandProblem, help, readCommand } from './command/read-command.ts'
import { ConfigProblem, readConfig } from './config.ts'

const project = path.resolve(import.meta.dirname, '../../..')
const stopped = new AbortController()

const run = async (): Promise<void> => {
  const command = readCommand(process.argv.slice(2))
  if (command.name === 'help') {
    console.log(help)
    return
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stopped.abort())
  const how = { home: readHome(), signal: stopped.signal }
  if (command.name === 'backup') await makeBackup(path.resolve(command.file ?? nameFor(new Date())), how)
  else await putBack(path.resolve(command.file), how)
}

const makeBackup = async (file: string, how: { home: string; signal: AbortSignal }): Promise<void> => {
  const { bytes } = await backUp({ file, ...how })
  console.log(`Backed up to ${file} (${(bytes / 1e6).toFixed(1)} MB). It holds people's data: keep it as safe as that.`)
}

const putBack = async (file: string, how: { home: string; signal: AbortSignal }): Promise<void> => {
  const { asOf, aside } = await restore({ file, ...how })
  console.log(`Restored: the database is as it was on ${asOf.slice(0, 19).replace('T', ' at ')} UTC.`)
  if (aside !== undefined) console.log(`What was here until now is in ${aside}.`)
  console.log('Start the server again: devices notice, and put back what the backup does not have.')
}

/** Where the embedded database is. No secret of the server's is made or read for this. */
const readHome = (): string => {
  if (existsSync(path.join(project, '.env'))) process.loadEnvFile(path.join(project, '.env'))
  const { home, database } = readConfig(process.env, { project, keptSecret: () => '' })
  if (!database) return home
  throw new CommandProblem(
    'DATABASE_URL is set, and a database of your own is backed up with its own tools: docs/guides/back-up-and-restore.md.',
  )
}

const nameFor = (now: Date): string => `wedsync-${now.toISOString().slice(0, 19).replaceAll(':', '')}Z.tar.gz`

try {
  await run()
} catch (error) {
  const isForPeople = [CommandProblem, ConfigProblem, PostgresProblem].some((kind) => error instanceof kind)
  console.error(
    stopped.signal.aborted ? 'Stopped: nothing was changed.' : isForPeople ? (error as Error).message : error,
  )
  process.exitCode = 1
}
