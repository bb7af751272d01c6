// Hands back a world with its past, in a database of its own behind a server of its own: what the parts of the matrix try.
import { aDatabase, type TestDatabase } from '@wedsync/postgres/testing'
import { aServerOn } from '../../../packages/server/src/testing/a-wedding.ts'
import { aMatrixWorld, type World } from './a-matrix-world.ts'
import { aPast, type Past } from './past.ts'

export type TriedWorld = { database: TestDatabase; world: World; past: Past }

export const aTriedWorld = async (): Promise<TriedWorld> => {
  const database = await aDatabase()
  const { api } = await aServerOn(database.serverUrl)
  const fetch = (path: string, init?: RequestInit) => api.fetch(new Request(new URL(path, 'http://wedsync.test'), init))
  const world = await aMatrixWorld(database, fetch)
  return { database, world, past: await aPast(world) }
}
