// Takes what was just heard about entries of this device, inside the step that stores it; hands on what there is to tell, each
// thing once for ever: a mark on the entry remembers it through repeated answers, restarts and resets.
import { Conflict, conflictsTable, ConflictDecision, ListedConflict, type JsonObject } from '@wedsync/protocol'
import { withTold, type Entry, type Told } from '../outbox/entry.ts'
import { type Heard } from '../outbox/hear-receipt.ts'
import { type Device } from '../settings.ts'
import { type Tables } from '../store/store.ts'
import { type ConflictResolution, type News } from './create-events.ts'

/** Marks what is told now on its entries. */
export const newsFrom = async (
  tx: Tables,
  { user }: Pick<Device, 'user'>,
  heard: readonly Heard[],
): Promise<News[]> => {
  const found: Found[] = []
  for (const one of heard) found.push(...failedIn(one), ...detectedIn(one), ...(await resolvedIn(tx, one, user.name)))
  if (found.length === 0) return []
  const told = await toldSoFar(tx, found)
  const news: News[] = []
  // the author's own change knows more of its end than the decision about it
  for (const { mark, one, tells } of [...found.filter(isNotDecision), ...found.filter(isDecision)]) {
    if (!told.has(nameOf(mark, one))) news.push(tells)
    told.add(nameOf(mark, one))
  }
  await markAll(tx, found)
  return news
}

/** What there is to tell of entries that were just refused on this device. */
export const newsOfRefused = (entries: readonly Entry[]): News[] =>
  entries.flatMap((entry) => (entry.receipt?.kind === 'failed' ? [failureNews(entry, entry.receipt.failure)] : []))

type Found = { mark: Told; one: Heard; conflict: Conflict | null; tells: News }

const isDecision = ({ one }: Found): boolean => one.after.table === conflictsTable
const isNotDecision = (found: Found): boolean => !isDecision(found)

// a conflict is one thing, however many changes are part of it; a failure is each change's own
const nameOf = (mark: Told, { after }: Heard): string => (mark === 'failed' ? `failed ${after.changeId}` : mark)

const failedIn = (one: Heard): Found[] => {
  const { before, after, receipt } = one
  if (receipt.kind !== 'failed' || after.state !== 'stuck') return []
  // a store that an older app left has no marks
  if (before.state === 'stuck' && before.receipt?.kind === 'failed') return []
  return [{ mark: 'failed', one, conflict: null, tells: failureNews(after, receipt.failure) }]
}

const failureNews = (
  { changeId, table, id, change }: Entry,
  { code, message, field }: { code: string; message: string; field?: string | undefined },
): News => ({
  name: 'changeFailed',
  says: [{ changeId, table, id, action: change.action, code, message, ...(field !== undefined && { field }) }],
})

const detectedIn = (one: Heard): Found[] => {
  const { before, receipt } = one
  const conflict = receipt.kind === 'failed' ? null : receipt.conflict
  if (!conflict || before.state === 'settled') return []
  const known = before.receipt?.kind === 'waiting' ? before.receipt.conflict.conflictId : null
  if (known === conflict.conflictId) return []
  return [
    {
      ...{ mark: `detected ${conflict.conflictId}`, one, conflict },
      tells: { name: 'conflictDetected', says: [conflict] },
    },
  ]
}

const resolvedIn = async (tx: Tables, one: Heard, userName: string): Promise<Found[]> => {
  const { before, after, receipt } = one
  if (receipt.kind !== 'processed' || before.state === 'settled') return []
  const conflictId =
    receipt.conflict?.conflictId ?? (after.table === conflictsTable ? after.id : openConflictOf(before))
  if (conflictId === null) return []
  const listed = await findListed(tx, conflictId)
  const known = receipt.conflict ?? (before.receipt?.kind === 'waiting' ? before.receipt.conflict : null)
  const conflict = listed ? asConflict(listed) : known
  if (!conflict) return []
  const resolution = isDecisionOf(after)
    ? { by: 'person' as const, outcome: null, decidedBy: { name: userName }, note: noteOf(after) }
    : {
        by: receipt.conflict && receipt.conflict.resolution?.choice == null ? ('rule' as const) : ('person' as const),
        outcome: receipt.processed.outcome,
        decidedBy: listed?.decidedBy ?? null,
        note: listed?.note ?? null,
      }
  return [{ mark: `resolved ${conflictId}`, one, conflict, tells: resolvedNews(conflict, resolution) }]
}

const resolvedNews = (conflict: Conflict, resolution: ConflictResolution): News => ({
  name: 'conflictResolved',
  says: [{ ...conflict, status: 'resolved' }, resolution],
})

const isDecisionOf = ({ table }: Entry): boolean => table === conflictsTable

const noteOf = ({ change }: Entry): string | null => ConflictDecision.safeParse(change.data).data?.note ?? null

// after a reset the receipt is forgotten, and what was told is not
const openConflictOf = ({ receipt, told = [] }: Entry): string | null => {
  if (receipt?.kind === 'waiting') return receipt.conflict.conflictId
  const detected = told.find((mark) => mark.startsWith('detected '))
  return detected?.slice('detected '.length) ?? null
}

// as the news that comes with the receipt says it, or as it was here already
const findListed = async (tx: Tables, conflictId: string): Promise<ListedConflict | null> => {
  const staged = (await tx.staged.get([conflictsTable, conflictId]))?.data
  const data = staged ?? (await tx.records.get([conflictsTable, conflictId]))?.base
  return data ? listedFrom(data) : null
}

// in the feed `table` and `id` are the conflict's own
const listedFrom = (data: JsonObject): ListedConflict | null => {
  const { recordTable, recordId } = data
  return ListedConflict.safeParse({ ...data, table: recordTable, id: recordId }).data ?? null
}

const asConflict = (listed: ListedConflict): Conflict => Conflict.parse(listed)

const toldSoFar = async (tx: Tables, found: readonly Found[]): Promise<Set<string>> => {
  const openers = found.flatMap(({ conflict }) => (conflict ? [conflict.changeId] : []))
  const kept = await tx.kept.bulkGet([...new Set(openers)])
  const entries = [...kept.flatMap((row) => row?.entry ?? []), ...(await tx.outbox.toArray())]
  return new Set(
    entries.flatMap(({ changeId, told = [] }) => told.map((mark) => (mark === 'failed' ? `failed ${changeId}` : mark))),
  )
}

// as they stand by now: one page may say two things about one change
const markAll = async ({ outbox }: Tables, found: readonly Found[]): Promise<void> => {
  const seqs = [...new Set(found.map(({ one }) => one.after.seq))]
  const entries = (await outbox.bulkGet(seqs)).filter((entry) => entry !== undefined)
  const marksOf = ({ seq }: Entry) => found.filter(({ one }) => one.after.seq === seq).map(({ mark }) => mark)
  await outbox.bulkPut(entries.map((entry) => withTold(entry, marksOf(entry))))
}
