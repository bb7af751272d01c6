// Carries supabase/sql/functions into a migration: the ones whose last migrated text differs from their file, whole.
// Says what it wrote. A file is always the current truth; a merged migration is never edited.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'

const root = path.resolve(import.meta.dirname, '..')
const migrations = path.join(root, 'supabase/migrations')
const functions = path.join(root, 'supabase/sql/functions')
const heading = (name: string) => `-- ---- ${name}.sql\n`

/** Function name → its text as it was last migrated. */
export const lastMigratedTexts = (): Map<string, string> => {
  const found = new Map<string, string>()
  for (const file of readdirSync(migrations).sort()) {
    const parts = readFileSync(path.join(migrations, file), 'utf8').split(/^-- ---- (\w+)\.sql\n/m)
    for (let i = 1; i < parts.length; i += 2) found.set(parts[i]!, parts[i + 1]!.trim())
  }
  return found
}

/** Function name → its text as its file has it. */
export const currentTexts = (): Map<string, string> =>
  new Map(
    readdirSync(functions)
      .filter((file) => file.endsWith('.sql'))
      .sort()
      .map((file) => [file.slice(0, -4), readFileSync(path.join(functions, file), 'utf8').trim()]),
  )

if (import.meta.main) {
  const migrated = lastMigratedTexts()
  const changed = [...currentTexts()].filter(([name, text]) => migrated.get(name) !== text)
  if (changed.length === 0) console.log('Every function stands in a migration as its file has it.')
  else {
    const stamp = process.argv[2] ?? new Date().toISOString().replaceAll(/\D/g, '').slice(0, 14)
    const file = `${stamp}_carry_functions.sql`
    // PostgreSQL lets everybody execute a new function until that is taken back
    const closing = '\n-- ---- end.sql\nselect sync.close_functions();\n'
    const opening =
      '-- Carried from supabase/sql/functions, each as its file has it. Bodies are checked when they first run.\nset local check_function_bodies = off;\n\n'
    writeFileSync(
      path.join(migrations, file),
      opening + changed.map(([name, text]) => `${heading(name)}${text}\n`).join('\n') + closing,
    )
    console.log(`${file}: ${changed.map(([name]) => name).join(', ')}`)
  }
}
