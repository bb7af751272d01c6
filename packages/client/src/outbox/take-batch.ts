// Takes the oldest changes that wait; hands on one request's worth, durably marked as sent. From here they never alter.
// Groups stay together, and a change never goes ahead of the one it builds on.  Keeps P1, P11 (rule 22).
import { Change, changesPerBatchMax, checksumOf, type Strategy } from '@wedsync/protocol'
import { batchBytesMax } from '../limits.ts'
import { type DeviceState } from '../store/device-state.ts'
import { isInOtherWords } from '../store/other-words.ts'
import { readState } from '../store/read-state.ts'
import { inOneStep, type Store, type Tables } from '../store/store.ts'
import { layOver } from '../store/lay-over.ts'
import { type Device } from '../settings.ts'
import { nextState, refusedHere, type Entry } from './entry.ts'

export type Batch = {
  /** The changes as they travel, oldest first. */
  changes: Change[]
  strategy: Strategy | null
  /** What the request was made on; an answer to anything older is dropped. */
  turn: number
  cursor: string | null
  deviceId: string
  waiting: number
  oldestWaiting: string | null
  /** The store is in the words of another version of the app: nothing was taken. */
  isInOtherWords: boolean
  /** Just found to be unreadable, and put aside. */
  unreadable: Entry[]
}

export type Wish = {
  /** Changes at most; a group that is longer still goes whole. */
  max: number
  /** True for a change whose turn has not come again. */
  isDelayed: (changeId: string) => boolean
  /** True for a change the server stumbled over: it goes by itself, behind all others. */
  isSuspect?: (changeId: string) => boolean
}

/** The next batch. Without changes it is still a question for news. */
export const takeBatch = ({ store, device }: { store: Store; device: Device }, wish: Wish): Promise<Batch> =>
  inOneStep(store, async (tx) => {
    const state = await readState(tx)
    const unreadable: Entry[] = []
    const due = await readDue(tx, device, state, unreadable)
    const isOther = isInOtherWords(state, device)
    const taken = isOther ? [] : pickBatch(due, wish).map(frozen)
    await tx.outbox.bulkPut(taken)
    return {
      changes: taken.map(({ change }) => change),
      strategy: taken[0]?.strategy ?? null,
      turn: state.turn,
      cursor: state.cursor,
      deviceId: state.deviceId,
      waiting: due.length,
      oldestWaiting: due[0]?.change.timestamp ?? null,
      isInOtherWords: isOther,
      unreadable,
    }
  })

// what cannot be read back is set aside and shown, never skipped in silence
const readDue = async (tx: Tables, device: Device, state: DeviceState, unreadable: Entry[]): Promise<Entry[]> => {
  const keys = [
    ...(await tx.outbox.where('state').equals('waiting').primaryKeys()),
    ...(await tx.outbox.where('state').equals('sending').primaryKeys()),
  ].sort((one, other) => one - other)
  const found = (await tx.outbox.bulkGet(keys)).filter((entry) => entry !== undefined)
  const broken = found.filter(({ change }) => !Change.safeParse(change).success)
  if (broken.length > 0) {
    const says = 'This change could not be read back from the phone.'
    unreadable.push(...broken.map((entry) => refusedHere(entry, says)))
    await tx.outbox.bulkPut(unreadable)
    await layOver(
      tx,
      device,
      broken.map(({ table, id }) => [table, id]),
      state,
    )
  }
  return found.filter((entry) => !broken.includes(entry))
}

const frozen = (entry: Entry): Entry => ({
  ...entry,
  state: nextState[entry.state].sent,
  isFrozen: true,
  change: { ...entry.change, checksum: entry.change.checksum ?? checksumOf(entry.change) },
})

/** The entries of the next request, in order. Pure. */
export const pickBatch = (due: readonly Entry[], { isSuspect = () => false, ...wish }: Wish): Entry[] => {
  const isLeft = (changeId: string) => wish.isDelayed(changeId) || isSuspect(changeId)
  const well = pick(due, { ...wish, isDelayed: isLeft })
  return well.length > 0 || wish.max === 0 ? well : pick(due, { ...wish, max: 1 })
}

const pick = (due: readonly Entry[], { max, isDelayed }: Wish): Entry[] => {
  const unitOf = unitsOf(due)
  const taken = new Set<Entry>()
  const left = new Set<Entry>()
  let bytes = 0
  for (const entry of due) {
    if (taken.has(entry) || left.has(entry)) continue
    const unit = unitOf(entry).filter((one) => !taken.has(one))
    // a unit with a predecessor too many waits for the next request, which its predecessors are in before it
    if (unit.length > changesPerBatchMax) continue
    if (unit.some((one) => left.has(one) || isDelayed(one.changeId))) {
      for (const one of unit) left.add(one)
      continue
    }
    const size = unit.reduce((sum, one) => sum + bytesOf(one), 0)
    const isFirst = taken.size === 0
    if (!isFirst && (taken.size + unit.length > max || bytes + size > batchBytesMax)) break
    if (!isFirst && unit.some(({ strategy }) => strategy !== [...taken][0]!.strategy)) break
    for (const one of unit) taken.add(one)
    bytes += size
  }
  return [...taken].sort((one, other) => one.seq - other.seq)
}

// an entry with its group, and everything any of them builds on
const unitsOf = (due: readonly Entry[]) => {
  const byId = new Map(due.map((entry) => [entry.changeId, entry]))
  const groups = new Map<string, Entry[]>()
  for (const entry of due) {
    const { groupId } = entry.change
    if (groupId !== undefined) groups.set(groupId, [...(groups.get(groupId) ?? []), entry])
  }
  return (entry: Entry): Entry[] => {
    const unit = new Set<Entry>()
    const open = [entry]
    for (let one = open.pop(); one; one = open.pop()) {
      if (unit.has(one)) continue
      unit.add(one)
      const { after, groupId } = one.change
      const before = after === undefined ? undefined : byId.get(after)
      if (before) open.push(before)
      if (groupId !== undefined) open.push(...groups.get(groupId)!)
    }
    return [...unit]
  }
}

const encoder = new TextEncoder()
const bytesOf = ({ change }: Entry): number => encoder.encode(JSON.stringify(change)).length + 100
