// Takes the changes of a batch that looks plain; answers the records of which a freeze may hold something, told by the names of the fields
// alone: the database then looks whether there is a freeze. Null where somebody's word is needed whatever the hour: that is decided, never
// written at a glance.  Keeps P4.
import { mayBeFrozen } from '@wedsync/merge'
import type { ReadChange } from './read-changes.ts'

export const mayBeHeld = (changes: readonly ReadChange[]): string[] | null => {
  const ids: string[] = []
  for (const { change, collection } of changes) {
    if (!change || !collection || change.action !== 'update') continue
    const names = Object.keys(change.data)
    if (names.some((name) => collection.fieldOf(name)?.approval)) return null
    if (names.some((name) => mayBeFrozen(collection, name))) ids.push(change.id)
  }
  return ids
}
