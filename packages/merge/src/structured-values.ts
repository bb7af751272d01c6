// Values that hold several: words without order, lists of small records, answers to questions. In comes any JSON value; out
// goes its one canonical form, or a sentence that says why it does not fit.  Keeps P13.
import { canonicalJson, isJsonObject, isStorableText, type Json, type JsonObject } from '@wedsync/protocol'
import { field, type Field, type ReadValue } from './field.ts'
import { forbiddenKeys, lengthOf, no, yes } from './values.ts'

/** Words such as `vegan`, each once. They have no order, and stand sorted, unless they are said to have one. */
export const words = ({ max = 50, maxLength = 80, isOrdered = false } = {}): Field =>
  field({
    kind: 'words',
    sqlType: 'text[]',
    read: (value) => {
      if (!Array.isArray(value) || !value.every((one) => isWord(one, maxLength))) {
        return no(`This must be a list of words of at most ${maxLength} characters.`)
      }
      const once = [...new Set(value as string[])]
      if (once.length > max) return no(`This must have at most ${max} entries.`)
      return yes(isOrdered ? once : once.sort())
    },
  })

/**
 * A list of small records, told apart by the part named in `by`: `[{ "id": "1", "text": "Rings", "done": false }]`.
 * What has no order stands sorted by that part.
 */
export const listOf = (
  parts: Readonly<Record<string, Field>>,
  { by, max = 200, isOrdered = true }: { by: string; max?: number; isOrdered?: boolean },
): Field =>
  field({
    kind: 'entries',
    sqlType: 'jsonb',
    keyedBy: by,
    read: (value) => {
      if (!Array.isArray(value)) return no('This must be a list.')
      if (value.length > max) return no(`This must have at most ${max} entries.`)
      const entries: JsonObject[] = []
      for (const one of value) {
        const read = readEntry(one, parts)
        if (typeof read === 'string') return no(read)
        entries.push(read)
      }
      const keyed = new Map(entries.map((entry) => [canonicalJson(entry[by]!), entry]))
      if (keyed.size < entries.length) return no(`Two entries have the same ${by}.`)
      return yes(
        isOrdered ? entries : [...keyed].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, entry]) => entry),
      )
    },
  })

/** Answers by the id of their question: text, yes or no, a whole number, or several texts. */
export const answers = ({ max = 200 }: { max?: number } = {}): Field =>
  field({ kind: 'answers', sqlType: 'jsonb', read: readAnswers(max) })

const readAnswers =
  (max: number): ReadValue =>
  (value) => {
    if (!isJsonObject(value)) return no('This must be answers by the id of their question.')
    const entries = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1))
    if (entries.length > max) return no(`This must have at most ${max} answers.`)
    for (const [question, answer] of entries) {
      if (forbiddenKeys.has(question) || !isWord(question, 64)) return no('A question has an id of 1 to 64 characters.')
      if (!isAnswer(answer)) return no('An answer is text, yes or no, a whole number, or several texts.')
    }
    return yes(Object.fromEntries(entries))
  }

const isAnswer = (answer: Json): boolean =>
  answer === null ||
  typeof answer === 'boolean' ||
  Number.isSafeInteger(answer) ||
  isText(answer) ||
  (Array.isArray(answer) && answer.length <= 50 && answer.every(isText))

/** The entry in its canonical form, or what is wrong with it. */
const readEntry = (value: Json, parts: Readonly<Record<string, Field>>): JsonObject | string => {
  if (!isJsonObject(value)) return `An entry has the parts ${Object.keys(parts).join(', ')}.`
  const strange = Object.keys(value).find((name) => !Object.hasOwn(parts, name))
  if (strange !== undefined) return `An entry has no other parts than ${Object.keys(parts).join(', ')}.`
  const entry: JsonObject = {}
  for (const [name, part] of Object.entries(parts)) {
    const given = Object.hasOwn(value, name) ? value[name]! : null
    if (given === null) {
      if (part.isRequired) return `An entry needs its ${name}.`
      entry[name] = part.defaultValue
      continue
    }
    const read = part.read(given)
    if (!read.ok) return `The ${name} of an entry does not fit: ${read.message}`
    entry[name] = read.value
  }
  return entry
}

const isText = (value: Json): boolean =>
  typeof value === 'string' && isStorableText(value) && lengthOf(value) <= answerLengthMax
const isWord = (value: Json, maxLength: number): boolean =>
  typeof value === 'string' && isStorableText(value) && value.trim() !== '' && lengthOf(value) <= maxLength

const answerLengthMax = 5000
