// P12: every value that stands was written by somebody, or by a rule whose every part comes from what somebody wrote.
import { isJsonObject, type Json, type JsonObject } from '@wedsync/protocol'
import { allCollections, weddingSchemas } from '@wedsync/wedding'
import type { Entry } from '../../../packages/client/src/outbox/entry.ts'
import { rowKey, type ConflictRow, type Row } from '../model/rows.ts'
import { allLines, short, type MakeChecker } from './checker.ts'

const collections = new Map(allCollections.map((collection) => [collection.name, collection]))

export const nothingInvented: MakeChecker = (world, report) => {
  const told: [table: string, data: JsonObject | null][] = [
    ...world.plan.cast.rows,
    ...allCollections.map(({ name, defaults }): [string, JsonObject] => [name, defaults as JsonObject]),
  ]
  return {
    hear: (happening) => {
      if (happening.what === 'saved') told.push([happening.entry.table, inTodaysWords(happening.entry)])
    },
    conclude: () => {
      for (const { table, userId, changeId, after } of allLines(world))
        if (userId === null || changeId === null) told.push([table, after])
      // the free seat that was offered, where a person took it
      for (const [, { table, fields }] of world.model.reads.all<ConflictRow>('conflict'))
        for (const { rule, choice, field, table: its = table, resolved } of fields)
          if (rule.startsWith('unique@') && choice === 'merged' && resolved !== undefined)
            told.push([its, { [field]: resolved }])
      const { isWritten, isSaid } = accountOf(told)
      const first = new Map(world.plan.cast.rows.map(([table, row]) => [rowKey(table, row.id), row]))
      for (const [key, row] of world.model.reads.all<Row>('row')) {
        const table = key.split('/')[0]!
        for (const field of collections.get(table)!.fieldNames) {
          const value = row[field] ?? null
          // nearly everything stands as it did at first
          if (value === null || value === first.get(key)?.[field] || isWritten(table, field, value)) continue
          const strange = isJoined(table, field)
            ? partsOf(value).filter((part) => !isSaid(part))
            : [JSON.stringify(value)]
          if (strange.length > 0)
            report(`${field} of ${table}/${short(row.id)} holds ${strange.slice(0, 3).join(', ')}, which nobody wrote`)
        }
      }
    },
  }
}

const inTodaysWords = ({ table, change: { data, schemaVersion } }: Entry): JsonObject => {
  const words = weddingSchemas.past(schemaVersion ?? weddingSchemas.current)?.wordsOf(table)
  if (!words) return data
  return Object.fromEntries(
    Object.entries(data).map(([name, value]) => {
      const wording = words.byOld.get(name)
      return wording ? [wording.is, wording.meant(value)] : [name, value]
    }),
  )
}

/** What somebody wrote into a field of any record, and in any part of any value; worked out for what is asked for. */
const accountOf = (told: readonly (readonly [table: string, data: JsonObject | null])[]) => {
  const written = new Map<string, Set<string>>()
  let words: Set<string> | null = null
  const valuesOf = (table: string, field: string): Set<string> => {
    const key = `${table}.${field}`
    let values = written.get(key)
    if (!values) {
      const there = told.flatMap(([of, data]) =>
        of === table && data && Object.hasOwn(data, field) ? [data[field]!] : [],
      )
      written.set(key, (values = new Set(there.map((value) => JSON.stringify(value)))))
    }
    return values
  }
  return {
    isWritten: (table: string, field: string, value: Json) => valuesOf(table, field).has(JSON.stringify(value)),
    isSaid: (part: string): boolean => {
      words ??= new Set(told.flatMap(([, data]) => Object.values(data ?? {}).flatMap((value) => partsOf(value))))
      return words.has(part)
    },
  }
}

// what a rule may put together of several edits
const isJoined = (table: string, field: string): boolean =>
  ['ids', 'words', 'labels', 'answers', 'entries', 'long_text'].includes(collections.get(table)!.fieldOf(field)!.kind)

// the fixed line a rule puts between two edits, « — or — », is nobody's
const marker = /^(—|or)$/
const partsOf = (value: Json): string[] => {
  if (typeof value === 'string') return value.split(/\s+/).filter((part) => !marker.test(part))
  // of a line of a list somebody else may have written each part
  if (Array.isArray(value))
    return value.flatMap((one) => (isJsonObject(one) ? namedIn(one).map((part) => `${JSON.stringify(one['id'])}/${part}`) : [JSON.stringify(one)])) // prettier-ignore
  return isJsonObject(value) ? namedIn(value) : [JSON.stringify(value)]
}

const namedIn = (value: JsonObject): string[] =>
  Object.entries(value).map(([label, one]) => `${label}:${JSON.stringify(one)}`)
