// Takes the home of an embedded database and the name of a file; writes all that was committed when it began, and some of
// what came after, into that one file. The server goes on meanwhile. One that is stopped is started for it: what a crash
// left is then put right first, there is only one way of copying, and whoever starts WedSync in the middle may.  Keeps P2.
import { existsSync, statSync } from 'node:fs'
import path from 'node:path'
import { dataProblem } from '../data-problem.ts'
import { findWhole } from '../drafts.ts'
import { openHome, passwordFile, type Home } from '../open-home.ts'
import { fileProblem, PostgresProblem, reasonOf } from '../postgres-problem.ts'
import { startEmbeddedPostgres } from '../start-embedded-postgres.ts'
import { copyData } from './copy-data.ts'
import { holdWal } from './hold-wal.ts'
import { format, formatVersion } from './manifest.ts'
import { writeArchive } from './write-archive.ts'

export type BackupOptions = { home: string; file: string; signal?: AbortSignal; port?: number }

export const backUp = async ({ home, file, signal, port }: BackupOptions): Promise<{ bytes: number }> => {
  const { place, binaries } = await findDatabase(path.resolve(home))
  const postgres = await startEmbeddedPostgres({ home, ...(port !== undefined && { port }) })
  try {
    const wal = await holdWal(postgres.adminUrl)
    const head = {
      format,
      formatVersion,
      postgresVersion: binaries.version,
      platform: `${process.platform}-${process.arch}`,
      startedAt: new Date().toISOString(),
      startLsn: wal.startLsn,
    } as const
    try {
      await writeArchive(file, (archive) => copyData(archive, place.dataFolder, head, wal), signal)
    } finally {
      await wal.release().catch(() => undefined)
    }
    return { bytes: statSync(file).size }
  } catch (error) {
    const { code, path: of } = error as NodeJS.ErrnoException
    const isOfFiles = of !== undefined || code === 'EIO'
    throw isOfFiles ? dataProblem(place.folder, reasonOf(error)) : postgres.explain(error)
  } finally {
    await postgres.stop()
  }
}

/** Nothing is made where there is nothing: somebody is in the wrong folder. */
const findDatabase = async (home: string): Promise<Home> => {
  const none = new PostgresProblem(`There is no database in ${home}, so there is nothing to back up.`)
  if (![passwordFile, 'postgres/data'].some((name) => existsSync(path.join(home, name)))) throw none
  try {
    const found = await openHome(home)
    if (!existsSync(found.place.dataFolder) && findWhole(found.place.folder) === undefined) throw none
    return found
  } catch (error) {
    throw fileProblem(home, error)
  }
}
