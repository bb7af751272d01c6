// Lets requests with the same key follow one another, a few at once, before they take a connection: in the database they
// would wait for the same row anyway, each holding a connection that somebody else could use.
import { ApiError } from '../http/api-error.ts'

export type TakeTurns = <Answer>(key: string, step: () => Promise<Answer>) => Promise<Answer>

/** `waitingMax`: how many may wait beside those whose turn it is; one more is told to come back. */
export type Turns = { atOnce: number; waitingMax: number; tooMany: string }

/** A phone sends one batch at a time, so a hundred that wait are a loop gone wild. */
export const turnsOfDevice: Turns = {
  ...{ atOnce: 1, waitingMax: 100 },
  tooMany: 'This device has too many requests under way. Nothing was written; try again.',
}

/**
 * All of an organization wait for its clock in the end: with three at once two prepare while one writes, and more only get in
 * each other's way (measured: six at once cost the database a tenth more). It also leaves connections to the others.
 */
export const turnsOfOrganization: Turns = {
  ...{ atOnce: 3, waitingMax: 500 },
  tooMany: 'Too many devices of this organization send at once. Nothing was written; try again.',
}

export const createTurns = ({ atOnce, waitingMax, tooMany }: Turns): TakeTurns => {
  const lines = new Map<string, { active: number; waiting: (() => void)[] }>()
  return async (key, step) => {
    const line = lines.get(key) ?? { active: 0, waiting: [] }
    lines.set(key, line)
    if (line.active < atOnce) line.active += 1
    else {
      if (line.waiting.length >= waitingMax)
        throw new ApiError('unavailable', tooMany, { headers: { 'Retry-After': '2' } })
      // whoever ends hands their turn on
      await new Promise<void>((comes) => line.waiting.push(comes))
    }
    try {
      return await step()
    } finally {
      const next = line.waiting.shift()
      if (next) next()
      else {
        line.active -= 1
        if (line.active === 0) lines.delete(key)
      }
    }
  }
}
