// For notes: what both wrote goes in, place by place, by lines and where lines meet by words. Where two people wrote
// different words in one place both stay, one under the other, with a fixed line between them.  Keeps P12.
// Saying the same again adds nothing: a result that could grow on repetition is not settled but asked about.
import { type Json } from '@wedsync/protocol'
import { createTextJoin } from './join-texts.ts'
import { asked, rule, settled, type Rule, type Settlement } from './rule.ts'

const make = (name: string, decide: (joined: string, isOverlapping: boolean, called: string) => Settlement): Rule =>
  rule({
    name,
    version: 2,
    isSymmetric: true,
    isJoining: true,
    worksOn: ['text', 'long_text'],
    decide: (base, one, other, { called }) => {
      if (base === undefined) return asked(`Nobody can say what ${called} said before, so a person decides.`)
      const [before, first, second] = [base, one.value, other.value].map(textOf)
      const join = createTextJoin(before!)
      let tried = ''
      for (const finest of ['words', 'lines'] as const) {
        const { text, isOverlapping } = join(first!, second!, finest)
        if (text === tried) break
        const isStable = [first!, second!].every((side) => join(text, side).text === text)
        if (isStable) return decide(text, isOverlapping, called)
        tried = text
      }
      return asked(`The two edits of ${called} are too entangled to keep both, so a person decides.`)
    },
  })

/** Keeps both edits; where they overlap, both stand there. */
export const textRule = make('text', (joined, isOverlapping, called) =>
  isOverlapping
    ? settled(
        joined,
        `Two people changed the same words of ${called}, so both are kept there, one under the other.`,
        0.6,
      )
    : settled(joined, `Two people changed different parts of ${called}, so both are in.`, 0.95),
)

/** As `textRule`, for words that guests read: where edits overlap, a person decides before anybody sees both. */
export const publicTextRule = make('public_text', (joined, isOverlapping, called) =>
  isOverlapping
    ? asked(`Two people changed the same words of ${called}, which guests can read, so a person decides.`, joined)
    : settled(joined, `Two people changed different parts of ${called}, so both are in.`, 0.95),
)

const textOf = (value: Json): string => (typeof value === 'string' ? value : '')
