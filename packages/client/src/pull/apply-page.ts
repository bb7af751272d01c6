// Takes one answer of the server; hands the store its receipts and fresh records, all in one durable step. Waiting
// changes are laid back on top, so nobody sees their own edit flicker, and a run of pages is shown when it is whole.
// Keeps P5, P6, P8, P11, P14 (rule 20).
import { type ServerChange, type SyncResponse } from '@wedsync/protocol'
import { type News } from '../events/create-events.ts'
import { newsFrom } from '../events/news-from.ts'
import { keptForMs, keptMax } from '../limits.ts'
import { versionOf } from '../outbox/entry.ts'
import { heardBy, type Heard } from '../outbox/hear-receipt.ts'
import { repairChain } from '../outbox/repair-chain.ts'
import { lateReceiptsIn, receiptsIn } from '../push/read-answer.ts'
import { type Device } from '../settings.ts'
import { type DeviceState } from '../store/device-state.ts'
import { isInOtherWords } from '../store/other-words.ts'
import { readState } from '../store/read-state.ts'
import { forgetAnswered, forgetKept, lostScopes } from './forget-lost.ts'
import { keyText, layOver, type NewBase } from '../store/lay-over.ts'
import { inOneStep, type Key, type StagedRow, type Store, type Tables } from '../store/store.ts'

export type Applied = {
  heard: Heard[]
  /** What there is to tell, each once for ever. */
  news: News[]
  /** Whether the pages were shown; otherwise there is more to fetch or to send first. */
  isShown: boolean
}

type Parts = { store: Store; device: Device }

/** Applies an answer made on this turn; null when it comes too late and was dropped whole. */
export const applyPage = ({ store, device }: Parts, turn: number, response: SyncResponse): Promise<Applied | null> =>
  inOneStep(store, async (tx) => {
    const before = await readState(tx)
    if (before.turn !== turn || isInOtherWords(before, device)) return null
    const heard = await hearReceipts(tx, response)
    await stageRows(tx, response)
    const news = await newsFrom(tx, device, heard)
    const state: DeviceState = {
      ...before,
      turn: before.turn + 1,
      cursor: response.cursor,
      stagedRevokes: [...new Set([...before.stagedRevokes, ...response.revokedScopes])],
      serverTime: timeOf(response) ?? before.serverTime,
    }
    const touched = new Map<string, Key>()
    const touch = (keys: readonly Key[]) => keys.forEach((key) => touched.set(keyText(key), key))
    touch(heard.map(({ after: { table, id } }) => [table, id]))
    let shown: DeviceState | null = null
    let bases = new Map<string, NewBase>()
    if (!response.hasMore && !(before.isReloading && (await hasSentAgain(tx)))) {
      shown = {
        ...state,
        position: response.position,
        isReloading: false,
        stagedRevokes: [],
        lastSyncedAt: device.clock(),
      }
      bases = await newBases(tx, state)
      touch([...bases.values()].map(({ table, id }) => [table, id]))
      const lost = await lostScopes(tx, device, state)
      await forgetKept(
        tx,
        lost.filter((scope) => !before.lostScopes.includes(scope)),
      )
      shown.lostScopes = lost
      if (before.isReloading) touch(await endReload(tx))
      touch(await narrowedKeys(tx))
      await tx.staged.clear()
    }
    touch(await forgetAnswered(tx, (shown ?? state).lostScopes))
    if (!(shown ?? state).isReloading) touch(await letSettledLeave(tx, shown ?? state))
    await pruneKept(tx, state.serverTime)
    await tx.state.put(shown ?? state)
    await layOver(tx, device, [...touched.values()], shown ?? state, bases)
    return { heard, news, isShown: shown !== null }
  })

const hearReceipts = async (tx: Tables, response: SyncResponse): Promise<Heard[]> => {
  const heard: Heard[] = []
  for (const [changeId, receipt] of [...receiptsIn(response), ...lateReceiptsIn(response)]) {
    const before = await tx.outbox.where('changeId').equals(changeId).first()
    if (!before) continue
    let after = heardBy(before, receipt)
    if (receipt.kind === 'failed' && receipt.failure.code === 'unknown_after') after = await repairChain(tx, after)
    await tx.outbox.put(after)
    heard.push({ before, after, receipt })
  }
  return heard
}

