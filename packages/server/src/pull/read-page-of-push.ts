// The page of news that goes home with receipts. Where none can be read just now the receipts go without: what they say is
// committed already, and a device with a cursor asks for the news next.  Keeps P1, P2.
import type { Line } from '../admission/create-line.ts'
import type { Patience } from '../admission/patience.ts'
import { SentHome } from '../admission/sent-home.ts'
import type { Caller } from '../auth/caller.ts'
import { isDatabaseAway } from '../db/database-errors.ts'
import type { Order } from '../push/opened-batch.ts'
import type { Cursor } from './cursor.ts'
import type { NewsPage, PageWish } from './read-page.ts'

export type PageOfPushParts = {
  line: Line
  readPage: (caller: Caller, wish: PageWish) => Promise<NewsPage>
  receiptsOnlyPage: (caller: Caller, cursor: Cursor, order: Order) => NewsPage
}

export const createReadPageOfPush =
  ({ line, readPage, receiptsOnlyPage }: PageOfPushParts) =>
  async (caller: Caller, wish: PageWish, order: Order | null, patience: Patience): Promise<NewsPage> => {
    try {
      return await line.run(() => readPage(caller, wish), patience)
    } catch (thrown) {
      const isNotNow = thrown instanceof SentHome || isDatabaseAway(thrown)
      if (!isNotNow || !wish.cursor || !order) throw thrown
      return receiptsOnlyPage(caller, wish.cursor, order)
    }
  }
