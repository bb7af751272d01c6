// The versions of the tables of a wedding: today's, and what each before it said otherwise. Devices go on two steps back; what
// was made in an older version, on a phone that was upgraded late, is understood as far as there are steps. A step may go when
// nobody has sent anything in its words for 400 days.
import { schemaHistory, type SchemaHistory, type Step } from '@wedsync/merge'
import { schemaVersionCurrent } from '@wedsync/protocol'
import { allCollections } from '../all-collections.ts'
import { version1 } from './version-1.ts'
import { version2 } from './version-2.ts'
import { version3 } from './version-3.ts'

/** From the oldest on. */
export const weddingSteps: readonly Step[] = [version1, version2, version3]

export const weddingSchemas: SchemaHistory = schemaHistory({
  current: schemaVersionCurrent,
  collections: allCollections,
  steps: weddingSteps,
  stepsBack: 2,
})
