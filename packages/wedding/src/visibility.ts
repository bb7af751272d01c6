// Who a note or a document is for, beside the team. In come what stands and what somebody wants; out goes whether more people would read it
// then. What was internal is not made public by one person alone; taking it back needs nobody's word.
import type { Json } from '@wedsync/protocol'

/** From the word that shows it to fewest. */
export const fewestFirst = ['team', ['venue', 'vendor', 'couple'], 'all'] as const

export const isMadeWider = (before: Json, after: Json): boolean =>
  after !== before && after !== 'team' && before !== 'all'
