// What only one may hold, and what may be there already: whoever comes second to a seat is asked about, neither refused nor left without
// one in silence, and no two phones make the same guest, or write down the same payment, without a word.
import { alikeAs, fieldThatYields, type Collection } from '@wedsync/merge'
import { sameJson, type JsonObject } from '@wedsync/protocol'
import { allCollections } from '@wedsync/wedding'
import type { ConflictRow, LedgerRow, Line } from '../model/rows.ts'
import { allLines, short, type MakeChecker } from './checker.ts'

export const oneOfAKind: MakeChecker = (world, report) => ({
  conclude: () => {
    const lines = allLines(world)
    const ledger = [...world.model.reads.all<LedgerRow>('ledger')].map(([, row]) => row)
    const conflicts = [...world.model.reads.all<ConflictRow>('conflict')].map(([, row]) => row)
    for (const collection of allCollections) {
      if (collection.scope !== 'wedding') continue
      const yields = collection.unique.flatMap((list) => fieldThatYields(collection, list) ?? [])
      if (yields.length > 0) for (const says of seatsLost(collection, yields, ledger, lines)) report(says)
      if (collection.alike.length > 0) for (const says of silentDoubles(collection, lines, conflicts)) report(says)
    }
  },
})

const seatsLost = (
  { name }: Collection,
  yields: readonly string[],
  ledger: readonly LedgerRow[],
  lines: readonly Line[],
): string[] =>
  ledger
    .filter(({ table }) => table === name)
    .flatMap(({ changeId, action, status, errorCode, receipt, data }) => {
      if (errorCode === 'duplicate_value' && action !== 'restore')
        return [`${short(changeId)} wanted what somebody else holds, and only failed`]
      const outcome = status === 'completed' && receipt?.kind === 'processed' ? receipt.processed.outcome : null
      const made = lines.find((line) => line.changeId === changeId && line.action === 'create')
      const wanted = data as JsonObject | null
      if (outcome !== 'applied' || action !== 'create' || !made || !wanted) return []
      return yields
        .filter((field) => Object.hasOwn(wanted, field) && !sameJson(wanted[field], made.after?.[field] ?? null))
        .map((field) => `${short(changeId)} is applied, and its ${field} was left out without a word`)
    })

const silentDoubles = (collection: Collection, lines: readonly Line[], conflicts: readonly ConflictRow[]): string[] => {
  const own = lines.filter(({ table }) => table === collection.name)
  const made = own.filter(({ action, changeId }) => action === 'create' && changeId !== null)
  return made.flatMap((second, nth) =>
    made.slice(0, nth).flatMap((first) => {
      if (first.scope !== second.scope || first.id === second.id) return []
      if (first.deviceId === second.deviceId && first.deviceId !== null) return []
      if (!alikeAs(collection, first.after!, second.after!)) return []
      // what was altered or done away with in between is something else
      const isSame = !own.some(
        ({ id, position }) => id === first.id && position > first.position && position < second.position,
      )
      const isAsked = conflicts.some(({ decisionId, changeId }) => [decisionId, changeId].includes(second.changeId))
      return isSame && !isAsked
        ? [`${collection.name}/${short(second.id)} may be ${short(first.id)}, and nobody was asked`]
        : []
    }),
  )
}
