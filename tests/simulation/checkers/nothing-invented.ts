// P12: every value that stands was written by somebody, or by a rule whose every part comes from what somebody wrote.
import type { Json, JsonObject } from '@wedsync/protocol'
import { allCollections } from '@wedsync/wedding'
import type { Row } from '../model/rows.ts'
import { allLines, short, type MakeChecker } from './checker.ts'

const collections = new Map(allCollections.map((collection) => [collection.name, collection]))

export const nothingInvented: MakeChecker = (world, report) => {
  const written = new Set<string>()
  const words = new Set<string>()
  const add = (table: string, data: JsonObject | null) => {
    for (const [field, value] of Object.entries(data ?? {})) {
      written.add(`${table}.${field}=${JSON.stringify(value)}`)
      for (const part of partsOf(value)) words.add(part)
    }
  }
  for (const [table, row] of world.plan.cast.rows) add(table, row)
  for (const { name, defaults } of allCollections) add(name, defaults)
  return {
    hear: (happening) => {
      if (happening.what === 'saved') add(happening.entry.table, happening.entry.change.data)
    },
    conclude: () => {
      for (const { table, userId, changeId, after } of allLines(world))
        if (userId === null || changeId === null) add(table, after)
      for (const [key, row] of world.model.reads.all<Row>('row')) {
        const table = key.split('/')[0]!
        for (const field of collections.get(table)!.fieldNames) {
          const value = row[field] ?? null
          if (value === null || written.has(`${table}.${field}=${JSON.stringify(value)}`)) continue
          const strange = isJoined(table, field)
            ? partsOf(value).filter((part) => !words.has(part))
            : [JSON.stringify(value)]
          if (strange.length > 0)
            report(`${field} of ${table}/${short(row.id)} holds ${strange.slice(0, 3).join(', ')}, which nobody wrote`)
        }
      }
    },
  }
}

// what a rule may put together of several edits
const isJoined = (table: string, field: string): boolean =>
  ['ids', 'words', 'labels', 'long_text'].includes(collections.get(table)!.fieldOf(field)!.kind)

// the fixed line a rule puts between two edits, « — or — », is nobody's
const marker = /^(—|or)$/
const partsOf = (value: Json): string[] => {
  if (typeof value === 'string') return value.split(/\s+/).filter((part) => !marker.test(part))
  if (Array.isArray(value)) return value.map((one) => JSON.stringify(one))
  if (typeof value === 'object' && value !== null)
    return Object.entries(value).map(([label, one]) => `${label}:${JSON.stringify(one)}`)
  return [JSON.stringify(value)]
}
