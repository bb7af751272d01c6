// What a checker is: it hears what happens, looks at the world when it is quiet, and says where a promise was broken.
import { rightsOf } from '@wedsync/merge'
import type { JsonObject } from '@wedsync/protocol'
import { allCollections } from '@wedsync/wedding'
import type { Entry } from '../../../packages/client/src/outbox/entry.ts'
import type { Call } from '../model/model-database.ts'
import type { Line } from '../model/rows.ts'
import type { Happening } from '../world/events.ts'
import type { World } from '../world/world.ts'

export type Report = (says: string) => void
export type Checker = {
  hear?: (happening: Happening) => void
  /** A word to the database, at the moment it is answered. */
  called?: (call: Call) => void
  conclude?: () => void | Promise<void>
}
export type MakeChecker = (world: World, report: Report) => Checker

/** Every line of history there is, in the order of its organization. */
export const allLines = ({ model }: World): Line[] =>
  [...model.reads.all<readonly Line[]>('history')]
    .flatMap(([, lines]) => [...lines])
    .sort((one, other) => one.position - other.position)

export const short = (id: string | null): string => (id ?? '—').slice(0, 8)

/** Whether somebody of this role hears of a line: it made or ended the record, or moved a field they read. */
export const isHeardBy = (role: string, { table, action, before, after }: Line): boolean => {
  const collection = collections.get(table)
  if (!collection) return true
  const { reads } = rightsOf(collection, role)
  const moved = action === 'update' ? Object.keys({ ...before, ...after }) : reads
  return moved.some((field) => reads.includes(field))
}

const collections = new Map(allCollections.map((collection) => [collection.name, collection]))

/** Fields that a person's edit replaces whole; lists, values with parts and long texts are laid over one another. */
export const isReplacedWhole = (kind: string | undefined): boolean =>
  kind !== undefined && !['ids', 'words', 'labels', 'answers', 'entries', 'long_text'].includes(kind)

/** What somebody saved, folded edits included. */
export type Saved = { phone: string; deed: string; entry: Entry; at: number }

export const dataOf = ({ change }: Entry): JsonObject => change.data
