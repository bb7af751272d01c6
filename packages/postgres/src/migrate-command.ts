// `npm run db:migrate`: brings the database up to date and says what it did. Which database: DATABASE_DIRECT_URL, else
// DATABASE_URL, else the embedded one in WEDSYNC_HOME, started for as long as it takes unless it runs already.
import { existsSync } from 'node:fs'
import path from 'node:path'
import { migrate } from './migrate.ts'
import { PostgresProblem } from './postgres-problem.ts'
import { startEmbeddedPostgres } from './start-embedded-postgres.ts'

const project = path.resolve(import.meta.dirname, '../../..')

const run = async (): Promise<void> => {
  if (existsSync(path.join(project, '.env'))) process.loadEnvFile(path.join(project, '.env'))
  const { DATABASE_DIRECT_URL, DATABASE_URL, WEDSYNC_HOME } = process.env
  const url = DATABASE_DIRECT_URL || DATABASE_URL
  const embedded = url
    ? undefined
    : await startEmbeddedPostgres({ home: WEDSYNC_HOME || path.join(project, '.wedsync') })
  try {
    const applied = await migrate(url || embedded!.adminUrl, path.join(project, 'supabase/migrations'))
    for (const file of applied) console.log(`applied  ${file}`)
    console.log(
      applied.length === 0 ? 'The database is up to date.' : `The database is up to date: ${applied.length} applied.`,
    )
  } finally {
    await embedded?.stop()
  }
}

try {
  await run()
} catch (error) {
  if (!(error instanceof PostgresProblem)) throw error
  console.error(error.message)
  process.exitCode = 1
}
