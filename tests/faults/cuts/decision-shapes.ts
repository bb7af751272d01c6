// How a disagreement ends: a person decides on a phone or over HTTP, or its author withdraws what waits. Asked again after a cut,
// it is decided once.
import { expect } from 'vitest'
import type { Held } from '../../../packages/server/src/testing/a-wedding.ts'
import type { CutWorld } from './a-cut-world.ts'
import { madeBy, sends, stateOf, word } from './device-shapes.ts'
import { expectStands, over, type Shape } from './shape.ts'

export const decisionBySync = async (world: CutWorld): Promise<Shape> => {
  const device = await world.device('planner')
  const disagrees = await aDisagreement(world)
  return {
    name: 'a decision that a phone sends as a change',
    prepares: async () => {
      const { item, stale, conflictId, mine } = await disagrees()
      await device.engine.syncNow()
      const [decision] = await madeBy(device, () => device.engine.decide(conflictId, { choice: 'client' }))
      return {
        asks: sends(device),
        holds: async () => {
          await expectStands(world, {
            [decision!]: { status: 'completed', lines: 1 },
            [stale]: { status: 'completed', lines: 0, conflicts: 1 },
          })
          expect(await world.wedding.stored('timeline_items', item.id)).toMatchObject({ cue: mine })
          expect(await world.wedding.conflictLog(item.id)).toContainEqual(
            expect.objectContaining({ conflict_id: conflictId, status: 'resolved' }),
          )
          expect(stateOf(device, decision!)).toBe('settled')
        },
      }
    },
  }
}

/** Two who edited the same words: hers stand, his wait for a person. */
export const aDisagreement = async (world: CutWorld) => {
  const assistant = await world.other('assistant')
  return async (): Promise<{ item: Held; stale: string; conflictId: string; mine: string }> => {
    const [item, text] = [world.anItem(), word()]
    await assistant.hears()
    const change = assistant.edits(item, { cue: `Mine ${text}` })
    await world.wedding.sql('update public.timeline_items set cue = $2 where id = $1', [item.id, `Theirs ${text}`])
    const { body } = await assistant.sends([change])
    return { item, stale: change.changeId, conflictId: body.conflicts[0]!.conflictId, mine: `Mine ${text}` }
  }
}

export const decisionOverHttp = async (world: CutWorld): Promise<Shape> => {
  const planner = await world.other('planner')
  const cut = world.cut.phoneAs(planner)
  const disagrees = await aDisagreement(world)
  return {
    name: 'a decision over HTTP',
    isFromGreeting: true,
    prepares: async () => {
      const { item, stale, conflictId, mine } = await disagrees()
      const path = `/api/offline/conflicts/${conflictId}/resolve`
      return {
        asks: over(() => cut.asks(path, { method: 'POST', body: '{"choice":"client"}' })),
        holds: async () => {
          await expectStands(world, { [stale]: { status: 'completed', lines: 0, conflicts: 1 } })
          expect(await world.wedding.stored('timeline_items', item.id)).toMatchObject({ cue: mine })
          const [row] = await world.wedding.sql<{ status: string; lines: number }>(
            `select status, (select count(*)::integer from sync.history h where h.change_id = l.decision_id) as lines
               from public.sync_conflict_log l where conflict_id = $1`,
            [conflictId],
          )
          expect(row).toEqual({ status: 'resolved', lines: 1 })
        },
      }
    },
  }
}

export const withdrawal = async (world: CutWorld): Promise<Shape> => {
  const planner = await world.other('planner')
  const cut = world.cut.phoneAs(planner)
  const disagrees = await aDisagreement(world)
  return {
    name: 'a change that waits for a person, and is withdrawn',
    prepares: async () => {
      const { item, stale, mine } = await disagrees()
      return {
        asks: over(() => cut.asks(`/api/offline/retry/${stale}`, { method: 'DELETE' })),
        holds: async () => {
          await expectStands(world, { [stale]: { status: 'completed', lines: 0, conflicts: 1 } })
          expect(await world.wedding.stored('timeline_items', item.id)).not.toMatchObject({ cue: mine })
        },
      }
    },
  }
}
