// Takes a batch whose records are locked, and what stands; decides its changes in their order until its groups stand. Pure: the same for
// the same arguments. What a group leaves undone was never there for the changes behind it: the batch is taken back to where the
// group began, and these are decided again without it; whatever came before stays as it is.  Keeps P11, P13, P14.
import { copyOf, stateFor, type Decide } from './batch-state.ts'
import { decideChange } from './decide-change.ts'
import type { Decision } from './decision.ts'
import type { ReadChange } from './read-changes.ts'
import { settleGroups } from './settle-groups.ts'
import { withSidesAsTheyStand } from './stands-as.ts'

/** One for each change, in the order they were sent. */
export const decideBatch = (of: Decide): Decision[] => {
  let state = stateFor(of)
  const settled: Decision[] = []
  for (const stretch of stretchesOf(of.changes)) {
    const undone = new Map<string, Decision>()
    const before = stretch.length > 1 || stretch[0]!.groupId !== null ? copyOf(state) : state
    for (;;) {
      const decisions = stretch.map((read) => decideChange(read, state))
      const found = settleGroups(decisions, undone)
      // what is undone already stays so: every round undoes one more, so there is a last one
      const fresh = found.filter((one, nth) => one !== decisions[nth] && !undone.has(one.changeId))
      if (fresh.length === 0) {
        settled.push(...found)
        break
      }
      // one group at a time, in their order: what became of a later one hung on this one
      const first = fresh[0]!.read.groupId
      for (const one of fresh) if (one.read.groupId === first) undone.set(one.changeId, one)
      state = { ...copyOf(before), undone: new Map([...before.undone, ...undone]) }
    }
  }
  // not before: what the changes behind a group left behind first is not there yet when they are decided again
  return settled.map((decision) => withSidesAsTheyStand(decision, state))
}

// The shortest runs of neighbours that hold every group as a whole. Changes of one action are neighbours, but where somebody else's client
// mixes two of them.
const stretchesOf = (changes: readonly ReadChange[]): ReadChange[][] => {
  const lastOf = new Map(changes.map(({ groupId }, place) => [groupId, place]))
  const stretches: ReadChange[][] = []
  let end = -1
  for (const [place, change] of changes.entries()) {
    if (place > end) stretches.push([])
    end = Math.max(end, change.groupId === null ? place : lastOf.get(change.groupId)!)
    stretches.at(-1)!.push(change)
  }
  return stretches
}
