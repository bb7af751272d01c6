// What waits for this person to decide, at one wedding. What somebody else decides, and what they said already, is not counted.
import { type ShownConflict } from '@wedsync/client'
import { useConflicts } from '@wedsync/client/react'
import { useMemo } from 'react'

/** The gravest first. `open`: nothing is on its way about them yet. */
export const useToDecide = (weddingId: string): { shown: readonly ShownConflict[]; open: readonly ShownConflict[] } => {
  const conflicts = useConflicts(weddingId)
  return useMemo(() => {
    const shown = conflicts.filter(({ canDecide }) => canDecide)
    return { shown, open: shown.filter(({ pending }) => pending !== 'waiting') }
  }, [conflicts])
}
