// Computes again what the person sees of some records, after their base or their entries moved. Runs inside the
// caller's step, so that no view is ever stored without its reason.  Keeps P6.
import { type Entry } from '../outbox/entry.ts'
import { viewOf } from '../outbox/overlay.ts'
import { type Device } from '../settings.ts'
import { type DeviceState } from './device-state.ts'
import { type Key, type RecordRow, type Tables } from './store.ts'

/** What the server now says of a record; absent: what it said before. */
export type NewBase = Pick<RecordRow, 'table' | 'id' | 'scope' | 'version' | 'base'>

/** One spelling of a key, for maps. */
export const keyText = ([table, id]: Key): string => `${table}/${id}`

/** Lays the waiting edits over these records again and stores what comes out. */
export const layOver = async (
  tx: Tables,
  { collections }: Pick<Device, 'collections'>,
  keys: readonly Key[],
  state: DeviceState,
  bases: ReadonlyMap<string, NewBase> = new Map(),
): Promise<void> => {
  const unique = [...new Map(keys.map((key) => [keyText(key), key])).values()]
  if (unique.length === 0) return
  const rows = await tx.records.bulkGet(unique)
  const entriesByKey = await entriesFor(tx, unique)
  const puts: RecordRow[] = []
  const gone: Key[] = []
  for (const [place, key] of unique.entries()) {
    const name = keyText(key)
    const entries = entriesByKey.get(name) ?? []
    const known = bases.get(name) ?? rows[place] ?? fromOutbox(entries)
    if (!known) continue
    const { table, id, scope, version, base } = known
    const seen = viewOf(base, entries, state, collections.get(table))
    if (base === null && seen.view === null) gone.push(key)
    else puts.push({ table, id, scope, version, base, ...seen })
  }
  await tx.records.bulkPut(puts)
  if (gone.length > 0) await tx.records.bulkDelete(gone)
}

const fromOutbox = ([entry]: readonly Entry[]): NewBase | null =>
  entry ? { table: entry.table, id: entry.id, scope: entry.scope, version: null, base: null } : null

const fewKeys = 4

const entriesFor = async ({ outbox }: Tables, keys: readonly Key[]): Promise<Map<string, Entry[]>> => {
  const found =
    keys.length <= fewKeys
      ? (await Promise.all(keys.map((key) => outbox.where('[table+id]').equals(key).toArray()))).flat()
      : await outbox.toArray()
  const byKey = new Map<string, Entry[]>()
  for (const entry of found.sort((one, other) => one.seq - other.seq)) {
    const name = keyText([entry.table, entry.id])
    const list = byKey.get(name)
    if (list) list.push(entry)
    else byKey.set(name, [entry])
  }
  return byKey
}
