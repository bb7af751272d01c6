// Takes an entry that a phone let go of and whatever else moved in its outbox at that moment; answers whether its person said the same thing anew:
// whoever decides about a conflict once more, before their first word left the phone, has taken that back.
import { conflictsTable } from '@wedsync/protocol'
import type { Entry } from '../../../packages/client/src/outbox/entry.ts'
import type { Moved } from '../world/events.ts'

export const isSaidAnew = ({ table, id, state, isFrozen }: Entry, moved: readonly Moved<Entry>[]): boolean =>
  table === conflictsTable &&
  state === 'waiting' &&
  !isFrozen &&
  moved.some(({ before, after }) => !before && after?.table === table && after.id === id)
