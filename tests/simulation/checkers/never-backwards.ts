// P6: what a phone shows never goes back, but for a reset that is announced; its own edits stay on the screen until the server's
// answer is shown.
import { sameJson } from '@wedsync/protocol'
import { weddingSchemas } from '@wedsync/wedding'
import type { Entry } from '../../../packages/client/src/outbox/entry.ts'
import type { DeviceState } from '../../../packages/client/src/store/device-state.ts'
import { linesOf } from '../model/rows.ts'
import type { Phone } from '../world/phone.ts'
import type { World } from '../world/world.ts'
import { callerOf } from './caller-of.ts'
import { isHeardBy, isReplacedWhole, short, type MakeChecker } from './checker.ts'

const collectionOf = (phone: Phone, table: string) => phone.collections().find(({ name }) => name === table)

export const neverBackwards: MakeChecker = (world, report) => {
  const versions = new Map<string, Map<string, number>>()
  const loading = new Set<string>()
  return {
    hear: (happening) => {
      if (happening.what !== 'stored') return
      const { phone: name, records, entries, kept, state } = happening
      const phone = world.phones.find((one) => one.name === name)!
      if (loading.has(name) && !state.isReloading) versions.delete(name)
      if (state.isReloading) loading.add(name)
      else loading.delete(name)
      const known = versions.get(name) ?? new Map<string, number>()
      versions.set(name, known)
      for (const { before, after } of records) {
        if (!after || after.version === null) continue
        const key = `${after.table}/${after.id}`
        // what the phone let go of, and an older copy of the server shows it again, begins anew
        if (!before && world.restores() > 0) known.delete(key)
        if (after.version < (known.get(key) ?? 0))
          report(`${name} shows ${key} as of ${after.version} after ${known.get(key)}`)
        known.set(key, Math.max(after.version, known.get(key) ?? 0))
      }
      const touched = new Set([
        ...records.map(({ before, after }) => keyOf(after ?? before!)),
        ...entries.map(({ before, after }) => keyOf(after ?? before!)),
      ])
      for (const [key, own] of Map.groupBy(phone.outbox(), keyOf))
        if (touched.has(key)) lookAtOwnEdits(name, key, own, phone, state, report)
      for (const { before, after } of kept) if (!before && after) lookAtLeaving(world, after.entry, phone, report)
    },
  }
}

const keyOf = ({ table, id }: { table: string; id: string }) => `${table}/${id}`

const lookAtOwnEdits = (
  name: string,
  key: string,
  entries: readonly Entry[],
  phone: Phone,
  state: DeviceState,
  report: (says: string) => void,
): void => {
  const row = phone.records().find((one) => keyOf(one) === key)
  const laid = entries
    .filter(({ state: at, isHidden }) => at !== 'stuck' && !isHidden)
    .sort((one, other) => one.seq - other.seq)
  if (laid.at(-1)?.change.action === 'delete') {
    if (laid.at(-1)!.state !== 'held' && row?.view) report(`${name} deleted ${key}, and sees it again`)
    return
  }
  const newest = new Map<string, Entry>()
  for (const entry of laid) for (const field of Object.keys(entry.change.data)) newest.set(field, entry)
  for (const [field, entry] of newest) {
    if (!isReplacedWhole(collectionOf(phone, entry.table)?.fieldOf(field)?.kind)) continue
    // what an older app made is shown by a newer one in its own words
    if (entry.change.schemaVersion !== (phone.schema()?.version ?? weddingSchemas.current)) continue
    const isUnanswered = entry.state === 'waiting' || entry.state === 'sending'
    const isNotShownYet =
      entry.state === 'settled' &&
      entry.receipt?.kind === 'processed' &&
      !entry.receipt.conflict &&
      entry.receipt.processed.outcome === 'applied' &&
      entry.receipt.processed.version > state.position
    if ((!isUnanswered && !isNotShownYet) || entry.overlayBefore !== null || entry.narrowings.length > 0) continue
    // what nobody sees any more has no edits to show: taken away, or deleted by somebody else
    if (!row?.view) {
      if (entry.change.action === 'create') report(`${name} made ${key}, and does not see it`)
      continue
    }
    if (!sameJson(row.view[field] ?? null, entry.change.data[field]))
      report(
        `${name} wrote ${field} of ${key} (${entry.state}), and sees ${JSON.stringify(row.view[field])} instead of ${JSON.stringify(entry.change.data[field])}`,
      )
  }
}

const lookAtLeaving = (world: World, entry: Entry, phone: Phone, report: (says: string) => void): void => {
  const { changeId, table, id, receipt } = entry
  if (receipt?.kind !== 'processed' || table === 'conflicts') return
  const role = callerOf(world.model.reads, phone.person)?.role
  const line = linesOf(world.model.reads, table, id).find((one) => one.changeId === changeId)
  // nobody is shown what they may not read, were it their own
  if (role === undefined || !line || !isHeardBy(role, line)) return
  const row = phone.records().find((one) => keyOf(one) === keyOf(entry))
  const { version } = receipt.processed
  if (row && row.version !== null && row.version < version)
    report(
      `${phone.name} let go of ${short(changeId)} (${version}) while it shows ${keyOf(entry)} as of ${row.version}`,
    )
}
