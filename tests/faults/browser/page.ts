// The page that is killed: the real device library over the browser's own store, and somebody who never stops writing. Built for the
// browser by a-page.ts; what it is told to do comes through `window.phone`.
import { startSync, type SyncEngine } from '@wedsync/client'
import type { JsonObject } from '@wedsync/protocol'
import { allCollections } from '@wedsync/wedding'
import type { Entry } from '../../../packages/client/src/outbox/entry.ts'
import type { RecordRow } from '../../../packages/client/src/store/store.ts'

export type Who = { id: string; organizationId: string; role: string; name: string; token: string }
/** What a writer wrote into a note, and how often; `isWhole`: every letter of it. */
export type Written = { id: string; writer: number; nth: number; isWhole: boolean }
export type Held = {
  entries: (Written & Pick<Entry, 'changeId' | 'state' | 'table'> & { action: string; base: JsonObject })[]
  /** Notes as they are on the screen. */
  notes: Written[]
  kept: string[]
}
export type Phone = typeof phone
declare global {
  interface Window {
    phone: Phone
    /** Hands one line out of the browser. */
    tell: (written: Omit<Written, 'isWhole'>) => Promise<void>
  }
}

const editsOfANote = 6
const lettersMax = 4000
let engine: SyncEngine | undefined
const running = (): SyncEngine => {
  if (!engine) throw new Error('nothing is open')
  return engine
}

// letters that no store can make smaller
const noise = (letters: number): string => {
  let text = ''
  while (text.length < letters) text += crypto.randomUUID().replaceAll('-', '')
  return text.slice(0, letters)
}
const bodyOf = (writer: number, nth: number, letters: number): string => `${writer}:${nth}:${letters}:${noise(letters)}`
const readBody = (id: string, body: unknown): Written => {
  const [writer, nth, letters, text] = String(body).split(':')
  return { id, writer: Number(writer), nth: Number(nth), isWhole: text?.length === Number(letters) }
}

const rowsOf = <Row>(database: IDBDatabase, table: string): Promise<Row[]> =>
  new Promise((resolve, reject) => {
    const asked = database.transaction(table).objectStore(table).getAll()
    asked.onsuccess = () => resolve(asked.result as Row[])
    asked.onerror = () => reject(asked.error!)
  })
const opened = (name: string): Promise<IDBDatabase> =>
  new Promise((resolve, reject) => {
    const asked = indexedDB.open(name)
    // a store that is gone is not made anew by whoever looks
    asked.onupgradeneeded = () => asked.transaction!.abort()
    asked.onsuccess = () => resolve(asked.result)
    asked.onerror = () => reject(asked.error!)
  })

const phone = {
  /** What lies in the store, read without the library. */
  looks: async ({ id }: Who): Promise<Held> => {
    const database = await opened(`wedsync:${id}`)
    const [outbox, records, kept] = await Promise.all([
      rowsOf<Entry>(database, 'outbox'),
      rowsOf<RecordRow>(database, 'records'),
      rowsOf<{ changeId: string }>(database, 'kept'),
    ])
    database.close()
    return {
      entries: outbox.map(({ changeId, state, table, id: record, change }) => ({
        ...{ changeId, state, table, action: change.action, base: change.base ?? {} },
        ...readBody(record, change.data['body']),
      })),
      notes: records
        .filter(({ table, view }) => table === 'notes' && view !== null)
        .map(({ id: record, view }) => readBody(record, view!['body'])),
      kept: kept.map(({ changeId }) => changeId),
    }
  },
  opens: async ({ token, ...user }: Who): Promise<void> => {
    engine ??= await startSync({
      ...{ baseUrl: '', collections: allCollections, user, token: () => token },
      ...{ followsStream: false, pollEveryMs: 3_600_000 },
    })
  },
  /** Several at once, each note some times over, until the browser is gone; whatever is kept is told. */
  writes: (wedding: string, writers: number): void => {
    const writesOn = async (writer: number): Promise<never> => {
      for (;;) {
        const id = crypto.randomUUID()
        for (let nth = 0; nth <= editsOfANote; nth += 1) {
          const body = bodyOf(writer, nth, Math.floor(Math.random() * lettersMax))
          if (nth === 0) await running().create('notes', { client_id: wedding, body }, id)
          else await running().save('notes', id, { body })
          void window.tell({ id, writer, nth })
        }
      }
    }
    for (let writer = 0; writer < writers; writer += 1) void writesOn(writer)
  },
  /** One long note; answers its id, or what the person is told. */
  writesLong: async (
    wedding: string,
    writer: number,
    letters: number,
  ): Promise<{ id: string } | { refused: string; name: string }> => {
    try {
      return { id: await running().create('notes', { client_id: wedding, body: bodyOf(writer, 0, letters) }) }
    } catch (error) {
      const { name, message } = error as Error
      return { refused: message, name }
    }
  },
  syncs: async () => {
    await running().syncNow()
    const { waiting, error, network, word } = running().status()
    return { waiting, error, network, word }
  },
}
window.phone = phone
