// The files and the database say the same: functions, declarations, and the page that shows what it all adds up to.
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { isNeverNull, type Collection } from '@wedsync/merge'
import { allCollections } from '@wedsync/wedding'
import { aDatabase } from '@wedsync/postgres/testing'
import { describe, expect, test } from 'vitest'
import { declarationsSql } from '../../scripts/carry-declarations.ts'
import { currentTexts, lastMigratedTexts } from '../../scripts/carry-functions.ts'
import { schemaText } from '../../scripts/dump-schema.ts'

const { admin } = await aDatabase()
const home = path.resolve(import.meta.dirname, '..')

test('every function was last migrated as its file has it', () => {
  const migrated = lastMigratedTexts()
  const stale = [...currentTexts()].flatMap(([name, text]) => (migrated.get(name) === text ? [] : [name]))
  expect(stale, 'run `npm run db:functions`').toEqual([])
})

test('every file of a function creates the function it is named for, and opens with what it is for', () => {
  for (const [name, text] of currentTexts()) {
    expect(text, name).toMatch(new RegExp(`^create or replace function (sync|public)\\.${name}\\(`, 'm'))
    expect(text, name).toMatch(new RegExp(`^-- (sync\\.)?${name}: `))
  }
})

test('the last migration of the declarations is what the declarations say today', () => {
  const last = readdirSync(path.join(home, 'migrations')).filter((file) => file.endsWith('_carry_declarations.sql')).sort().at(-1)! // prettier-ignore
  expect(readFileSync(path.join(home, 'migrations', last), 'utf8')).toBe(declarationsSql())
})

test('supabase/schema.sql is what the migrations add up to', async () => {
  expect(readFileSync(path.join(home, 'schema.sql'), 'utf8'), 'run `npm run db:schema`').toBe(await schemaText(admin))
})

describe.each(allCollections.map((collection) => [collection.name, collection] as const))('%s', (name, collection) => {
  test('its columns are its declared fields, in type and in what may be left out', async () => {
    const { rows } = await admin.query<{ field: string; type: string; needed: boolean; hasDefault: boolean }>(
      `select a.attname as field, format_type(a.atttypid, a.atttypmod) as type, a.attnotnull as needed, a.atthasdef as "hasDefault"
         from pg_attribute a where a.attrelid = $1::regclass and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
          and a.attname not in ('id', 'organization_id') order by a.attname`,
      [`public.${name}`],
    )
    expect(rows).toEqual([...collection.fieldNames].sort().map((field) => columnOf(collection, field)))
  })

  test('its default values are the declared ones', async () => {
    for (const field of collection.fieldNames) {
      const { defaultValue } = collection.fields[field]!
      if (defaultValue === null) continue
      const { rows } = await admin.query<{ value: unknown }>(
        `select pg_get_expr(d.adbin, d.adrelid) as value from pg_attrdef d join pg_attribute a on a.attrelid = d.adrelid and a.attnum = d.adnum
          where d.adrelid = $1::regclass and a.attname = $2`,
        [`public.${name}`, field],
      )
      const { rows: values } = await admin.query<{ value: unknown }>(
        `select to_json(${String(rows[0]!.value)}) as value`,
      )
      expect(values[0]!.value, field).toEqual(defaultValue)
    }
  })

  test('its words, references and unique fields are constraints', async () => {
    const { rows } = await admin.query<{
      type: string
      fields: string[]
      said: string
      onDelete: string
      table: string
    }>(
      `select k.contype as type, array(select a.attname::text from unnest(k.conkey) n join pg_attribute a on a.attrelid = k.conrelid and a.attnum = n) as fields,
              pg_get_constraintdef(k.oid) as said, case k.confdeltype when 'c' then 'delete' when 'n' then 'null' when 'a' then 'refuse' end as "onDelete", r.relname as table
         from pg_constraint k left join pg_class r on r.oid = k.confrelid where k.conrelid = $1::regclass`,
      [`public.${name}`],
    )
    for (const [field, { table, onDelete }] of Object.entries(collection.refersTo))
      expect(rows, field).toContainEqual(expect.objectContaining({ type: 'f', table, onDelete, fields: expect.arrayContaining(['organization_id', field]) as string[] })) // prettier-ignore
    for (const fields of collection.unique)
      expect(rows.filter(({ type }) => type === 'u').map((row) => row.fields.toSorted())).toContainEqual(['organization_id', ...fields].sort()) // prettier-ignore
    for (const field of collection.fieldNames)
      for (const option of collection.fields[field]!.options ?? [])
        expect(rows.find(({ type, fields }) => type === 'c' && fields.join() === field)?.said, field).toContain(`'${option}'::text`) // prettier-ignore
  })
})

const columnOf = ({ fields }: Collection, field: string) => {
  const { sqlType, defaultValue } = fields[field]!
  return {
    field,
    type: { timestamp: 'timestamp without time zone', time: 'time without time zone', timestamptz: 'timestamp with time zone' }[sqlType as string] ?? sqlType, // prettier-ignore
    needed: isNeverNull(fields[field]!),
    hasDefault: defaultValue !== null,
  }
}
