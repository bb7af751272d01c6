// claim_sync_retries and its kin, and taking over what somebody hands over who left: the ledger's own functions.
import type { JsonObject, Receipt } from '@wedsync/protocol'
import { isLost, mayHandle, receiptOf } from './open-batch.ts'
import { emptyLedgerRow } from './transaction.ts'
import { tick, type Engine } from './capture.ts'
import { inOrganization, placesOf, rowsOf, type LedgerRow, type Line, type Waiting } from './rows.ts'
import type { Caller } from './sight.ts'
import type { Reads } from './state.ts'

const isDue = (reads: Reads, row: LedgerRow, now: number): boolean => {
  if (row.nextAttemptAt! <= now) return true
  const { awaits } = row
  if (!awaits) return false
  if ('change' in awaits) {
    const there = reads.get<LedgerRow>('ledger', inOrganization(row.organizationId, awaits.change))
    return !there || (there.status !== 'pending' && there.status !== 'processing')
  }
  return placesOf(reads, awaits.table, awaits.id).length > 0 || hasFailedCreate(reads, row.organizationId, awaits)
}

const hasFailedCreate = (
  reads: Reads,
  organizationId: string,
  { table, id }: { table: string; id: string },
): boolean => {
  for (const [, row] of reads.all<LedgerRow>('ledger'))
    if (
      row.organizationId === organizationId &&
      row.table === table &&
      row.id === id &&
      row.action === 'create' &&
      isLost(row)
    )
      return true
  return false
}

/** What other transactions hold locked is passed over. */
export const claimRetries = ({ tx, now }: Engine, lease: string, seconds: number, devices: number): string => {
  const kept = [...tx.all<LedgerRow>('ledger')]
    .map(([, row]) => row)
    .filter(
      (row) =>
        (row.status === 'pending' || row.status === 'processing') &&
        (row.leasedUntil === null || row.leasedUntil < now),
    )
  const keyOf = (row: LedgerRow) => `${row.organizationId}/${row.userId}/${row.deviceId}`
  const due = kept
    .filter((row) => row.status === 'processing' || isDue(tx, row, now))
    .sort((one, other) => one.arrival! - other.arrival!)
  const keys = [...new Set(due.map(keyOf))].slice(0, devices)
  const sets = []
  for (const key of keys) {
    const mine = kept
      .filter((row) => keyOf(row) === key && tx.tryLock(`ledger/${inOrganization(row.organizationId, row.changeId)}`))
      .sort((one, other) => one.arrival! - other.arrival!)
    const firstLost = mine.find((row) => row.status === 'processing')
    const changes = []
    for (const row of mine) {
      const wasLost = row.status === 'processing'
      const costs = wasLost ? row === firstLost : !(row.awaits && 'change' in row.awaits) && isDue(tx, row, now)
      const claimed: LedgerRow = {
        ...row,
        status: 'processing',
        lease,
        leasedUntil: now + seconds * 1000,
        attempts: row.attempts + (costs ? 1 : 0),
      }
      tx.set('ledger', inOrganization(row.organizationId, row.changeId), claimed)
      changes.push({ ...sentOf(claimed), attempts: claimed.attempts })
    }
    if (mine.length === 0) continue
    const { organizationId, userId, deviceId } = mine[0]!
    sets.push({ organizationId, userId, deviceId, wasLost: firstLost !== undefined, changes })
  }
  return JSON.stringify(sets)
}

const sentOf = ({ changeId, deviceId, batchId, table, id, action, baseVersion, data, base, more }: LedgerRow) => ({
  ...{ changeId, deviceId, batchId, table, id, action, baseVersion, data, base, more },
})

export const releaseRetries = async (
  { tx, now }: Engine,
  lease: string,
  changeIds: readonly string[],
  seconds: number,
): Promise<number> => {
  let released = 0
  for (const [key, row] of [...tx.all<LedgerRow>('ledger')])
    if (row.status === 'processing' && row.lease === lease && changeIds.includes(row.changeId)) {
      await tx.lock(`ledger/${key}`)
      tx.set('ledger', key, {
        ...row,
        status: 'pending',
        lease: null,
        leasedUntil: null,
        nextAttemptAt: now + seconds * 1000,
      } satisfies LedgerRow)
      released += 1
    }
  return released
}

type Closing = { organizationId: string; lease: string; changeIds: readonly string[]; code: string; message: string }

export const closeRetries = async (
  engine: Engine,
  { organizationId, lease, changeIds, code, message }: Closing,
): Promise<number> => {
  const { tx } = engine
  const rows = changeIds
    .map((changeId) => inOrganization(organizationId, changeId))
    .filter((key) => tx.get<LedgerRow>('ledger', key)?.lease === lease)
  for (const key of rows.sort()) await tx.lock(`ledger/${key}`)
  if (rows.length === 0) return 0
  const head = (await tick(engine, organizationId, 1)) + 1
  for (const key of rows) {
    const row = tx.get<LedgerRow>('ledger', key)!
    tx.set('ledger', key, {
      ...row,
      ...{
        status: 'failed',
        lease: null,
        leasedUntil: null,
        nextAttemptAt: null,
        errorCode: code,
        settledPosition: head,
      },
      receipt: {
        kind: 'failed',
        failure: { changeId: row.changeId, code, message, retryable: false, attempt: row.attempts },
      },
    } satisfies LedgerRow)
  }
  return rows.length
}

