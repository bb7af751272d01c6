// Every conflict can be worked out once more: whatever a rule settled or proposed, it settles or proposes again, given only what is kept
// with the conflict. What a person decided is theirs, and where a side moved since there is nothing to ask again.
import { explainConflict } from '@wedsync/merge'
import { allCollections } from '@wedsync/wedding'
import type { ConflictKind } from '@wedsync/protocol'
import type { ConflictRow } from '../model/rows.ts'
import { short, type MakeChecker } from './checker.ts'

const collections = new Map(allCollections.map((collection) => [collection.name, collection]))

export const explained: MakeChecker = (world, report) => ({
  conclude: () => {
    for (const [, { conflictId, kind, table, fields }] of world.model.reads.all<ConflictRow>('conflict'))
      for (const { field, rule, version, isSameAgain } of explainConflict(
        { kind: kind as ConflictKind, table, fields },
        collections,
      ))
        if (isSameAgain === false)
          report(
            `${field} of conflict ${short(conflictId)} comes to something else when ${rule}@${version} is asked again`,
          )
  },
})
