// Takes the id of a change that was made on this device, or of a conflict it holds; says what became of it and why, in a sentence for a
// coordinator, and of every field that met another edit what the rule looked at, which rule, and whether it comes to the same again.
// Needs no network: what a rule was told is kept with what it decided.  Keeps P3, P13.
import { explainConflict, type FieldExplained } from '@wedsync/merge'
import {
  conflictsTable,
  deriveId,
  type Conflict,
  type ListedConflict,
  type Outcome,
  type Receipt,
} from '@wedsync/protocol'
import { type Entry } from '../outbox/entry.ts'
import { type Device } from '../settings.ts'
import { type Store, type TablesToRead } from '../store/store.ts'
import { listedConflict } from './listed-conflict.ts'

export type Explained = {
  of: 'change' | 'conflict'
  id: string
  /** The record it is about. */
  table: string
  record: string
  says: string
  /** Field by field, where somebody else had edited the same; else empty. */
  fields: readonly FieldExplained[]
}

type Parts = { store: Store; device: Device }

/** Null where this device holds neither a change nor a conflict of that id, or holds it no more. */
export const explain = ({ store, device }: Parts, id: string): Promise<Explained | null> =>
  store.view(async (tx) => {
    const wanted = id.toLowerCase()
    const conflict = await readConflict(tx, wanted)
    if (conflict) return ofConflict(conflict, device)
    const entry =
      (await tx.outbox.where('changeId').equals(wanted).first()) ?? (await tx.kept.get(wanted))?.entry ?? null
    return entry && (await ofChange(tx, entry, device))
  })

const readConflict = async (tx: TablesToRead, id: string): Promise<ListedConflict | null> =>
  listedConflict(await tx.records.get([conflictsTable, id]))

const ofConflict = (conflict: ListedConflict, device: Device): Explained => ({
  ...{ of: 'conflict', id: conflict.conflictId, table: conflict.table, record: conflict.id },
  says: conflictInWords(conflict),
  fields: explainConflict(conflict, device.collections),
})

type InWords = Pick<Conflict, 'status' | 'because' | 'fields'> & Pick<Partial<ListedConflict>, 'decidedBy'>

const conflictInWords = ({ status, because, decidedBy, fields }: InWords): string => {
  if (status === 'pending') return `${because} A person decides.`
  if (decidedBy) return `${decidedBy.name ?? 'Somebody'} decided this.`
  return [...new Set(fields.map(({ reason }) => reason))].join(' ')
}

const ofChange = async (tx: TablesToRead, entry: Entry, device: Device): Promise<Explained> => {
  const told = entry.receipt && conflictIn(entry.receipt)
  // as it stands by now, where this device was told; one that a person decided is no more in the receipt
  const conflict = (await readConflict(tx, told?.conflictId ?? deriveId('conflict', entry.changeId))) ?? told
  return {
    ...{ of: 'change', id: entry.changeId, table: entry.table, record: entry.id },
    says: changeInWords(entry, conflict),
    fields: conflict ? explainConflict(conflict, device.collections) : [],
  }
}

const conflictIn = (receipt: Receipt): Conflict | null =>
  receipt.kind === 'failed' ? null : (receipt.conflict ?? null)

const endings: Record<Outcome, string> = {
  applied: 'Nobody else had changed this meanwhile, so it went in as it was.',
  already_applied: 'This stood there already.',
  merged: 'Somebody else had changed this as well, and what both wanted was put together.',
  client_won: 'Somebody else had changed this as well, and this was kept.',
  server_won: 'Somebody else had changed this as well, and theirs was kept. This one is in the record’s history.',
}

const changeInWords = ({ state, receipt }: Entry, conflict: InWords | null): string => {
  if (state === 'waiting') return 'This is saved on this phone, and goes up with the next signal.'
  if (state === 'sending') return 'This is on its way.'
  if (receipt?.kind === 'failed') return receipt.failure.message
  if (receipt?.kind === 'waiting') return conflictInWords(conflict ?? receipt.conflict)
  if (receipt?.kind !== 'processed') return 'The server has this.'
  const ending = endings[receipt.processed.outcome]
  if (conflict === null) return ending
  // a rule has its own sentence
  return conflict.decidedBy ? `${ending} ${conflictInWords(conflict)}` : conflictInWords(conflict)
}
