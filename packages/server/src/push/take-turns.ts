// Lets requests of one device follow one another before they take a connection: in the database they would wait for the
// device's row anyway, each holding a connection that somebody else could use.
import { ApiError } from '../http/api-error.ts'

/** Requests of one device that may wait: a phone sends one at a time, so more is a loop gone wild. */
const waitingMax = 100

export type TakeTurns = <Answer>(device: string, step: () => Promise<Answer>) => Promise<Answer>

export const createTurns = (): TakeTurns => {
  const lines = new Map<string, { last: Promise<unknown>; length: number }>()
  return async (device, step) => {
    const line = lines.get(device) ?? { last: Promise.resolve(), length: 0 }
    if (line.length >= waitingMax)
      throw new ApiError(
        'unavailable',
        'This device has too many requests under way. Nothing was written; try again.',
        {
          headers: { 'Retry-After': '2' },
        },
      )
    lines.set(device, line)
    line.length += 1
    const turn = line.last.then(step, step)
    line.last = turn
    try {
      return await turn
    } finally {
      line.length -= 1
      if (line.length === 0) lines.delete(device)
    }
  }
}
