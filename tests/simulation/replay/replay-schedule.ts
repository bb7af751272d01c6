// Takes a schedule the model went through; goes through it again on a real PostgreSQL, word for word in the same order, and hands
// back where the two differ: in an answer, in who waits for whom, or in what is left in the tables.
import type { Answered, Asked, Word } from '../model/words.ts'
import { differencesIn } from './compare-answers.ts'
import { compareTables } from './compare-tables.ts'
import { createNames, type Names } from './names.ts'
import type { Schedule } from './record-schedule.ts'
import { saying } from './say-word.ts'
import type { Sessions } from './sessions.ts'
import type { ReplayDatabase } from './replay-database.ts'

export type Replayed = { seed: string; words: number; waits: number; restores: number; differences: string[] }

/** After so many nothing that follows means anything. */
const toldMax = 4

export const replaySchedule = async (
  { seed, words, held }: Schedule,
  { admin, content, server, console }: ReplayDatabase,
): Promise<Replayed> => {
  const names = createNames()
  const asked = new Map<number, Asked>()
  const told: Replayed = { seed, words: 0, waits: 0, restores: 0, differences: [] }
  const sessionsOf = (number: number): Sessions => (asked.get(number)?.name === 'write' ? console : server)
  const differ = (nth: number, says: string) => told.differences.push(`${seed}, word ${nth}: ${says}`)

  await content.empty()
  try {
    for (const [nth, word] of words.entries()) {
      if (told.differences.length >= toldMax) return told
      // while a word is on its way, whoever waited may be let through by it
      for (const number of word.what === 'asked' ? stillWaiting(word, asked, server, console) : [])
        if ((await sessionsOf(number).isWaiting(number)) !== true)
          differ(nth, `${shownWord(asked.get(number)!)} waits in the model, and does not in PostgreSQL`)
      switch (word.what) {
        case 'asked':
          asked.set(word.session, word)
          await sessionsOf(word.session).say(word.session, saying(word, names))
          if (isAnsweredAtOnce(words[nth + 1], word)) break
          told.waits += 1
          if ((await sessionsOf(word.session).isWaiting(word.session)) !== true)
            differ(nth, `${shownWord(word)} waits in the model, and does not in PostgreSQL`)
          break
        case 'answered':
          told.words += 1
          for (const says of await answeredAlike(word, sessionsOf(word.session), names))
            differ(nth, `${shownWord(asked.get(word.session)!)}: ${says}`)
          break
        case 'ended':
          await sessionsOf(word.session).end(word.session)
          asked.delete(word.session)
          break
        case 'refusing':
          await admin.query(
            word.stands ? 'insert into replay.refused values ($1)' : 'delete from replay.refused where key = $1',
            [word.key],
          )
          break
        case 'backup':
          await content.copy(word.copy)
          break
        case 'restored':
          told.restores += 1
          await content.putBack(word.copy)
      }
    }
    told.differences.push(...(await compareTables(held, admin, names)).map((says) => `${seed}, at the end: ${says}`))
    return told
  } finally {
    await Promise.all([server.endAll(), console.endAll()])
  }
}

// whoever waited before this word still does, unless it is their answer or their end
const stillWaiting = (word: Word, asked: ReadonlyMap<number, Asked>, ...all: Sessions[]): number[] => {
  const own = 'session' in word ? word.session : null
  return all.flatMap((sessions) => sessions.waiting()).filter((number) => number !== own && asked.has(number))
}

const isAnsweredAtOnce = (next: Word | undefined, { session }: Asked): boolean =>
  next?.what === 'answered' && next.session === session

const answeredAlike = async (word: Answered, sessions: Sessions, names: Names): Promise<string[]> => {
  if (word.error === '55P03') await sessions.callOff(word.session)
  const outcome = await sessions.answerOf(word.session)
  if (!outcome) return [`hangs in PostgreSQL, for ${await sessions.waitsFor(word.session)}; the model was answered`]
  const { answer, error } = outcome
  // called off from outside, because the replay's waits are shorter than the model's
  const code = word.error === '55P03' && error?.code === '57014' ? '55P03' : (error?.code ?? null)
  if (word.error !== code)
    return [
      `${word.error ?? 'an answer'} in the model, ${error ? `${error.code} ${error.message}` : 'an answer'} in PostgreSQL`,
    ]
  return differencesIn(word.name, word.answer, answer, names)
}

const shownWord = ({ session, name }: Asked): string => `${name} of session ${session}`
