// Two people who disagree about a record, and what a third says about it. For tests only.
import { expect } from 'vitest'
import type { JsonObject, ListedConflict } from '@wedsync/protocol'
import { endings, recordOf, type Held, type Phone, type Wedding } from './a-wedding.ts'

export const disagreementsAt = (wedding: Wedding, planner: Phone, assistant: Phone) => {
  let next = 0
  /** A line of the run sheet that nobody used yet, and that both may change. */
  const anItem = (): Held => {
    for (;;) {
      const item = recordOf('timeline_items', next++)
      if (item.data['anchor'] === 'soft' && item.data['locked'] === false) return item
    }
  }
  return {
    anItem,
    /** Tom and Priya edited the same fields without having heard of each other; hers stand, his wait for a person. */
    aWaiting: async (toms: JsonObject, priyas: JsonObject, item: Held = anItem()) => {
      await Promise.all([planner.hears(), assistant.hears()])
      const stale = assistant.edits(item, toms)
      await planner.sends([planner.edits(item, priyas)])
      const answer = await assistant.sends([stale])
      expect(endings(answer, [stale])).toEqual(['waiting'])
      return { item, stale, conflictId: answer.body.conflicts[0]!.conflictId }
    },
    decides: async (who: Phone, conflictId: string, wish: object) => {
      const path = `/api/offline/conflicts/${conflictId}/resolve`
      const answer = await who.asks(path, { method: 'POST', body: JSON.stringify(wish) })
      return { ...answer, body: answer.body as unknown as JsonObject & { conflict: ListedConflict; code: string } }
    },
    logOf: async (conflictId: string) =>
      (
        await wedding.sql<{ [column: string]: unknown; fields: JsonObject[] }>(
          'select * from public.sync_conflict_log where conflict_id = $1',
          [conflictId],
        )
      )[0]!,
    cueOf: async ({ id }: Held) => (await wedding.stored('timeline_items', id))?.['cue'],
  }
}
