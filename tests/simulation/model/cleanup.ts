// cleanup_old_sync_records: what nobody needs any more is forgotten, and the horizon tells what is not whole any more.
import type { JsonObject } from '@wedsync/protocol'
import type { Engine } from './capture.ts'
import { inOrganization, type Clock, type LedgerRow, type Mark, type Place } from './rows.ts'

const dayMs = 24 * 60 * 60_000

/** Takes the days; answers the counts as JSON. History and what is only told to people on call stay in the model. */
export const cleanUp = async ({ tx, now }: Engine, days: number): Promise<string> => {
  // one node at a time; the others find nothing to do
  if (!tx.tryLock('cleanup')) return '{}'
  const old = now - days * dayMs
  const isForgotten = ({ gone, changedAt }: Place) => gone !== null && changedAt < old
  let tombstones = 0
  for (const [key, seen] of [...tx.all<readonly Place[]>('record')]) {
    for (const { organizationId } of seen.filter(isForgotten)) await tx.lock(`clock/${organizationId}`)
    // it may have come back while somebody else had the clock
    const places = tx.get<readonly Place[]>('record', key) ?? []
    const gone = places.filter(isForgotten)
    if (gone.length === 0) continue
    tombstones += gone.length
    for (const { organizationId, position } of gone) {
      const clock = tx.get<Clock>('clock', organizationId)!
      tx.set('clock', organizationId, { ...clock, horizon: Math.max(clock.horizon, position) })
    }
    const left = places.filter((place) => !isForgotten(place))
    if (left.length > 0) tx.set('record', key, left)
    else tx.remove('record', key)
  }
  const marks = [...tx.all<Mark>('mark')].filter(
    ([, { organizationId, position, at }]) => at < old && position < newestMark(tx, organizationId),
  )
  for (const [key] of marks) tx.remove('mark', key)
  let payloads = 0
  for (const [, row] of [...tx.all<LedgerRow>('ledger')]) {
    if (row.receivedAt >= old || row.status !== 'completed' || (row.data === null && row.base === null)) continue
    const more: JsonObject | null = row.more && 'after' in row.more ? { after: row.more['after']! } : null
    tx.set('ledger', inOrganization(row.organizationId, row.changeId), { ...row, data: null, base: null, more })
    payloads += 1
  }
  return JSON.stringify({ tombstones, marks: marks.length, payloads })
}

/** Where the newest mark of an organization is; 0 before the first. */
export const newestMark = (reads: Pick<Engine['tx'], 'get'>, organizationId: string): number => {
  const { head } = reads.get<Clock>('clock', organizationId) ?? { head: 0 }
  for (let position = head; position > 0; position -= 1)
    if (reads.get('mark', inOrganization(organizationId, String(position))) !== undefined) return position
  return 0
}
