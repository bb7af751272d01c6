// Says what a planner decided, on this phone and at once; the sentence above the badge says what came of it. What was said before about
// the same conflict, on a view that was no longer true, is put away: this is said in its place.
import { conflictsTable, type ShownConflict, type SyncEngine } from '@wedsync/client'
import { useSyncEngine } from '@wedsync/client/react'
import { useCallback } from 'react'
import { useSay } from '../frame/undo-context.ts'
import { notSaved } from '../frame/use-save.ts'
import { saidAfter, type Choice } from './choice-in-words.ts'

export type Decide = (conflicts: readonly ShownConflict[], choice: Choice) => Promise<void>

export const useDecide = (): Decide => {
  const { engine } = useSyncEngine()
  const say = useSay()
  return useCallback(
    async (conflicts, choice) => {
      try {
        await putAwayOlder(engine, conflicts)
        say({ says: await decided(engine, conflicts, choice) })
      } catch (error) {
        say({ says: notSaved(error) })
      }
    },
    [engine, say],
  )
}

const decided = async (engine: SyncEngine, conflicts: readonly ShownConflict[], choice: Choice): Promise<string> => {
  const [only] = conflicts
  if (only && conflicts.length === 1) {
    await engine.decide(only.id, { choice, version: only.version })
    return saidAfter(1, 0)
  }
  const { saved, leftOut } = await engine.decideHarmless(conflicts, { choice })
  return saidAfter(saved.length, leftOut.length)
}

const putAwayOlder = async (engine: SyncEngine, conflicts: readonly ShownConflict[]): Promise<void> => {
  const ids = new Set(conflicts.map(({ id }) => id))
  for (const { table, id, changeId } of engine.status().needsYou)
    if (table === conflictsTable && ids.has(id)) await engine.dismiss(changeId)
}
