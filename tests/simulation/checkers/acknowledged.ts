// P2, and after a restored backup P9: what a phone was told to be done is in the database, with its effect.
import type { Receipt } from '@wedsync/protocol'
import { inOrganization, linesOf, type LedgerRow } from '../model/rows.ts'
import { short, type MakeChecker } from './checker.ts'

type Acknowledged = {
  phone: string
  changeId: string
  organizationId: string
  receipt: Receipt & { kind: 'processed' }
}

export const acknowledged: MakeChecker = (world, report) => {
  const all = new Map<string, Acknowledged>()
  let old: string[] = []
  const forgettable = new Set<string>()
  return {
    hear: (happening) => {
      // a phone keeps what was done for five weeks: an older copy of the server is not told of what is older
      if (happening.what === 'seasons') old = [...all.keys()]
      if (happening.what === 'restored') for (const changeId of old) forgettable.add(changeId)
      if (happening.what !== 'stored') return
      const { organizationId } = world.phones.find(({ name }) => name === happening.phone)!.person
      for (const { after } of [...happening.entries, ...happening.kept.map((one) => ({ after: one.after?.entry }))]) {
        if (after?.state !== 'settled' || after.receipt?.kind !== 'processed') continue
        all.set(after.changeId, {
          phone: happening.phone,
          changeId: after.changeId,
          organizationId,
          receipt: after.receipt,
        })
      }
    },
    conclude: () => {
      const { reads } = world.model
      for (const { phone, changeId, organizationId, receipt } of all.values()) {
        const row = reads.get<LedgerRow>('ledger', inOrganization(organizationId, changeId))
        const isRestored = world.restores() > 0
        if (!row && forgettable.has(changeId)) continue
        if (!row) {
          report(`${phone} was told that ${short(changeId)} is done, and nobody knows of it`)
          continue
        }
        // put back after a restore it is judged anew, by rights and records as they are now
        if (row.status !== 'completed' && !isRestored)
          report(`${phone} was told that ${short(changeId)} is done, and it is ${row.status}`)
        if (isRestored || receipt.processed.outcome !== 'applied' || row.id === null || row.table === 'conflicts')
          continue
        if (!linesOf(reads, row.table, row.id).some((line) => line.changeId === changeId))
          report(`${short(changeId)} of ${phone} is applied, and history has nothing of it`)
      }
    },
  }
}
