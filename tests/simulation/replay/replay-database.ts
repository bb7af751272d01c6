// A database of the run's cluster on which schedules are replayed, one after the other.
import { aDatabase, type TestDatabase } from '@wedsync/postgres/testing'
import { createContent, type Content } from './content.ts'
import { prepareDatabase } from './prepare-database.ts'

export type ReplayDatabase = Pick<TestDatabase, 'admin' | 'adminUrl' | 'serverUrl'> & { content: Content }

export const aReplayDatabase = async (): Promise<ReplayDatabase> => {
  const database = await aDatabase()
  await prepareDatabase(database.admin)
  return { ...database, content: await createContent(database.admin) }
}
