// Takes where a device stands; hands back the next page of news and where that leaves it. Head, rows, rights and mark
// are of one snapshot. The rows stay text: they were JSON in the database and are JSON on the wire.  Keeps P5, P8, P9.
import type { Settled } from '@wedsync/protocol'
import type { Caller } from '../auth/caller.ts'
import { callPullPage } from '../db/call-sql.ts'
import type { Database } from '../db/pool.ts'
import { ApiError } from '../http/api-error.ts'
import type { Receipt } from '@wedsync/protocol'
import type { Cursor, Cursors } from './cursor.ts'

export type PageWish = {
  /** Null: somebody who only looks; nothing is noted of them. */
  deviceId: string | null
  cursor: Cursor | null
  /** Of a device without a cursor: when it last heard, by this server's clock. */
  since?: string | null
  scopes: readonly string[] | null
  limit: number
  device: object
  /** Of a device without a cursor: what this very request was told to be open; where it no longer is, the page says so. */
  open?: readonly string[]
  /** True: not worth noting how far the device has read. */
  isQuiet?: boolean
}

export type NewsPage = {
  /** A JSON list of `ServerChange`, as text. */
  changesJson: string
  cursor: string
  position: number
  hasMore: boolean
  remaining: number
  revokedScopes: string[]
  settled: Settled[]
  /** True for somebody who belongs nowhere any more: not even the organization's own records are theirs. */
  isStranger: boolean
}

type Answer = Cursor & {
  position: number
  revoked: string[]
  hasMore: boolean
  remaining: number
  settled: Receipt[]
}

const changesAt = '"changes" : '

export const createReadPage =
  (database: Database, cursors: Cursors, reset: (why: string) => void) =>
  async (caller: Caller, wish: PageWish): Promise<NewsPage> => {
    const text = await callPullPage(database, caller.claims, JSON.stringify(wish))
    const { rest, changesJson } = withoutChanges(text)
    const answer = JSON.parse(rest) as Answer | { reset: string }
    if ('reset' in answer) {
      reset(answer.reset)
      throw cursorReset()
    }
    const { epoch, markAt, mark, read, scopes, position, revoked, hasMore, remaining, settled } = answer
    return {
      changesJson,
      cursor: cursors.sign({ epoch, markAt, mark, read, scopes }, caller),
      position,
      hasMore,
      remaining,
      revokedScopes: revoked,
      settled: settled.map(settledOf),
      isStranger: Object.keys(scopes).length === 0,
    }
  }

export const cursorReset = () =>
  new ApiError(
    'cursor_reset',
    'This history does not continue yours. Load again; what you have not shared yet is kept and sent again.',
  )

/** The cursor of a request: null without one; one that cannot be read makes the device load again. */
export const readCursor = (
  text: string | null | undefined,
  caller: Caller,
  cursors: Cursors,
  reset: (why: string) => void,
): Cursor | null => {
  if (!text) return null
  const cursor = cursors.read(text, caller)
  if (cursor) return cursor
  reset('not signed here, or for somebody else')
  throw cursorReset()
}

// The database puts `changes` last but for two short members; cut out, the long list is never parsed here.
const withoutChanges = (text: string): { rest: string; changesJson: string } => {
  const from = text.indexOf(changesAt)
  const to = text.lastIndexOf(', "settled" : ')
  if (from < 0 || to < from) return { rest: text, changesJson: '[]' }
  return {
    rest: `${text.slice(0, from)}"changes" : []${text.slice(to)}`,
    changesJson: text.slice(from + changesAt.length, to),
  }
}

const settledOf = (receipt: Receipt): Settled =>
  receipt.kind === 'processed' ? receipt.processed : receipt.kind === 'failed' ? receipt.failure : receipt.conflict