type Entry = Pick<
  LedgerRow,
  'changeId' | 'hash' | 'table' | 'id' | 'action' | 'baseVersion' | 'data' | 'base' | 'more'
> & { receipt: Receipt }

export const takeIntoEscrow = async (
  engine: Engine,
  claims: string,
  batch: { deviceId: string; batchId: string; entries: Entry[] },
): Promise<JsonObject | null> => {
  const { tx, now, collections } = engine
  const { sub: userId, app_metadata } = JSON.parse(claims) as { sub: string; app_metadata: { organization_id: string } }
  const organizationId = app_metadata.organization_id
  const isMember = rowsOf(tx, 'memberships').some(
    (row) => row.organization_id === organizationId && row['user_id'] === userId,
  )
  const device = inOrganization(organizationId, `${userId}/${batch.deviceId}`)
  await tx.lock(`device/${device}`)
  const belonged = [...tx.all<readonly Line[]>('history')].some(([, lines]) =>
    lines.some(
      ({ organizationId: of, table, action, before }) =>
        of === organizationId && table === 'memberships' && action === 'delete' && before?.['user_id'] === userId,
    ),
  )
  if (isMember || !(tx.get('device', device) || belonged)) return null
  const caller = { organizationId, userId } as Caller
  let isNew = false
  for (const entry of batch.entries) {
    const key = inOrganization(organizationId, entry.changeId)
    if (tx.get('ledger', key)) continue
    isNew = true
    const code = entry.receipt.kind === 'failed' ? entry.receipt.failure.code : null
    tx.set('ledger', key, {
      ...emptyLedgerRow({ caller, now }, { ...entry, deviceId: batch.deviceId, batchId: batch.batchId }),
      ...{ status: 'failed', errorCode: code, receipt: entry.receipt },
    } satisfies LedgerRow)
  }
  if (isNew) await tick(engine, organizationId, 1)
  const told = batch.entries.map(({ changeId }) => {
    const row = tx.get<LedgerRow>('ledger', inOrganization(organizationId, changeId))!
    const isOwn = row.userId === userId
    const stranger = { ...caller, role: 'nobody', scopes: [], audiences: [], self: [], leads: [], personId: '' }
    return [
      changeId,
      { hash: row.hash, isOwn, receipt: isOwn ? receiptOf({ reads: tx, collections, caller: stranger }, row) : null },
    ]
  })
  return told.length > 0 ? (Object.fromEntries(told) as JsonObject) : null
}

/** sync.find_handled. */
export const findHandled = (reads: Reads, caller: Caller, changeId: string): object | null => {
  const row = reads.get<LedgerRow>('ledger', inOrganization(caller.organizationId, changeId))
  if (!row || !mayHandle(reads, caller, row)) return null
  const conflictIds = [...reads.all<Waiting>('waiting')]
    .filter(([, one]) => one.organizationId === caller.organizationId && one.changeId === changeId)
    .map(([, { conflictId }]) => conflictId)
    .sort()
  const group = groupOf(reads, row).filter((one) => one.status === 'failed' || one.status === 'pending')
  return {
    status: row.status,
    conflictIds,
    changes: group.length > 0 ? group.map((one) => ({ ...sentOf(one), userId: one.userId })) : null,
  }
}

const groupOf = (reads: Reads, row: LedgerRow): LedgerRow[] =>
  [...reads.all<LedgerRow>('ledger')]
    .map(([, one]) => one)
    .filter(
      (one) =>
        one.organizationId === row.organizationId &&
        one.userId === row.userId &&
        (one.changeId === row.changeId ||
          (one.batchId === row.batchId &&
            row.more?.['groupId'] !== undefined &&
            one.more?.['groupId'] === row.more['groupId'])),
    )
    .sort((one, other) => one.receivedAt - other.receivedAt || (one.changeId < other.changeId ? -1 : 1))

/** sync.discard_failed. */
export const discardFailed = async (
  engine: Engine,
  caller: Caller,
  changeId: string,
  message: string,
): Promise<number> => {
  const { tx } = engine
  const asked = tx.get<LedgerRow>('ledger', inOrganization(caller.organizationId, changeId))
  if (!asked || !mayHandle(tx, caller, asked)) return 0
  const keys = groupOf(tx, asked).map((row) => inOrganization(row.organizationId, row.changeId))
  for (const key of keys.sort()) await tx.lock(`ledger/${key}`)
  const open = keys.filter((key) => ['failed', 'pending'].includes(tx.get<LedgerRow>('ledger', key)!.status))
  if (open.length === 0) return 0
  const head = (await tick(engine, caller.organizationId, 1)) + 1
  for (const key of open) {
    const row = tx.get<LedgerRow>('ledger', key)!
    tx.set('ledger', key, {
      ...row,
      ...{
        status: 'failed',
        errorCode: 'discarded',
        settledPosition: head,
        handledBy: caller.userId,
        lease: null,
        leasedUntil: null,
      },
      receipt: { kind: 'failed', failure: { changeId: row.changeId, code: 'discarded', message, retryable: false } },
    } satisfies LedgerRow)
  }
  return open.length
}
