// The server does not know the change an entry builds on. Takes the entry; hands on the entry as it is sent next: with
// the named change again in front of it, or, when this device has that no longer, judged by its base alone (rule 23).
import { type Tables } from '../store/store.ts'
import { type Entry } from './entry.ts'

/** The entry, ready to be sent again. Runs inside the caller's step. */
export const repairChain = async (tx: Tables, entry: Entry): Promise<Entry> => {
  const { after, ...change } = entry.change
  if (after === undefined) return entry
  const named = await tx.outbox.where('changeId').equals(after).first()
  if (named?.state === 'waiting' || named?.state === 'sending') return entry
  if (named && named.state !== 'stuck') {
    await tx.outbox.put({ ...named, state: 'waiting', receipt: null })
    return entry
  }
  const kept = await tx.kept.get(after)
  if (!named && kept) {
    await tx.kept.delete(after)
    await tx.outbox.put({ ...kept.entry, state: 'waiting', receipt: null, isHidden: true })
    return entry
  }
  return { ...entry, change: { ...change, fromBefore: true } }
}
