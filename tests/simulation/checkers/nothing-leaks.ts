// P7: no page holds a row or a field its reader may not read at that moment, and no line of history was written by a role that may not
// write it. Told by the second account of who sees what.
import { sameJson, type ConflictField, type JsonObject, type ServerChange } from '@wedsync/protocol'
import { allCollections } from '@wedsync/wedding'
import { rowKey, type Line } from '../model/rows.ts'
import { rightsOf } from '@wedsync/merge'
import { writesOf } from '../model/sight.ts'
import { short, type MakeChecker } from './checker.ts'
import { rowsAs, rowsOfTableAs } from './same-as-select.ts'
import { dataOf, eyeOf } from '../../security/visible-to.ts'

const collections = new Map(allCollections.map((collection) => [collection.name, collection]))

const tableIn = (key: string): string => key.slice(0, key.indexOf('/'))

export const nothingLeaks: MakeChecker = (world, report) => {
  // as it is committed; a table that was written is looked at anew
  const rows = new Map<string, ReturnType<typeof rowsAs>>()
  const readAs = (organizationId: string, userId: string) => {
    const there = rows.get(organizationId) ?? rowsAs(world.model.reads, organizationId)
    rows.set(organizationId, there)
    const { role, sees } = eyeOf(there, organizationId, userId)
    return (table: string, id: string): JsonObject | null => {
      const collection = collections.get(table)!
      const row = there.get(table)!.find((one) => one.id === id)
      return role && row && sees(collection, row) ? (dataOf(collection, role, row) as JsonObject) : null
    }
  }
  return {
    called: ({ name, values, answer }) => {
      if (name !== 'pull_page' || !answer || answer.includes('"changes" : [], "settled" : []')) return
      const { sub, app_metadata } = JSON.parse(values[0] as string) as {
        sub: string
        app_metadata: { organization_id: string }
      }
      const page = JSON.parse(answer) as { changes?: ServerChange[] }
      const read = readAs(app_metadata.organization_id, sub)
      const who = world.plan.cast.people.find(({ userId }) => userId === sub)?.name ?? sub
      for (const { table, id, data } of page.changes ?? []) {
        if (!data) continue
        if (table === 'conflicts') {
          for (const field of data['fields'] as unknown as ConflictField[]) {
            const [ofTable, ofId] = [
              field.table ?? (data['recordTable'] as string),
              field.id ?? (data['recordId'] as string),
            ]
            const key = rowKey(ofTable, ofId)
            if (
              field.server !== undefined &&
              field.server !== null &&
              !Object.hasOwn(read(ofTable, ofId) ?? {}, field.field) &&
              world.model.reads.get('row', key)
            )
              report(`${who} is told the other side of ${field.field} of ${key}`)
          }
          continue
        }
        const may = read(table, id)
        if (!may) report(`${who} is sent ${table}/${short(id)}`)
        else if (!sameJson(data, may))
          report(
            `${who} is sent ${table}/${short(id)} with ${
              Object.keys(data)
                .filter((field) => !Object.hasOwn(may, field))
                .join() || 'other values'
            }`,
          )
      }
    },
    hear: (happening) => {
      if (happening.what === 'restored') rows.clear()
      if (happening.what !== 'committed') return
      for (const table of new Set([...(happening.written.get('row')?.keys() ?? [])].map(tableIn)))
        for (const [organizationId, there] of rows)
          there.set(table, rowsOfTableAs(world.model.reads, organizationId, collections.get(table)!))
      for (const [, lines] of (happening.written.get('history') ?? new Map()) as Map<string, readonly Line[]>) {
        const line = lines.at(-1)!
        const collection = collections.get(line.table)
        if (line.userId === null || line.changeId === null || !collection) continue
        const role = (line.role ?? '').replace('app_', '')
        const may = line.action === 'create' ? writesOf(collection, role) : rightsOf(collection, role).changes
        const strange =
          line.action === 'delete'
            ? rightsOf(collection, role).mayDelete
              ? []
              : ['the record']
            : Object.keys(line.after ?? {}).filter(
                (field) => !may.includes(field) && !sameJson(line.after![field], collection.defaults[field] ?? null),
              )
        if (strange.length > 0) report(`${role} wrote ${strange.join()} of ${line.table}/${short(line.id)}`)
      }
    },
  }
}
