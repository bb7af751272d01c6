// Lets requests with the same key follow one another, a few at once, before they take a connection: in the database they
// would wait for the same row anyway, each holding a connection that somebody else could use.
import type { LineLimits } from '../limits.ts'
import { createLine, type Line, type Refuse } from './create-line.ts'
import type { Patience } from './patience.ts'

/** A line for each key, as long as somebody is in it. */
export type TakeTurns = Pick<Line, 'waiting' | 'underWay' | 'disperse'> & {
  run: <Answer>(key: string, step: () => Promise<Answer>, patience?: Patience) => Promise<Answer>
}

export const createTurns = (limits: LineLimits, refuse: Refuse): TakeTurns => {
  const lines = new Map<string, Line>()
  const sumOf = (count: (line: Line) => number) => [...lines.values()].reduce((sum, line) => sum + count(line), 0)
  return {
    async run(key, step, patience) {
      const line = lines.get(key) ?? createLine(limits, refuse)
      lines.set(key, line)
      try {
        return await line.run(step, patience)
      } finally {
        if (line.underWay() === 0 && line.waiting() === 0) lines.delete(key)
      }
    },
    waiting: () => sumOf((line) => line.waiting()),
    underWay: () => sumOf((line) => line.underWay()),
    disperse: () => {
      for (const line of lines.values()) line.disperse()
    },
  }
}
