// Saves on this phone, at once; an edit that cannot be kept is said in words and changes nothing.
import { OutOfSpace, RefusedEdit, type SyncEngine } from '@wedsync/client'
import { useSyncEngine } from '@wedsync/client/react'
import { useCallback } from 'react'
import { useSay } from './undo-context.ts'

type Patch = Parameters<SyncEngine['save']>[2]
type Done = { says: string; before: Patch }
type Options = NonNullable<Parameters<SyncEngine['save']>[3]>
type Meant = Pick<Options, 'seen'> & { intents?: Options['intents'] | undefined }

/** Saves a patch; answers whether it was kept. `meant.seen` is what stood there when they began, `meant.intents` what they meant. With `done`, says what was done and offers to put `before` back. */
export type Save = (table: string, id: string, patch: Patch, done?: Done, meant?: Meant) => Promise<boolean>

export const useSave = (): Save => {
  const { engine } = useSyncEngine()
  const say = useSay()
  return useCallback(
    async (table, id, patch, done, meant) => {
      const keep = async (values: Patch, { seen, intents }: Meant = {}): Promise<boolean> => {
        try {
          await engine.save(table, id, values, { ...(seen && { seen }), ...(intents && { intents }) })
          return true
        } catch (error) {
          say({ says: notSaved(error) })
          return false
        }
      }
      if (done) say({ says: done.says, undo: () => void keep(done.before) })
      return keep(patch, meant)
    },
    [engine, say],
  )
}

/** What to say when an edit could not be kept. */
export const notSaved = (error: unknown): string => {
  if (error instanceof RefusedEdit) return `Not saved, nothing changed. ${error.problems[0]?.message ?? error.message}`
  if (error instanceof OutOfSpace) return error.message
  return 'Not saved, nothing changed. This phone may be out of space.'
}
