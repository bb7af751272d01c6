// A window on what waits for a person.
import { useMemo, useSyncExternalStore } from 'react'
import { type ShownConflict } from '../review/conflict-query.ts'
import { useEngine } from './sync-provider.ts'

/** The conflicts that wait, of one wedding or of all, the gravest first; empty until the store was read. */
export const useConflicts = (scope?: string): readonly ShownConflict[] => {
  const engine = useEngine()
  const view = useMemo(() => engine.watchConflicts(scope), [engine, scope])
  return useSyncExternalStore(view.subscribe, view.current, view.current)
}
