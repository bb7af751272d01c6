// Somebody's phone, whose store is looked at from outside: the real device library over a store in memory. It notes every edit that
// was kept, under which change it goes, which of them were folded into one that was not sent yet, and what it was told is safe.
import { createMemoryDisk, createMemoryStore, startSync, type SyncEngine, type SyncSettings } from '@wedsync/client'
import type { JsonObject, Role } from '@wedsync/protocol'
import { allCollections } from '@wedsync/wedding'
import type { Entry } from '../../packages/client/src/outbox/entry.ts'
import type { KeptRow, RecordRow } from '../../packages/client/src/store/store.ts'
import { agency, aToken, atTheEnd } from '../../packages/server/src/testing/a-wedding.ts'

export type NotedDevice = Awaited<ReturnType<typeof aNotedDevice>>
/** A change as it was first stored, how many later edits went into it, and what stood before the person at each of them. */
export type Made = {
  changeId: string
  table: string
  id: string
  action: string
  folded: number
  bases: readonly JsonObject[]
  by: string
}

type Somebody = { userId: string; role: Role; name: string }

export const aNotedDevice = async (
  { userId, role, name }: Somebody,
  settings: Partial<SyncSettings> & Pick<SyncSettings, 'fetch' | 'baseUrl'>,
) => {
  const organizationId = agency.organization.id
  const token = await aToken({ sub: userId, role: 'authenticated', app_metadata: { organization_id: organizationId } })
  const disk = createMemoryDisk()
  const engine = await startSync({
    ...{ collections: allCollections, token: () => token, user: { id: userId, organizationId, role, name } },
    ...{ store: createMemoryStore(disk).open, locks: null, followsStream: false, pollEveryMs: 3_600_000 },
    ...settings,
  })
  atTheEnd(() => engine.stop())
  const [store] = [...disk.values()]
  const rows = <Row>(table: 'outbox' | 'kept' | 'records'): Row[] => store!.table(table).all() as Row[]
  const outbox = () => rows<Entry>('outbox')

  const made = new Map<string, Made & { data: string }>()
  const acknowledged = new Set<string>()
  let resets = 0
  engine.on('reset', () => (resets += 1))
  const note = () => {
    for (const { changeId, table, id, change, state, isOnlyHere } of outbox()) {
      if (state === 'settled' || state === 'held' || (state === 'stuck' && !isOnlyHere)) acknowledged.add(changeId)
      const [known, data] = [made.get(changeId), JSON.stringify(change.data)]
      const base = change.base ?? {}
      if (!known)
        made.set(changeId, { changeId, table, id, action: change.action, folded: 0, bases: [base], by: name, data })
      // from its first sending a change never alters: what does was folded
      else if (known.data !== data)
        made.set(changeId, { ...known, folded: known.folded + 1, bases: [...known.bases, base], data })
    }
  }
  store!.watch({
    owner: { isDead: false, isClosed: false },
    onWritten: (tables) => {
      if (tables.has('outbox')) note()
    },
  })
  return {
    ...{ engine, role, name, userId, outbox, acknowledged },
    kept: () => rows<KeptRow>('kept'),
    /** Every record as it is on the screen. */
    shows: (): (RecordRow & { view: JsonObject })[] =>
      rows<RecordRow & { view: JsonObject }>('records').filter((row) => row.view !== null),
    /** How often it was told that the server had lost its memory. */
    resets: () => resets,
    /** Everything this person made here, in order. */
    made: (): Made[] => [...made.values()],
  }
}

/** Sends and fetches until everything has its answer but what waits for a person or for another phone; answers how often it took. */
export const untilAnswered = async (engine: SyncEngine, triesMax = 10): Promise<number> => {
  for (let tries = 1; tries <= triesMax; tries += 1) {
    await engine.syncNow()
    const { waiting, isLoading, network, error } = engine.status()
    if (waiting === 0 && !isLoading && network === 'online' && error === null) return tries
  }
  return Infinity
}
