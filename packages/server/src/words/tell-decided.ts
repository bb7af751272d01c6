// What a person hears who decided over HTTP: the record and the conflict, in the words they decided in.
import type { JsonObject, ServerChange } from '@wedsync/protocol'
import type { DecidedAnswer } from '../review/decide.ts'
import { toldListed } from './tell-conflict.ts'
import { toldRow } from './tell-page.ts'
import type { Words } from './words-for.ts'

export const toldDecided = (answer: DecidedAnswer, { past }: Words): DecidedAnswer => {
  if (!past) return answer
  const { record, conflict } = answer
  return {
    record: record && (toldRow(past, record as ServerChange) as unknown as JsonObject | null),
    // it was decided in these words, so they know what it is about
    conflict: toldListed(past, conflict) ?? conflict,
  }
}
