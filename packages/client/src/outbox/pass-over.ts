// Some changes are not answered for now. Takes them; lets nothing wait for their answer: whatever is loaded anew is shown
// without it, with these edits still on top.  Keeps P5, P14 (rule 20f).
import { inOneStep, type Store } from '../store/store.ts'
import { type Entry } from './entry.ts'

/** Passes over every change that waits: the server takes none from whoever is signed in. */
export const passOverAll = (store: Store): Promise<void> =>
  inOneStep(store, async ({ outbox }) => {
    const due = await outbox.where('state').anyOf(['waiting', 'sending']).toArray()
    await outbox.bulkPut(due.map((entry) => ({ ...entry, isSentAgain: false })))
  })

/**
 * Passes over these changes, and those that cannot go before them: their groups, and what builds on any of them. Answers
 * whether anything waited for one of them.
 */
export const passOver = (store: Store, changeIds: readonly string[]): Promise<boolean> =>
  inOneStep(store, async ({ outbox }) => {
    const due = await outbox.where('state').anyOf(['waiting', 'sending']).toArray()
    const passed = withFollowers(due, new Set(changeIds)).filter(({ isSentAgain }) => isSentAgain)
    await outbox.bulkPut(passed.map((entry) => ({ ...entry, isSentAgain: false })))
    return passed.length > 0
  })

const withFollowers = (due: readonly Entry[], changeIds: Set<string>): Entry[] => {
  const groups = new Set<string>()
  for (let before = -1; before !== changeIds.size + groups.size;) {
    before = changeIds.size + groups.size
    for (const { changeId, change } of due) {
      const { after, groupId } = change
      const follows = (after !== undefined && changeIds.has(after)) || (groupId !== undefined && groups.has(groupId))
      if (follows) changeIds.add(changeId)
      if (changeIds.has(changeId) && groupId !== undefined) groups.add(groupId)
    }
  }
  return due.filter(({ changeId }) => changeIds.has(changeId))
}
