// Connections to the real database, one for each session of the model. A word is sent and its answer is not waited for; then either
// it comes in time, or the database says that this connection waits for a lock.
import pg from 'pg'

export type Outcome = { answer: string | null; error: { code: string; message: string } | null }
/** What is sent on a connection: resolves to its answer. */
export type Saying = (connection: pg.Client) => Promise<string | null>

export type Sessions = {
  say: (session: number, saying: Saying) => Promise<void>
  /** Its answer; null where none comes in time. */
  answerOf: (session: number) => Promise<Outcome | null>
  /** True: it waits for a lock. Null: neither an answer nor a lock in time. */
  isWaiting: (session: number) => Promise<boolean | null>
  /** For whom it waits, in words. */
  waitsFor: (session: number) => Promise<string>
  /** Calls off what it waits for, as a time-out does. */
  callOff: (session: number) => Promise<void>
  waiting: () => number[]
  /** As when whoever held it is gone: what it had begun is rolled back. Answers whether there was anything. */
  end: (session: number) => Promise<boolean>
  endAll: () => Promise<void>
  close: () => Promise<void>
}

type Session = { connection: pg.Client; pid: number; outcome: Promise<Outcome> | null; isAnswered: boolean }

/** Long enough on the slowest machine: only a word that hangs takes so long. */
const patienceMs = 20_000
const pauseMs = 2
const longPauseMs = 20
/** So many looks in a row at somebody who stands in its way: nobody lets it through before the next word. */
const blockedMax = 25

export const createSessions = (url: string, admin: pg.Pool): Sessions => {
  const held = new Map<number, Session>()
  const free: Session[] = []

  const open = async (): Promise<Session> => {
    const connection = new pg.Client({ connectionString: url })
    // one that is ended under a word says so in its answer
    connection.on('error', () => undefined)
    await connection.connect()
    const { rows } = await connection.query<{ pid: number }>('select pg_backend_pid() as pid')
    return { connection, pid: rows[0]!.pid, outcome: null, isAnswered: true }
  }
  const sessionOf = async (number: number): Promise<Session> => {
    const found = held.get(number) ?? free.pop() ?? (await open())
    held.set(number, found)
    return found
  }
  const stateOf = async ({ pid }: Session): Promise<{ isLocked: boolean; blockers: number[] }> => {
    const { rows } = await admin.query<{ isLocked: boolean; blockers: number[] }>(
      `select coalesce(a.wait_event_type = 'Lock', false) as "isLocked", pg_blocking_pids(a.pid) as blockers
         from pg_stat_activity a where a.pid = $1`,
      [pid],
    )
    return rows[0] ?? { isLocked: false, blockers: [] }
  }
  const drop = async ({ connection, pid }: Session): Promise<void> => {
    await admin.query('select pg_terminate_backend($1, $2)', [pid, patienceMs])
    await connection.end().catch(() => undefined)
  }

  const end = async (number: number): Promise<boolean> => {
    const session = held.get(number)
    if (!session) return false
    held.delete(number)
    const isIdle = session.isAnswered && session.connection.getTransactionStatus() === 'I'
    if (isIdle) free.push(session)
    else await drop(session)
    return !isIdle
  }
  const endAll = async (): Promise<void> => {
    for (const number of [...held.keys()]) await end(number)
  }

  return {
    say: async (number, saying) => {
      const session = await sessionOf(number)
      session.isAnswered = false
      session.outcome = saying(session.connection)
        .then(
          (answer): Outcome => ({ answer, error: null }),
          (thrown: unknown): Outcome => ({ answer: null, error: thrown as { code: string; message: string } }),
        )
        .finally(() => (session.isAnswered = true))
    },
    answerOf: async (number) => {
      const session = held.get(number)!
      let blocked = 0
      for (const until = Date.now() + patienceMs; Date.now() < until && blocked < blockedMax;) {
        const outcome = await Promise.race([session.outcome!, nothingFor(longPauseMs)])
        if (outcome) return outcome
        blocked = (await stateOf(session)).blockers.length > 0 ? blocked + 1 : 0
      }
      return null
    },
    isWaiting: async (number) => {
      const session = held.get(number)!
      for (const until = Date.now() + patienceMs; Date.now() < until; await nothingFor(pauseMs)) {
        if (session.isAnswered) return false
        if ((await stateOf(session)).isLocked) return true
      }
      return null
    },
    waitsFor: async (number) => {
      const { isLocked, blockers } = await stateOf(held.get(number)!)
      const others = [...held].filter(([, { pid }]) => blockers.includes(pid)).map(([other]) => `session ${other}`)
      return isLocked ? `a lock of ${others.join(' and ') || 'nobody here'}` : 'no lock'
    },
    callOff: async (number) => {
      await admin.query('select pg_cancel_backend($1)', [held.get(number)!.pid])
    },
    waiting: () => [...held].filter(([, { isAnswered }]) => !isAnswered).map(([number]) => number),
    end,
    endAll,
    close: async () => {
      await endAll()
      for (const { connection } of free.splice(0)) await connection.end()
    },
  }
}

const nothingFor = (ms: number) => new Promise<null>((over) => setTimeout(over, ms, null))
