// Takes a pool and the breaker; hands back the same database, each of whose questions the breaker hears the end of.
import type { Breaker } from './create-breaker.ts'
import type { Database } from './pool.ts'

export const guarded = (pool: Database, { run }: Pick<Breaker, 'run'>): Database => ({
  query: (asked) => run(() => pool.query(asked)),
  async connect() {
    const session = await run(() => pool.connect())
    return {
      query: (asked) => run(() => session.query(asked)),
      release: (broken) => session.release(broken),
      end: () => session.end(),
    }
  },
  end: () => pool.end(),
})
