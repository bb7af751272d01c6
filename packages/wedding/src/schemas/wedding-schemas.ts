// The versions of the tables of a wedding that devices may still know: today's, and two steps back. A step may go when nobody
// has asked in its words for 400 days.
import { schemaHistory, type SchemaHistory, type Step } from '@wedsync/merge'
import { schemaVersionCurrent } from '@wedsync/protocol'
import { allCollections } from '../all-collections.ts'
import { version2 } from './version-2.ts'
import { version3 } from './version-3.ts'

/** From the oldest on. */
export const weddingSteps: readonly Step[] = [version2, version3]

export const weddingSchemas: SchemaHistory = schemaHistory({
  current: schemaVersionCurrent,
  collections: allCollections,
  steps: weddingSteps,
})
