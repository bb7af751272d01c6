// Takes a shape; runs it once whole, to know every message of it, and then once for each cut: the connection ends before or after
// the nth message. Then whoever asked asks again, and what must stand stands, once; nothing is left open.
import { setImmediate as turn } from 'node:timers/promises'
import { expect } from 'vitest'
import type { Cut } from '../../support/a-framed-wire.ts'
import type { CutWorld } from './a-cut-world.ts'
import type { Ask, Shape } from './shape.ts'

/** Tries after a cut: the first, one that meets its consequences, and some air. */
const triesMax = 4
/** Two connections may speak at once, so that one or the other message comes a little earlier, or not at all. */
const passedByMax = 2

export type CutThrough = { messages: string[]; cuts: number; tries: number }

/** `every`: each nth of all cuts, from `first` on, in the order of the messages. */
export const cutThrough = async (world: CutWorld, shape: Shape, { every = 1, first = 0 } = {}): Promise<CutThrough> => {
  const { messages } = await once(world, shape, null)
  const cuts = messages.flatMap((_, nth): Cut[] => [
    { at: nth + 1, isDelivered: false },
    { at: nth + 1, isDelivered: true },
  ])
  const chosen = cuts.filter((_, nth) => nth % every === first % every)
  let [tries, passedBy] = [0, 0]
  for (const cut of chosen) {
    const told = await once(world, shape, cut).catch((thrown: unknown) => {
      const says = `${cut.isDelivered ? 'after' : 'before'} message ${cut.at}, ${messages[cut.at - 1]!}`
      throw new Error(`cut ${says}: ${(thrown as Error).message}`, { cause: thrown })
    })
    if (!told.isCut) passedBy += 1
    tries += told.tries
  }
  expect(passedBy).toBeLessThanOrEqual(passedByMax)
  return { messages, cuts: chosen.length - passedBy, tries }
}

const once = async (world: CutWorld, shape: Shape, cut: Cut | null) => {
  const { asks, holds } = await shape.prepares(world)
  await world.wire.endsAll()
  world.wire.counts(cut, shape.isFromGreeting)
  const isAnswered = await asks()
  // the last of it may still be on its way
  await turn()
  const { messages, isCut } = world.wire.heard()
  if (!cut) expect(isAnswered, 'it is answered where nothing is cut').toBe(true)
  const tries = isAnswered ? 1 : 1 + (await untilAnswered(asks))
  await expectNothingOpen(world)
  await holds()
  return { messages, isCut, tries }
}

const untilAnswered = async (asks: Ask): Promise<number> => {
  for (let tries = 1; tries < triesMax; tries += 1) if (await asks()) return tries
  throw new Error(`not answered in ${triesMax} tries`)
}

/** A session whose other end is gone ends by itself, at once and not after a time-out. */
export const expectNothingOpen = ({ wedding }: CutWorld) =>
  expect
    .poll(
      () =>
        wedding.sql(
          `select state, wait_event_type, left(query, 60) as query from pg_stat_activity
            where datname = current_database() and application_name = 'wedsync'
              and (state <> 'idle' or wait_event_type = 'Lock')`,
        ),
      { timeout: 5000, interval: 10 },
    )
    .toEqual([])
