// How people edit a value whose parts have names: they tick a line of a checklist, alter it, add one, take one away, move one; they answer a
// question, answer it anew, take an answer back; so with numbers by label. In comes the value as it is shown; out goes another one.
import { isJsonObject, type Json, type JsonObject } from '@wedsync/protocol'
import type { Dice } from './dice.ts'

type Held = { dice: Dice; mark: string; held: Json | undefined }
type Line = { id: string; text: string; done: boolean }

/** Fields of this kind, by table: where a plan has people edit parts, they turn to these. */
export const tablesWithParts = ['tasks', 'form_responses', 'vendor_contacts']
const linesMax = 8

export const editedChecklist = ({ dice, mark, held }: Held): Json => {
  let lines = (Array.isArray(held) ? held : []) as Line[]
  for (let nth = dice.pick([1, 1, 1, 2, 3]); nth > 0; nth -= 1)
    lines = withOneEdit({ dice, mark: `${mark}.${nth}`, lines })
  return lines
}

const withOneEdit = ({ dice, mark, lines }: { dice: Dice; mark: string; lines: Line[] }): Line[] => {
  const kind = dice.pick(['tick', 'tick', 'alter', 'alter', 'add', 'add', 'take', 'move', 'move'] as const)
  const place = dice.below(lines.length + (kind === 'add' ? 1 : 0))
  if (kind === 'add' || lines.length === 0)
    return lines.length < linesMax ? lines.toSpliced(place, 0, { id: `line ${mark}`, text: mark, done: false }) : lines
  const line = lines[place]!
  if (kind === 'tick') return lines.with(place, { ...line, done: !line.done })
  if (kind === 'alter') return lines.with(place, { ...line, text: mark })
  const others = lines.toSpliced(place, 1)
  return kind === 'take' ? others : others.toSpliced(dice.below(lines.length), 0, line)
}

/** `questions`: of the form that is answered. */
export const editedAnswers = ({ dice, mark, held, questions }: Held & { questions: readonly string[] }): Json =>
  withSomeNamed({ dice, held, names: questions, most: [1, 1, 2], value: () => dice.pick([mark, mark, [mark, 'both'], true, null, dice.below(200)]) }) // prettier-ignore

export const editedPhones = ({ dice, held }: Omit<Held, 'mark'>): Json =>
  withSomeNamed({ dice, held, names: ['mobile', 'office', 'home'], most: [1, 1, 2], value: () => `+44${dice.between(100_000, 999_999)}` }) // prettier-ignore

type Named = { dice: Dice; held: Json | undefined; names: readonly string[]; most: number[]; value: () => Json }

// given one, another one, or none
const withSomeNamed = ({ dice, held, names, most, value }: Named): Json => {
  const parts: JsonObject = isJsonObject(held) ? { ...held } : {}
  for (const name of dice.shuffled(names).slice(0, dice.pick(most))) {
    const one = value()
    if (Object.hasOwn(parts, name) && dice.is(0.25)) delete parts[name]
    else parts[name] = one
  }
  return parts
}
