// Takes an entry and a receipt; hands on the entry as it now stands. Pure.  Keeps P3, P6: an overlay only ever narrows.
import { type Receipt } from '@wedsync/protocol'
import { eventOf, nextState, saidBy, versionOf, type Entry, type Narrowing } from './entry.ts'

/** What happened to an entry of this device. */
export type Heard = { before: Entry; after: Entry; receipt: Receipt }

/** The entry after this receipt. A settled one hears nothing more; an older receipt never replaces a newer one. */
export const heardBy = (entry: Entry, receipt: Receipt): Entry => {
  if (entry.state === 'settled') return entry
  const event = eventOf(receipt)
  const state = nextState[entry.state][event]
  if (event === 'lost') return { ...entry, state, isSentAgain: false }
  return {
    ...entry,
    state,
    isSentAgain: false,
    receipt: isOlder(receipt, entry) ? entry.receipt : receipt,
    narrowings: narrowed(entry, receipt),
  }
}

const isOlder = (receipt: Receipt, { state, receipt: known }: Entry): boolean => {
  const [version, before] = [versionOf(receipt), known && versionOf(known)]
  return state === 'held' && version !== null && before !== null && version < before
}

const narrowed = (entry: Entry, receipt: Receipt): Narrowing[] => {
  const { narrowings, change, table, id } = entry
  if (receipt.kind !== 'waiting' || change.action !== 'update') return narrowings
  const { conflict } = receipt
  if (conflict.table !== table || conflict.id !== id) return narrowings
  const fields = conflict.fields.map(({ field }) => field).filter((field) => Object.hasOwn(saidBy(entry).data, field))
  // one that names none of our fields speaks of the whole change
  // where nothing of it went in, only the contested fields ever were its own
  const from = conflict.recordVersion ?? 0
  if (fields.length === 0 || narrowings.some(({ version }) => version === from)) return narrowings
  return [...narrowings, { version: from, fields }]
}
