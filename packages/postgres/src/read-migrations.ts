// Takes a folder; hands back its migrations in their order. A file that would be passed over in silence because of its
// name is a mistake somebody wants to hear about.
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { PostgresProblem } from './postgres-problem.ts'

export type Migration = { file: string; version: string; name: string; sql: string }

export const readMigrations = (folder: string): Migration[] => {
  const files = listFiles(folder).filter((file) => file.endsWith('.sql'))
  const migrations = files.sort().map((file): Migration => {
    const [, version, name] = /^(\d{14})_([\w-]+)\.sql$/.exec(file) ?? []
    if (!version || !name)
      throw new PostgresProblem(
        `The migration ${file} is misnamed: it takes 14 digits (year to second), an underscore and a name.`,
      )
    return { file, version, name, sql: readFileSync(path.join(folder, file), 'utf8') }
  })
  const twin = migrations.find((one, index) => one.version === migrations[index - 1]?.version)
  if (twin) throw new PostgresProblem(`Two migrations begin with ${twin.version}: give ${twin.file} a later time.`)
  return migrations
}

const listFiles = (folder: string): string[] => {
  try {
    return readdirSync(folder)
  } catch {
    throw new PostgresProblem(`There is no folder of migrations at ${folder}.`)
  }
}
