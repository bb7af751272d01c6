// Takes a batch's checked changes; hands them back with actions that reach into one another taken for one: where a change of the one
// stands between two of the other, and both say something about one record, what becomes of either hangs on the other, and together
// or not at all holds for each of them only if it holds for both. Who saves two actions at once may send them so.  Keeps P4, P11, P14.
import { keyOf } from './key-of.ts'
import type { ReadChange } from './read-changes.ts'

/** An action, or a change that is none, by the places of its changes in the batch. */
type Unit = { groupId: string | null; places: number[]; records: ReadonlySet<string> }

/** In their order. The same changes where nothing is tied. */
export const tieActions = (changes: readonly ReadChange[]): ReadChange[] => {
  const tied = [...changes]
  if (changes.every(({ groupId }) => groupId === null)) return tied
  for (const { groupId, places } of tiedUnits(unitsOf(changes)))
    if (groupId !== null) for (const place of places) tied[place] = ofAction(groupId, tied[place]!)
  return tied
}

// a decision is nobody's action, and what is wrong in itself ties nothing: it fails alone
const unitsOf = (changes: readonly ReadChange[]): Unit[] => {
  const placed = changes.flatMap((read, place) =>
    read.wish || (read.refusal && read.groupId === null) ? [] : [{ ...read, place }],
  )
  return [...Map.groupBy(placed, ({ groupId, place }) => groupId ?? place).values()].map((members) => ({
    groupId: members[0]!.groupId,
    places: members.map(({ place }) => place),
    records: new Set(members.flatMap(({ table, id }) => (id === null ? [] : [keyOf({ table, id })]))),
  }))
}

// what is tied reaches further than its parts did, so it is looked at again
const tiedUnits = (units: readonly Unit[]): Unit[] => {
  for (const [nth, unit] of units.entries()) {
    const other = units.findIndex((one, at) => at > nth && isTied(unit, one))
    if (other < 0) continue
    const both = tie(unit, units[other]!)
    return tiedUnits(units.flatMap((one, at) => (at === nth ? [both] : at === other ? [] : [one])))
  }
  return [...units]
}

const isTied = (one: Unit, other: Unit): boolean =>
  one.places[0]! < other.places.at(-1)! &&
  other.places[0]! < one.places.at(-1)! &&
  !one.records.isDisjointFrom(other.records)

// whichever begins is an action: a change that is none has no room for another within it
const tie = (one: Unit, other: Unit): Unit => ({
  groupId: (one.places[0]! < other.places[0]! ? one : other).groupId,
  places: [...one.places, ...other.places].sort((before, after) => before - after),
  records: one.records.union(other.records),
})

const ofAction = (groupId: string, read: ReadChange): ReadChange => {
  if (read.groupId === groupId) return read
  const kept = { ...read.kept, more: { ...read.kept.more, groupId } }
  return read.change ? { ...read, groupId, kept, change: { ...read.change, groupId } } : { ...read, groupId, kept }
}
