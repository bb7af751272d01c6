// P7: no page holds a row or a field its reader may not read at that moment, and no line of history was written by a role that may not
// write it. Told by the second account of who sees what.
import { sameJson, type ConflictField, type JsonObject, type ServerChange } from '@wedsync/protocol'
import { allCollections } from '@wedsync/wedding'
import type { Line } from '../model/rows.ts'
import { rightsFor, writesOf } from '../model/sight.ts'
import { short, type MakeChecker } from './checker.ts'
import { sightOf } from './same-as-select.ts'

const collections = new Map(allCollections.map((collection) => [collection.name, collection]))

export const nothingLeaks: MakeChecker = (world, report) => ({
  called: ({ name, values, answer }) => {
    if (name !== 'pull_page' || !answer || answer.includes('"changes" : [], "settled" : []')) return
    const { sub, app_metadata } = JSON.parse(values[0] as string) as {
      sub: string
      app_metadata: { organization_id: string }
    }
    const page = JSON.parse(answer) as { changes?: ServerChange[] }
    const sight = sightOf(world.model.reads, app_metadata.organization_id, sub)
    const who = world.plan.cast.people.find(({ userId }) => userId === sub)?.name ?? sub
    for (const { table, id, data } of page.changes ?? []) {
      if (!data) continue
      if (table === 'conflicts') {
        for (const field of data['fields'] as unknown as ConflictField[]) {
          const key = `${field.table ?? (data['recordTable'] as string)}/${field.id ?? (data['recordId'] as string)}`
          if (
            field.server !== undefined &&
            field.server !== null &&
            !Object.hasOwn(sight.get(key)?.data ?? {}, field.field) &&
            world.model.reads.get('row', key)
          )
            report(`${who} is told the other side of ${field.field} of ${key}`)
        }
        continue
      }
      const may = sight.get(`${table}/${id}`)
      if (!may) report(`${who} is sent ${table}/${short(id)}`)
      else if (!sameJson(data, may.data as JsonObject))
        report(
          `${who} is sent ${table}/${short(id)} with ${
            Object.keys(data)
              .filter((field) => !Object.hasOwn(may.data, field))
              .join() || 'other values'
          }`,
        )
    }
  },
  hear: (happening) => {
    if (happening.what !== 'committed') return
    for (const [, lines] of (happening.written.get('history') ?? new Map()) as Map<string, readonly Line[]>) {
      const line = lines.at(-1)!
      const collection = collections.get(line.table)
      if (line.userId === null || line.changeId === null || !collection) continue
      const role = (line.role ?? '').replace('app_', '')
      const may = line.action === 'create' ? writesOf(collection, role) : rightsFor(collection, role).changes
      const strange =
        line.action === 'delete'
          ? rightsFor(collection, role).mayDelete
            ? []
            : ['the record']
          : Object.keys(line.after ?? {}).filter(
              (field) => !may.includes(field) && !sameJson(line.after![field], collection.defaults[field] ?? null),
            )
      if (strange.length > 0) report(`${role} wrote ${strange.join()} of ${line.table}/${short(line.id)}`)
    }
  },
})
