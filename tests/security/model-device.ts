// A device reduced to what it must hold, and an eye on every page it is sent: nothing hidden, nothing of records its
// person never saw, nothing that is not as it stands. It asks as the server does, one statement a page.
import { randomUUID } from 'node:crypto'
import type pg from 'pg'
import { rightsOf } from '@wedsync/merge'
import { allCollections } from '@wedsync/wedding'
import type { Sight } from './visible-to.ts'

type Change = {
  table: string
  id: string
  scope: string
  action: 'create' | 'update' | 'delete' | 'remove'
  version: number
  data: Record<string, unknown> | null
}
type Page = {
  reset?: string
  scopes: Record<string, [number, string, number, boolean | string]>
  revoked: string[]
  changes: Change[]
  hasMore: boolean
  remaining: number
}
/** What is true at the moment of a page: all that the person sees, their scopes, their role, all they ever saw. */
export type Truth = { sees: Sight; scopes: string[]; role: string | null; ever: ReadonlySet<string> }
export type ModelDevice = ReturnType<typeof createModelDevice>

/** Thrown by the checker and by nothing else. */
export class Leak extends Error {}

export const createModelDevice = (server: pg.Pool, claims: string) => {
  const deviceId = randomUUID()
  const records = new Map<string, { scope: string; data: Record<string, unknown> }>()
  let cursor: Page | null = null

  const pullPage = async (limit: number, truth: Truth): Promise<boolean> => {
    const { text, page } = await ask({ deviceId, cursor, scopes: null, limit, device: {} })
    if (page.reset) throw new Leak(`reset: ${page.reset}`)
    const held = Object.keys(cursor?.scopes ?? {})
    // in the middle of a run it may not have what was lost from sight since the run began
    const complete = new Set(cursor && !cursor.hasMore ? held.filter((id) => !page.revoked.includes(id)) : [])
    for (const scope of page.revoked) {
      if (!held.includes(scope)) throw new Leak('a scope is revoked that was never held')
      for (const [key, record] of records) if (record.scope === scope) records.delete(key)
    }
    const lost = held.filter((scope) => !truth.scopes.includes(scope) && !page.revoked.includes(scope))
    if (lost.length > 0) throw new Leak('a lost scope is not told as revoked')
    expectSame('scopes of the cursor', Object.keys(page.scopes).sort(), [...new Set(truth.scopes)].sort())
    check(page.changes, text, truth)
    for (const change of page.changes) {
      const key = `${change.table}/${change.id}`
      if (
        change.data === null &&
        complete.has(change.scope) &&
        records.get(key)?.scope !== change.scope &&
        !records.has(key)
      )
        throw new Leak(`told that ${key} is gone, which it never had`)
      if (change.data) records.set(key, { scope: change.scope, data: change.data })
      // a record that moved to another wedding may have arrived there already
      else if (records.get(key)?.scope === change.scope) records.delete(key)
    }
    if (page.hasMore && page.changes.length === 0 && page.remaining === 0)
      throw new Leak('more is promised, none comes')
    cursor = page
    return page.hasMore
  }

  const pullAll = async (limit: number, truth: Truth): Promise<void> => {
    for (let pages = 0; await pullPage(limit, truth); pages++) if (pages > 400) throw new Leak('a pull never ends')
  }

  /** Asks for a wedding by its id, holding nothing, as somebody who guessed it. */
  const guess = async (scopes: string[], truth: Truth): Promise<void> => {
    const { text, page } = await ask({ deviceId: null, cursor: null, scopes, limit: 50, device: {} })
    check(page.changes, text, truth)
  }

  const ask = async (asked: object): Promise<{ text: string; page: Page }> => {
    const { rows } = await server.query<{ answer: string }>('select sync.pull_page($1, $2::jsonb) as answer', [claims, JSON.stringify(asked)]) // prettier-ignore
    return { text: rows[0]!.answer, page: JSON.parse(rows[0]!.answer) as Page }
  }

  return { pullPage, pullAll, guess, records }
}

const check = (changes: readonly Change[], text: string, { sees, ever, role }: Truth): void => {
  for (const [, table, field] of text.matchAll(/CANARY (\w+)\.(\w+)/g)) {
    const collection = allCollections.find(({ name }) => name === table)!
    if (!role || !rightsOf(collection, role).reads.includes(field!))
      throw new Leak(`${table}.${field} in a page of ${role}`)
  }
  let last = 0
  for (const change of changes) {
    const key = `${change.table}/${change.id}`
    if (change.version < last) throw new Leak('a page goes backwards')
    last = change.version
    if (!ever.has(key)) throw new Leak(`the id of ${key}, which ${role} never saw`)
    if (!change.data) continue
    const now = sees.get(key)
    if (!now) throw new Leak(`${key}, which ${role} may not see`)
    expectSame(`${key} for ${role}`, { scope: change.scope, data: change.data }, { scope: now.scope, data: now.data })
  }
}

export const expectSame = (what: string, is: unknown, shouldBe: unknown): void => {
  const [one, other] = [stable(is), stable(shouldBe)]
  if (one !== other) throw new Leak(`${what}: ${one} should be ${other}`)
}

const stable = (value: unknown): string =>
  JSON.stringify(value, (_, inner: unknown) =>
    inner && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([one], [other]) => (one < other ? -1 : 1)))
      : inner,
  )
