// Takes the address of a database; keeps it busy as a day with many phones does, until told to stop. For tests of what has
// to hold while others write.
import { EventEmitter, once } from 'node:events'
import pg from 'pg'

/** Writes one number after the other; each is acknowledged before the next. */
export const aWriter = (url: string, writer: number) => {
  const wrote = new EventEmitter()
  let last = 0
  const { stop, running } = again(url, async (session) => {
    await session.query(`insert into promises values ($1, $2::integer, repeat(md5($2::integer::text), 60))`, [
      writer,
      last + 1,
    ])
    last += 1
    wrote.emit('one')
  })
  return {
    stop,
    written: () => last,
    hasWritten: async (count: number) => {
      while (last < count) await Promise.race([once(wrote, 'one'), running])
    },
  }
}

/** Files that come, grow, shrink and go. */
export const aBuilder = (url: string) =>
  again(url, async (session, n) => {
    await session.query(`create table built_${n} as select g, md5(g::text) from generate_series(1, 5000) g`)
    await session.query(`truncate built_${n}`)
    await session.query(`drop table built_${n}`)
    await session.query('vacuum promises')
  })

const again = (url: string, work: (session: pg.Client, n: number) => Promise<void>) => {
  let isDone = false
  const run = async () => {
    const session = new pg.Client({ connectionString: url })
    await session.connect()
    for (let n = 1; !isDone; n += 1) await work(session, n)
    await session.end()
  }
  const running = run()
  return {
    running,
    stop: () => {
      isDone = true
      return running
    },
  }
}
