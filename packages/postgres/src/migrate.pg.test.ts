import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { migrate } from './migrate.ts'
import { aDatabase } from './testing.ts'

const house = path.resolve(import.meta.dirname, '../../../supabase/migrations')

test('every migration of the house is applied once, in order, and never again', async () => {
  const { admin, adminUrl } = await aDatabase({ empty: true })
  const applied = await migrate(adminUrl, house)
  expect(applied).toEqual([...applied].sort())
  expect(await migrate(adminUrl, house)).toEqual([])
  const { rows } = await admin.query<{ file: string }>(
    `select version || '_' || name || '.sql' as file from supabase_migrations.schema_migrations order by version`,
  )
  expect(rows.map(({ file }) => file)).toEqual(applied)
})

test('runs that start in the same instant share the work, and none fails', async () => {
  const one = await aDatabase({ empty: true })
  const other = await aDatabase({ empty: true })
  const targets = [one, one, one, other, other]
  const applied = await Promise.all(targets.map(({ adminUrl }) => migrate(adminUrl, house)))
  const all = applied.flat().sort()
  expect(all).toEqual([...new Set(all)].flatMap((file) => [file, file]))
})

test('a migration that fails leaves nothing behind, and the sentence names its file and line', async () => {
  const { admin, adminUrl } = await aDatabase({ empty: true })
  const folder = aFolder({
    '20260101000000_first.sql': 'create table first_table (id int);',
    '20260102000000_second.sql': 'create table second_table (id int);\n\nselect\n  nope;',
  })
  const place = 'Migration 20260102000000_second.sql, line 4: column "nope" does not exist. Nothing of it was applied.'
  await expect(migrate(adminUrl, folder)).rejects.toThrow(place)
  const { rows } = await admin.query(`select to_regclass('first_table') as one, to_regclass('second_table') as other`)
  expect(rows).toEqual([{ one: 'first_table', other: null }])
})

test('a line is named too where PostgreSQL names none', async () => {
  const { adminUrl } = await aDatabase({ empty: true })
  const folder = aFolder({
    '20260101000000_twice.sql':
      'create table t (id int primary key);\ninsert into t values (1);\ninsert into t values (1);',
  })
  await expect(migrate(adminUrl, folder)).rejects.toThrow('20260101000000_twice.sql, line 3: duplicate key value')
})

test('a misnamed file is spoken of, not passed over', async () => {
  const { adminUrl } = await aDatabase({ empty: true })
  await expect(migrate(adminUrl, aFolder({ 'add_guests.sql': '' }))).rejects.toThrow('add_guests.sql is misnamed')
  const twins = aFolder({ '20260101000000_a.sql': '', '20260101000000_b.sql': '' })
  await expect(migrate(adminUrl, twins)).rejects.toThrow('give 20260101000000_b.sql a later time')
})

test('a database that lets nobody in is told without the password', async () => {
  const failure = migrate('postgres://somebody:secret@127.0.0.1:1/plans', house)
  await expect(failure).rejects.toThrow(/^The database at 127\.0\.0\.1:1\/plans lets nobody in \(.*ECONNREFUSED.*\)/)
  await expect(failure).rejects.not.toThrow('secret')
})

const aFolder = (files: Record<string, string>): string => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'wedsync-migrations-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  for (const [name, text] of Object.entries(files)) writeFileSync(path.join(folder, name), text)
  return folder
}
