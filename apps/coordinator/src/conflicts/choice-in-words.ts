// What a planner may say about things that wait, in words: never "server" or "client", but what stands and whose the other side is.
import { type ShownConflict } from '@wedsync/client'

export type Choice = 'server' | 'client' | 'merged'
type Field = ShownConflict['fields'][number]
type Sides = Pick<ShownConflict, 'isOwn' | 'clientBy'> & { fields: readonly Pick<Field, 'proposed'>[] }

/** What can be said of several at once: keep what stands, and the one other thing that fits all of them. */
export const offersForAll = (conflicts: readonly Sides[]): readonly Choice[] => [
  'server',
  conflicts.every(hasProposal) ? 'merged' : 'client',
]

/** What can be said of one. */
export const offersFor = (conflict: Sides): readonly Choice[] => [
  'server',
  'client',
  ...(hasProposal(conflict) ? (['merged'] as const) : []),
]

const hasProposal = ({ fields }: Sides): boolean => fields.every(({ proposed }) => proposed !== undefined)

/** "Keep what stands", "Take Tom’s", "Take the proposals". */
export const choiceInWords = (choice: Choice, conflicts: readonly Sides[]): string => {
  if (choice === 'server') return 'Keep what stands'
  if (choice === 'merged') return conflicts.length === 1 ? 'Take the proposal' : 'Take the proposals'
  if (conflicts.every(({ isOwn }) => isOwn)) return 'Take yours'
  return conflicts.length === 1 ? `Take ${firstNameOf(conflicts[0]!)}’s` : 'Take theirs'
}

/** The same in one word, on the card of one: "Keep", "Tom’s", "Proposed". */
export const choiceInShort = (choice: Choice, conflict: Sides): string => {
  if (choice === 'server') return 'Keep'
  if (choice === 'merged') return 'Proposed'
  return conflict.isOwn ? 'Yours' : `${firstNameOf(conflict)}’s`
}

/** The last word before it happens: "Keep all 6", "Take it". */
export const lastWord = (choice: Choice, count: number): string =>
  `${choice === 'server' ? 'Keep' : 'Take'} ${count === 1 ? 'it' : `all ${count}`}`

/** What will happen, before anything does. */
export const whatHappens = (choice: Choice, conflicts: readonly Sides[]): string => {
  const [all, they] = [conflicts.length === 1 ? 'This' : `All ${conflicts.length}`, authorsOf(conflicts)]
  const stay = conflicts.length === 1 ? 'stays as everybody sees it' : 'stay as everybody sees them'
  if (choice === 'server') return `${all} ${stay} now. What ${they} wrote is not put in, and is kept in the history.`
  const where = conflicts.length === 1 ? '' : `In all ${conflicts.length}, `
  const sentence = choice === 'client' ? `what ${they} wrote goes in` : 'what is proposed goes in'
  return `${where === '' ? sentence[0]!.toUpperCase() + sentence.slice(1) : where + sentence}, for everybody. What stands there now is kept in the history.`
}

/** What the field says afterwards. */
export const valueAfter = ({ server, client, proposed }: Field, choice: Choice): unknown =>
  choice === 'server' ? server : choice === 'client' ? client : proposed

/** What was done, for the line above the badge. */
export const saidAfter = (saved: number, leftOut: number): string => {
  const done = saved === 0 ? 'Nothing decided' : saved === 1 ? 'Decided' : `${saved} decided`
  if (leftOut === 0) return `${done}.`
  return `${done}. ${leftOut === 1 ? 'One changed meanwhile and waits' : `${leftOut} changed meanwhile and wait`} for you.`
}

const authorsOf = (conflicts: readonly Sides[]): string => {
  const names = [...new Set(conflicts.map((one) => (one.isOwn ? 'you' : (one.clientBy.name ?? 'somebody else'))))]
  if (names.length === 1) return names[0]!
  return names.length === 2 ? names.join(' and ') : `${names[0]!} and ${names.length - 1} others`
}

const firstNameOf = ({ clientBy: { name } }: Sides): string => name?.split(' ')[0] ?? 'the other'
