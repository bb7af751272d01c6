// A model of the database that lives in the process: the functions of supabase/sql, told once more in TypeScript, behind the few
// words of the driver the server speaks. Locks are waited for, transactions see what is committed and their own writes, and at
// every word the world may stop: between any two steps a server can die, before or after the commit.
// It is itself held against PostgreSQL: see ../replay.
import type { Collection } from '@wedsync/merge'
import { claimDevice, processBatch, receiveBatches } from './batch.ts'
import { openBatch, type OpenQuestion } from './open-batch.ts'
import type { Transaction } from './transaction.ts'
import type { Engine } from './capture.ts'
import { writeDecisions } from './decisions.ts'
import { findHolders } from './find-holders.ts'
import { noteDevice, readPage, readRecord, type Asked } from './pages.ts'
import { cleanUp } from './cleanup.ts'
import { runStatement, type Statement } from './console.ts'
import { claimRetries, closeRetries, discardFailed, findHandled, releaseRetries, takeIntoEscrow } from './retries.ts'
import { conflictFor } from './review.ts'
import { inOrganization, rowKey, type ConflictRow, type Row } from './rows.ts'
import { describeCaller, organizationIn, type Caller } from './sight.ts'
import {
  copyOf,
  createState,
  databaseError,
  emptyContent,
  type Content,
  type Kind,
  type Reads,
  type Tx,
} from './state.ts'
import type { Word } from './words.ts'

/** One word to the database, as it was said and answered. */
export type Call = { session: number; name: string; values: unknown[]; answer: string | null; error: string | null }

/** What somebody does with a console, in one transaction. */
export type Step = { statements: readonly Statement[] }

export type ModelOptions = {
  /** What it holds at first; left out: nothing. */
  content?: Content
  collections: ReadonlyMap<string, Collection>
  newId: () => string
  /** Milliseconds of the database's clock. */
  clock: () => number
  timeOut: (run: () => void) => () => void
  committed: (written: ReadonlyMap<Kind, ReadonlyMap<string, unknown>>) => void
  called?: (call: Call) => void
  /** Hears every word, and what becomes of it. */
  heard?: (word: Word) => void
  /** Told after somebody with a console wrote. */
  administered?: (step: Step) => void
}

/** What stands around a word: time passes, and whoever said it may be dead by then. */
export type Around = { before: (name: string) => Promise<void>; after: (name: string) => Promise<void> }

type Query = string | { name: string; text: string; values?: unknown[] }
type Answer = { command: string; rows: { answer: string }[] }
export type ModelSession = {
  query: (query: Query) => Promise<Answer>
  release: (broken?: Error) => void
  end: () => Promise<void>
}
export type ModelPool = {
  query: (query: Query) => Promise<Answer>
  connect: () => Promise<ModelSession>
  breakAll: () => void
}

export type ModelDatabase = {
  /** Connections of one server: they end with it. */
  poolFor: (around: Around) => ModelPool
  /** Somebody with a console: one transaction, as the owner. */
  write: (step: Step) => Promise<void>
  /** A trigger of the team's own refuses a row, until it stands no more in its way. */
  refuse: (key: string, stands: boolean) => void
  reads: Reads
  /** What is committed, for somebody who looks; a backup is part of what happens. */
  copy: () => Content
  backup: () => Content
  restore: (content: Content) => void
  epoch: () => string
}