const stageRows = async (tx: Tables, { serverChanges, revokedScopes }: SyncResponse): Promise<void> => {
  if (revokedScopes.length > 0) await takeAway(tx, revokedScopes)
  const told = serverChanges.map(stagedRow)
  const known = await tx.staged.bulkGet(told.map(({ table, id }): Key => [table, id]))
  const latest = new Map(known.flatMap((row) => (row ? [[keyText([row.table, row.id]), row] as const] : [])))
  for (const row of told) {
    const key = keyText([row.table, row.id])
    if (isAfter(row, latest.get(key))) latest.set(key, row)
  }
  await tx.staged.bulkPut([...latest.values()])
}

// what had moved into a wedding by the time that was taken away has left the one this device still shows it in
const takeAway = async (tx: Tables, scopes: readonly string[]): Promise<void> => {
  const rows = await tx.staged
    .where('scope')
    .anyOf([...scopes])
    .toArray()
  await tx.staged.bulkPut(rows.map((row) => ({ ...row, data: null })))
}

// a record that moves between two weddings leaves one and enters the other at one position, and the wedding it enters may have
// been read pages before
const isAfter = (row: StagedRow, known: StagedRow | undefined): boolean =>
  !known || row.version > known.version || (row.version === known.version && (row.data !== null || known.data === null))

const stagedRow = ({ table, id, scope, version, action, data }: ServerChange): StagedRow => ({
  table,
  id,
  scope,
  version,
  data: action === 'delete' || action === 'remove' ? null : (data ?? {}),
})

const hasSentAgain = async (tx: Tables): Promise<boolean> =>
  (await tx.outbox.where('state').anyOf(['waiting', 'sending']).toArray()).some(({ isSentAgain }) => isSentAgain)

// what the server now says: first what was taken away, then what came; after a reset, nothing else is left
const newBases = async (tx: Tables, { isReloading, stagedRevokes }: DeviceState): Promise<Map<string, NewBase>> => {
  const bases = new Map<string, NewBase>()
  const dropped = isReloading
    ? await tx.records.toArray()
    : stagedRevokes.length > 0
      ? await tx.records.where('scope').anyOf(stagedRevokes).toArray()
      : []
  for (const { table, id, scope } of dropped)
    bases.set(keyText([table, id]), { table, id, scope, version: null, base: null })
  for (const { data, ...row } of await tx.staged.toArray())
    bases.set(keyText([row.table, row.id]), { ...row, version: data && row.version, base: data })
  return bases
}

const endReload = async (tx: Tables): Promise<Key[]> => {
  const entries = await tx.outbox.toArray()
  await tx.outbox.bulkPut(
    entries.map((entry) => ({ ...entry, isHidden: false, isSentAgain: false, overlayBefore: null })),
  )
  return entries.map(({ table, id }) => [table, id])
}

// a shown position may be the one from which an entry lies over fewer fields
const narrowedKeys = async (tx: Tables): Promise<Key[]> =>
  (await tx.outbox.where('state').anyOf(['held', 'settled']).toArray())
    .filter(({ narrowings }) => narrowings.length > 0)
    .map(({ table, id }) => [table, id])

const letSettledLeave = async (tx: Tables, { position, serverTime }: DeviceState): Promise<Key[]> => {
  const leaving = (await tx.outbox.where('state').equals('settled').toArray()).filter(
    ({ receipt }) => receipt && (versionOf(receipt) ?? Infinity) <= position,
  )
  await tx.kept.bulkPut(
    leaving.map((entry) => ({ changeId: entry.changeId, keptAt: serverTime ?? Number.MAX_SAFE_INTEGER, entry })),
  )
  await tx.outbox.bulkDelete(leaving.map(({ seq }) => seq))
  return leaving.map(({ table, id }) => [table, id])
}

const pruneKept = async (tx: Tables, serverTime: number | null): Promise<void> => {
  if (serverTime !== null)
    await tx.kept
      .where('keptAt')
      .below(serverTime - keptForMs)
      .delete()
  const tooMany = (await tx.kept.count()) - keptMax
  if (tooMany > 0) await tx.kept.orderBy('keptAt').limit(tooMany).delete()
}

// the answer's own clock, a few seconds ahead; 35 days do not care
const timeOf = ({ nextSyncTime }: SyncResponse): number | null => {
  const time = Date.parse(nextSyncTime)
  return Number.isFinite(time) ? time : null
}
