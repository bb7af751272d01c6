// Holds the last thing that was done, so that it can be taken back for a while.
import { useCallback, useMemo, useState, type ReactNode } from 'react'
import { UndoContext, type Said, type Undo } from './undo-context.ts'

export const UndoProvider = ({ children }: { children: ReactNode }) => {
  const [said, setSaid] = useState<Undo['said']>(null)
  const say = useCallback((next: Said) => setSaid((last) => ({ ...next, turn: (last?.turn ?? 0) + 1 })), [])
  const hush = useCallback(() => setSaid(null), [])
  const undo = useMemo(() => ({ said, say, hush }), [said, say, hush])
  return <UndoContext value={undo}>{children}</UndoContext>
}
