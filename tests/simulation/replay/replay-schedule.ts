// Takes a schedule the model went through; goes through it again on a real PostgreSQL, word for word in the same order, and hands
// back where the two first differ: in an answer, in who waits for whom, or in what is left in the tables.
import type { Answered, Asked, Word } from '../model/words.ts'
import { differencesIn } from './compare-answers.ts'
import { compareTables } from './compare-tables.ts'
import { createNames, type Names } from './names.ts'
import type { Schedule } from './record-schedule.ts'
import type { ReplayDatabase } from './replay-database.ts'
import { saying } from './say-word.ts'
import type { Sessions } from './sessions.ts'

export type Replayed = {
  seed: string
  /** Answers that were compared. */
  words: number
  /** Words that waited for a lock, in both. */
  waits: number
  /** Transactions that were cut off half-way. */
  ends: number
  restores: number
  /** Rows that were compared at the end. */
  rows: number
  /** What differs at the first word that differs: nothing that follows means anything. */
  differences: string[]
}

export const replaySchedule = async (
  { seed, words, tables }: Schedule,
  database: ReplayDatabase,
): Promise<Replayed> => {
  const names = createNames()
  const told: Replayed = { seed, words: 0, waits: 0, ends: 0, restores: 0, rows: 0, differences: [] }
  const hear = listener({ database, names, told, asked: new Map() })

  await database.content.empty()
  try {
    for (const [nth, word] of words.entries()) {
      const differences = await hear(word, words[nth + 1])
      if (differences.length > 0)
        return { ...told, differences: differences.map((says) => `${seed}, word ${nth}: ${says}`) }
    }
    for (const rows of tables.values()) told.rows += rows.size
    const left = await compareTables(tables, database.admin, names)
    return { ...told, differences: left.map((says) => `${seed}, at the end: ${says}`) }
  } finally {
    await Promise.all([database.server.endAll(), database.console.endAll()])
  }
}

type Listening = { database: ReplayDatabase; names: Names; told: Replayed; asked: Map<number, Asked> }

/** Hears one word after the other, and says where PostgreSQL makes something else of it. */
const listener =
  (of: Listening) =>
  async (word: Word, next: Word | undefined): Promise<string[]> => {
    const { database, names, told, asked } = of
    switch (word.what) {
      case 'asked': {
        const others = await noLongerWaiting(of, word)
        const sessions = sessionsFor(database, word)
        asked.set(word.session, word)
        await sessions.say(word.session, saying(word, names))
        return isAnsweredAtOnce(next, word) ? others : [...others, ...(await waitsAsWell(of, word))]
      }
      case 'answered': {
        const question = asked.get(word.session)!
        told.words += 1
        const waits = word.error === lockTimedOut ? await waitsAsWell(of, question) : []
        const differences = await answeredAlike(word, sessionsFor(database, question), names)
        return [...waits, ...differences.map((says) => `${shownWord(question)}: ${says}`)]
      }
      case 'ended': {
        const question = asked.get(word.session)
        if (question && (await sessionsFor(database, question).end(word.session))) told.ends += 1
        asked.delete(word.session)
        return []
      }
      case 'refusing':
        await database.refuse(word.key, word.stands)
        return []
      case 'backup':
        await database.content.copy(word.copy)
        return []
      case 'restored':
        told.restores += 1
        await database.content.putBack(word.copy)
        return []
    }
  }

const lockTimedOut = '55P03'
const queryCanceled = '57014'

const sessionsFor = ({ server, console }: ReplayDatabase, { name }: Asked): Sessions =>
  name === 'write' ? console : server

const isAnsweredAtOnce = (next: Word | undefined, { session }: Asked): boolean =>
  next?.what === 'answered' && next.session === session

// where the model waits for a lock
const waitsAsWell = async ({ database, told }: Listening, word: Asked): Promise<string[]> => {
  told.waits += 1
  const isWaiting = await sessionsFor(database, word).isWaiting(word.session)
  return isWaiting === true ? [] : [`${shownWord(word)} waits in the model, and does not in PostgreSQL`]
}

// before a further word is said, nothing is on its way: whoever waits in the model waits
const noLongerWaiting = async ({ database, asked }: Listening, word: Asked): Promise<string[]> => {
  const found: string[] = []
  for (const sessions of [database.server, database.console])
    for (const number of sessions.waiting())
      if (number !== word.session && (await sessions.isWaiting(number)) !== true)
        found.push(`${shownWord(asked.get(number)!)} waits in the model, and does not in PostgreSQL`)
  return found
}

const answeredAlike = async (word: Answered, sessions: Sessions, names: Names): Promise<string[]> => {
  // a wait that was given up is called off from outside: how long it lasts is for the model's clock to say
  if (word.error === lockTimedOut) await sessions.callOff(word.session)
  const outcome = await sessions.answerOf(word.session)
  if (!outcome) return [`hangs in PostgreSQL, for ${await sessions.waitsFor(word.session)}; the model was answered`]
  const { answer, error } = outcome
  const code = error?.code === queryCanceled ? lockTimedOut : (error?.code ?? null)
  if (word.error === code) return differencesIn(word.name, word.answer, answer, names)
  return [
    `${word.error ?? 'an answer'} in the model, ${error ? `${error.code} ${error.message}` : 'an answer'} in PostgreSQL`,
  ]
}

const shownWord = ({ session, name }: Asked): string => `${name} of session ${session}`
