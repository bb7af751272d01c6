// The page of a device that has more to send: no news, and a cursor that stays where it was but names the newest commit,
// the device's own push included, so that a server put back to before it is noticed.  Keeps P9.
import type { Caller } from '../auth/caller.ts'
import type { Order } from '../push/opened-batch.ts'
import type { Cursor, Cursors } from './cursor.ts'
import type { NewsPage } from './read-page.ts'

export const receiptsOnlyPage = (caller: Caller, cursor: Cursor, order: Order, cursors: Cursors): NewsPage => ({
  changesJson: '[]',
  cursor: cursors.sign({ ...cursor, epoch: order.epoch, markAt: order.mark_at, mark: order.mark }, caller),
  position: cursor.read,
  hasMore: true,
  remaining: 0,
  revokedScopes: [],
  settled: [],
  isStranger: false,
})
