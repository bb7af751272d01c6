// The server does not know the change an entry builds on. Takes the entry; hands on the entry as it is sent next: with
// the named change again in front of it, or, when this device has that no longer, judged by its base alone (rule 23).
import { type Store } from '../store/open-store.ts'
import { type Entry } from './entry.ts'

/** The entry, ready to be sent again. Runs inside the caller's step. */
export const repairChain = async (store: Store, entry: Entry): Promise<Entry> => {
  const { after, ...change } = entry.change
  if (after === undefined) return entry
  const named = await store.outbox.where('changeId').equals(after).first()
  if (named?.state === 'waiting' || named?.state === 'sending') return entry
  if (named && named.state !== 'stuck') {
    await store.outbox.put({ ...named, state: 'waiting', receipt: null })
    return entry
  }
  const kept = await store.kept.get(after)
  if (!named && kept) {
    await store.kept.delete(after)
    await store.outbox.put({ ...kept.entry, state: 'waiting', receipt: null, isHidden: true })
    return entry
  }
  return { ...entry, change: { ...change, fromBefore: true } }
}
