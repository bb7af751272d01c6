// Takes a scope; answers whether this device holds what the server says its person should hold there, table by table. Both
// sides compute the same digest over the same rows, and only positions are compared at which it holds.  Shows P5.
import { conflictsTable, digestOf, isId, VerifyResponse, type HeldRecord } from '@wedsync/protocol'
import { SyncUnavailable } from '../errors.ts'
import { verifyTriesMax } from '../limits.ts'
import { jsonOf } from '../push/read-answer.ts'
import { readState } from '../store/read-state.ts'
import { type Store } from '../store/store.ts'
import { type Transport } from '../transport/create-transport.ts'

export type Verified = {
  scope: string
  /** Where the two were compared. */
  position: number
  isSame: boolean
  /** The tables in which they differ, by name. */
  differing: { table: string; here: number; there: number }[]
}

type Parts = { store: Store; transport: Transport; syncNow: () => Promise<void> }

/** Compares, after a sync. Throws `SyncUnavailable` when the server cannot say, or too much is moving. */
export const verifyScope = async (parts: Parts, scope: string): Promise<Verified> => {
  if (!isId(scope)) throw new SyncUnavailable('A scope is named by its id.')
  for (let tries = 0; tries < verifyTriesMax; tries += 1) {
    await parts.syncNow()
    const there = await askServer(parts.transport, scope.toLowerCase())
    const here = await readHeld(parts.store, there.scope)
    if (here.position >= there.since && here.position <= there.position) return compare(here, there)
  }
  throw new SyncUnavailable('The wedding changes too fast to compare just now. Try again in a moment.')
}

const askServer = async (transport: Transport, scope: string): Promise<VerifyResponse> => {
  const sent = await transport.get(`/api/offline/verify?scope=${scope}`)
  if (!('answer' in sent)) throw new SyncUnavailable('The server could not be reached.')
  const read = VerifyResponse.safeParse(jsonOf(sent.answer))
  if (sent.answer.status === 200 && read.success && read.data.scope === scope) return read.data
  throw new SyncUnavailable('The server did not say what this device should hold.', sent.answer.status)
}

type Held = { position: number; tables: Map<string, HeldRecord[]> }

// what the server last said, without the edits that lie over it; position and rows of one moment
const readHeld = (store: Store, scope: string): Promise<Held> =>
  store.view(async (tx) => {
    const { position } = await readState(tx)
    const rows = await tx.records.where('scope').equals(scope).toArray()
    // what waits for a person is worded for its reader each time: there is nothing it could be compared with
    const tables = rows.filter(({ table }) => table !== conflictsTable)
    const held = tables.flatMap(({ table, id, base }) => (base ? [{ table, id, data: base }] : []))
    return { position, tables: Map.groupBy(held, ({ table }) => table) }
  })

const compare = (here: Held, { scope, tables }: VerifyResponse): Verified => {
  const names = [...new Set([...here.tables.keys(), ...Object.keys(tables)])].sort()
  const differing = names.flatMap((table) => {
    const rows = here.tables.get(table) ?? []
    const said = tables[table]
    if (said && said.records === rows.length && said.digest === digestOf(rows)) return []
    return [{ table, here: rows.length, there: said?.records ?? 0 }]
  })
  return { scope, position: here.position, isSame: differing.length === 0, differing }
}
