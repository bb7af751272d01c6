// What a screen says after something was done, with the way back. One at a time; the next one takes its place.
import { createContext, useContext } from 'react'

export type Said = { says: string; undo?: () => void }

export type Undo = {
  said: (Said & { turn: number }) | null
  say: (said: Said) => void
  hush: () => void
}

export const UndoContext = createContext<Undo>({ said: null, say: () => undefined, hush: () => undefined })

/** Says a sentence above the badge, and offers to take back what was done. */
export const useSay = (): Undo['say'] => useContext(UndoContext).say
