// A database of the run's cluster on which schedules are replayed, one after the other, on the same few connections.
import { aDatabase, type TestDatabase } from '@wedsync/postgres/testing'
import { afterAll, onTestFinished, TestRunner } from 'vitest'
import { createContent, type Content } from './content.ts'
import { prepareDatabase } from './prepare-database.ts'
import { createSessions, type Sessions } from './sessions.ts'

export type ReplayDatabase = Pick<TestDatabase, 'admin'> & {
  content: Content
  /** Sessions of the server's role, and of somebody with a console. */
  server: Sessions
  console: Sessions
  /** A trigger of the team's own refuses a row, or stands no more in its way. */
  refuse: (key: string, stands: boolean) => Promise<void>
}

export const aReplayDatabase = async (): Promise<ReplayDatabase> => {
  const { admin, adminUrl, serverUrl } = await aDatabase()
  await prepareDatabase(admin)
  const [server, console] = [createSessions(serverUrl, admin), createSessions(adminUrl, admin)]
  const close = async () => {
    await Promise.all([server.close(), console.close()])
  }
  // before the database goes: what was registered last is done first
  if (TestRunner.getCurrentTest()) onTestFinished(close)
  else afterAll(close)
  const refuse = async (key: string, stands: boolean) => {
    const sql = stands ? 'insert into replay.refused values ($1)' : 'delete from replay.refused where key = $1'
    await admin.query(sql, [key])
  }
  return { admin, server, console, refuse, content: await createContent(admin) }
}
