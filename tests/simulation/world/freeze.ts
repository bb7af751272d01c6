// In some worlds the plan is frozen: from before anybody begins or from some minute of the run on, until after it or some minute later, by the
// clock on the venue's wall. Half of the lines then have a time that is fixed.
import type { Statement } from '../model/console.ts'
import type { Step } from '../model/model-database.ts'
import type { Dice } from './dice.ts'
import type { Cast } from './people.ts'

export type PlannedFreeze = { from: string; to: string }

// a world begins at 13:00 in London
export const aFreeze = (dice: Dice): PlannedFreeze => ({
  from: `2026-06-20T${dice.pick(['09:00', '12:00', '12:00', '13:00', '13:01'])}`,
  to: `2026-06-20T${dice.pick(['13:01', '13:02', '20:00', '20:00', '20:00'])}`,
})

/** Whether it is one all the while, and for a good while before and after. */
export const isAllDay = ({ from, to }: PlannedFreeze): boolean => from <= '2026-06-20T12:00' && to >= '2026-06-20T20:00'

export const frozenBy = (cast: Cast, { from, to }: PlannedFreeze): Step => ({
  statements: cast.rows.flatMap(([table, { id }], nth): Statement[] => {
    if (table === 'clients') return [{ does: 'update', table, id, values: { freeze_from: from, freeze_to: to } }]
    return table === 'timeline_items' && nth % 2 === 0
      ? [{ does: 'update', table, id, values: { anchor: 'hard' } }]
      : []
  }),
})
