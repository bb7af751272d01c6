// P6: what a phone shows never goes back, but for a reset that is announced; its own edits stay on the screen until the server's
// answer is shown.
import { sameJson } from '@wedsync/protocol'
import { allCollections } from '@wedsync/wedding'
import type { Entry } from '../../../packages/client/src/outbox/entry.ts'
import type { DeviceState } from '../../../packages/client/src/store/device-state.ts'
import { isReplacedWhole, short, type MakeChecker } from './checker.ts'

const collections = new Map(allCollections.map((collection) => [collection.name, collection]))

export const neverBackwards: MakeChecker = (world, report) => {
  const versions = new Map<string, Map<string, number>>()
  const loading = new Set<string>()
  return {
    hear: (happening) => {
      if (happening.what !== 'stored') return
      const { phone: name, records, entries, state } = happening
      const phone = world.phones.find((one) => one.name === name)!
      if (loading.has(name) && !state.isReloading) versions.delete(name)
      if (state.isReloading) loading.add(name)
      else loading.delete(name)
      const known = versions.get(name) ?? new Map<string, number>()
      versions.set(name, known)
      for (const { after } of records) {
        if (!after || after.version === null) continue
        const key = `${after.table}/${after.id}`
        if (after.version < (known.get(key) ?? 0))
          report(`${name} shows ${key} as of ${after.version} after ${known.get(key)}`)
        known.set(key, Math.max(after.version, known.get(key) ?? 0))
      }
      const touched = new Set([
        ...records.map(({ before, after }) => keyOf(after ?? before!)),
        ...entries.map(({ before, after }) => keyOf(after ?? before!)),
      ])
      const outbox = phone.outbox()
      for (const key of touched)
        lookAtOwnEdits(
          name,
          key,
          outbox.filter((entry) => keyOf(entry) === key),
          phone,
          state,
          report,
        )
      for (const { before, after } of entries)
        if (before && !after && before.state === 'settled') lookAtLeaving(name, before, phone, report)
    },
  }
}

const keyOf = ({ table, id }: { table: string; id: string }) => `${table}/${id}`
type PhoneOf = Parameters<MakeChecker>[0]['phones'][number]

const lookAtOwnEdits = (
  name: string,
  key: string,
  entries: readonly Entry[],
  phone: PhoneOf,
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
    if (!isReplacedWhole(collections.get(entry.table)?.fieldOf(field)?.kind)) continue
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

const lookAtLeaving = (name: string, entry: Entry, phone: PhoneOf, report: (says: string) => void): void => {
  if (entry.receipt?.kind !== 'processed' || entry.table === 'conflicts') return
  const row = phone.records().find((one) => keyOf(one) === keyOf(entry))
  const { version } = entry.receipt.processed
  if (row && row.version !== null && row.version < version)
    report(
      `${name} let go of ${short(entry.changeId)} (${version}) while it shows ${keyOf(entry)} as of ${row.version}`,
    )
}