export const createModelDatabase = (options: ModelOptions): ModelDatabase => {
  const { collections, newId, heard } = options
  // whole milliseconds, as everything that tells a time spells it
  const clock = () => Math.floor(options.clock())
  const state = createState(options.content ?? emptyContent(newId()), {
    committed: options.committed,
    timeOut: options.timeOut,
  })
  const sessions = new Set<() => void>()
  let lastSession = 0
  const refused = new Set<string>()
  const refuses = (table: string, row: Row) => {
    if (refused.has(rowKey(table, row.id))) throw databaseError('P0001', 'the budget service is away')
  }
  const copies: Content[] = []

  const openSession = (around: Around, live: Set<() => void>) => {
    const number = (lastSession += 1)
    let tx: Tx | null = null
    let isAborted = false
    let isEnded = false
    let began = 0
    let caller: Caller | null = null
    const end = () => {
      if (isEnded) return
      isEnded = true
      tx?.rollback()
      tx = null
      sessions.delete(end)
      live.delete(end)
      heard?.({ what: 'ended', session: number })
    }
    const answered = (name: string, values: unknown[], answer: string | null, error: string | null): void => {
      if (name !== 'pull_page') options.called?.({ session: number, name, values, answer, error })
      // of a session that is over nobody hears an answer
      if (!isEnded) heard?.({ what: 'answered', session: number, name, answer, error })
    }
    sessions.add(end)
    live.add(end)

    const begin = () => {
      tx = state.begin()
      isAborted = false
      began = clock()
      caller = null
    }
    const over = (): Answer => {
      const command = isAborted ? 'ROLLBACK' : 'COMMIT'
      if (isAborted) tx?.rollback()
      else tx?.commit()
      tx = null
      return { command, rows: [] }
    }
    const transaction = (): Transaction => {
      if (!caller) throw databaseError('SY001', 'nobody is asking')
      return { tx: tx!, collections, newId, refuses, now: began, caller, epoch: state.content().epoch }
    }
    const assume = (claims: unknown): Caller | null => (caller = describeCaller(tx!, claims as string))

    const run = async (name: string, values: unknown[]): Promise<string> => {
      const engine: Engine = { tx: tx!, collections, newId, refuses, now: began }
      switch (name) {
        case 'cursor_key':
          return Buffer.from(state.content().epoch.padEnd(32, '0').slice(0, 32)).toString('hex')
        case 'receive_batch':
          return assume(values[0]) ? await processBatch(transaction(), values[1] as string) : '{"stranger": true}'
        case 'receive_batches': {
          const [claims, texts] = [values.slice(0, values.length / 2), values.slice(values.length / 2)] as string[][]
          const asked = claims!.flatMap((who, nth) => (who === null ? [] : [{ claims: who, text: texts![nth]! }]))
          return await receiveBatches(asked, (who) => (assume(who) ? transaction() : null))
        }
        case 'write_decisions':
          return await writeDecisions(transaction(), values[0] as string)
        case 'find_holders':
          return JSON.stringify(await findHolders(transaction(), JSON.parse(values[0] as string) as never))
        case 'pull_page': {
          const asked = JSON.parse(values[1] as string) as Asked
          const who = assume(values[0])
          const { text, position } = readPage(
            {
              reads: tx!,
              collections,
              epoch: state.content().epoch,
              caller: who,
              organizationId: organizationIn(values[0] as string),
            },
            asked,
          )
          // it is of the moment at which it was read, though it may have to wait before it is handed over
          options.called?.({ session: number, name, values, answer: text, error: null })
          if (who && position !== null && asked.deviceId !== null && asked.isQuiet !== true)
            await noteDevice(tx!, who, asked.deviceId, position)
          return text
        }
        case 'open_decision': {
          if (!assume(values[0])) return '{"stranger": true}'
          const question = JSON.parse(values[1] as string) as OpenQuestion
          if (question.lease !== undefined) await claimDevice(transaction(), question.deviceId!)
          return JSON.stringify(await openBatch(transaction(), question))
        }
        case 'read_decided':
          return readDecided(transaction(), values as [string, string, string])
        case 'handled_for':
          return JSON.stringify(assume(values[0]) ? findHandled(tx!, caller!, values[1] as string) : null)
        case 'discard_for':
          return String(
            assume(values[0]) ? await discardFailed(engine, caller!, values[1] as string, values[2] as string) : 0,
          )
        case 'cleanup':
          return await cleanUp(engine, values[0] as number)
        case 'take_into_escrow':
          return JSON.stringify(
            await takeIntoEscrow(engine, values[0] as string, JSON.parse(values[1] as string) as never),
          )
        case 'claim_retries':
          return claimRetries(engine, values[0] as string, values[1] as number, values[2] as number)
        case 'release_retries':
          return String(await releaseRetries(engine, values[0] as string, values[1] as string[], values[2] as number))
        case 'close_retries': {
          const [organizationId, lease, changeIds, code, message] = values as [string, string, string[], string, string]
          return String(await closeRetries(engine, { organizationId, lease, changeIds, code, message }))
        }
        default:
          throw new Error(`the model knows nothing of ${name}`)
      }
    }

    const query = async (asked: Query): Promise<Answer> => {
      const name = typeof asked === 'string' ? (asked.split(' ')[0] ?? '') : asked.name
      const text = typeof asked === 'string' ? asked : asked.text
      const values = typeof asked === 'string' ? [] : (asked.values ?? [])
      await around.before(name)
      if (isEnded) throw databaseError('57P01', 'terminating connection due to administrator command')
      if (name === 'begin' || name === 'commit' || name === 'rollback') {
        if (name === 'begin') begin()
        heard?.({ what: 'asked', session: number, name, text, values: [], at: began })
        const answer = name === 'commit' ? over() : { command: name.toUpperCase(), rows: [] }
        if (name === 'rollback') {
          tx?.rollback()
          tx = null
        }
        answered(name, [], answer.command, null)
        await around.after(name)
        return answer
      }
      const isOwn = tx === null
      if (isOwn) begin()
      if (isAborted) throw databaseError('25P02', 'current transaction is aborted')
      heard?.({ what: 'asked', session: number, name, text, values, at: began })
      try {
        const answer = await run(name, values)
        if (isEnded) throw databaseError('57P01', 'terminating connection due to administrator command')
        answered(name, values, answer, null)
        if (isOwn) over()
        await around.after(name)
        return { command: 'SELECT', rows: [{ answer }] }
      } catch (error) {
        const { code } = error as { code?: string }
        if (code !== undefined) answered(name, values, null, code)
        // what is held is let go at once, though the block is not over
        tx?.rollback()
        if (isOwn) tx = null
        else isAborted = true
        throw error
      }
    }
    return { query, end }
  }

  return {
    poolFor: (around) => {
      const live = new Set<() => void>()
      return {
        query: async (asked) => {
          const session = openSession(around, live)
          try {
            return await session.query(asked)
          } finally {
            session.end()
          }
        },
        connect: async () => {
          await around.before('connect')
          const session = openSession(around, live)
          return {
            query: session.query,
            release: session.end,
            end: () => {
              session.end()
              return Promise.resolve()
            },
          }
        },
        breakAll: () => {
          for (const end of [...live]) end()
        },
      }
    },
    write: async (step) => {
      const session = (lastSession += 1)
      const [tx, now] = [state.begin(), clock()]
      heard?.({ what: 'asked', session, name: 'write', text: 'write', values: [...step.statements], at: now })
      try {
        for (const statement of step.statements) await runStatement({ tx, collections, newId, refuses, now }, statement)
        tx.commit()
        heard?.({ what: 'answered', session, name: 'write', answer: '', error: null })
        options.administered?.(step)
      } catch (error) {
        tx.rollback()
        const { code = null } = error as { code?: string }
        heard?.({ what: 'answered', session, name: 'write', answer: null, error: code })
        throw error
      } finally {
        heard?.({ what: 'ended', session })
      }
    },
    refuse: (key, stands) => {
      if (stands === refused.has(key)) return
      if (stands) refused.add(key)
      else refused.delete(key)
      heard?.({ what: 'refusing', key, stands })
    },
    reads: state.reads,
    copy: () => copyOf(state.content()),
    backup: () => {
      const content = copyOf(state.content())
      heard?.({ what: 'backup', copy: copies.push(content) - 1 })
      return content
    },
    restore: (content) => {
      for (const end of [...sessions]) end()
      state.restore(content)
      heard?.({ what: 'restored', copy: copies.indexOf(content) })
    },
    epoch: () => state.content().epoch,
  }
}

const readDecided = (
  { tx, collections, caller, epoch }: Transaction,
  [table, id, conflictId]: [string, string, string],
): string => {
  const { organizationId } = caller
  const record = readRecord({ reads: tx, collections, epoch, caller, organizationId }, caller, table, id)
  const log = tx.get<ConflictRow>('conflict', inOrganization(organizationId, conflictId))
  return JSON.stringify([record, log ? conflictFor({ reads: tx, collections, caller }, log) : null])
}
