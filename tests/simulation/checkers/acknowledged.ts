// P2, and after a restored backup P9: what a phone was told to be done is in the database, with its effect.
import type { Receipt } from '@wedsync/protocol'
import { inOrganization, linesOf, type ConflictRow, type LedgerRow, type Waiting } from '../model/rows.ts'
import { short, type MakeChecker } from './checker.ts'
import { createHearsOfBefore } from './hears-of-before.ts'

type Acknowledged = {
  phone: string
  changeId: string
  organizationId: string
  receipt: Receipt & { kind: 'processed' }
}

export const acknowledged: MakeChecker = (world, report) => {
  const all = new Map<string, Acknowledged>()
  let old: string[] = []
  const leftToServer = new Set<string>()
  const forgettable = new Set<string>()
  const ofBefore = createHearsOfBefore()
  const waited = new Map<string, Set<string>>()
  // what waited for a person went in with the decision, and under its name
  const namesOf = (organizationId: string, changeId: string): string[] => [
    changeId,
    ...[...(waited.get(changeId) ?? [])].flatMap((conflictId) => {
      const log = world.model.reads.get<ConflictRow>('conflict', inOrganization(organizationId, conflictId))
      return log?.decisionId ?? []
    }),
  ]
  return {
    hear: (happening) => {
      ofBefore.hear(happening)
      if (happening.what === 'committed')
        for (const [, one] of (happening.written.get('waiting') ?? new Map()) as Map<string, Waiting | undefined>)
          if (one) waited.set(one.changeId, (waited.get(one.changeId) ?? new Set<string>()).add(one.conflictId))
      // a phone keeps what was done for five weeks: an older copy of the server is not told of what is older, whenever it was heard
      if (happening.what === 'seasons')
        old = [...all.keys(), ...[...world.model.reads.all<LedgerRow>('ledger')].map(([, { changeId }]) => changeId)]
      if (happening.what === 'restored') for (const changeId of [...old, ...leftToServer]) forgettable.add(changeId)
      if (happening.what !== 'stored') return
      // with the access to a wedding goes what was made in it
      for (const { before, after } of happening.kept)
        if (before && !after && happening.state.lostScopes.includes(before.entry.scope)) {
          leftToServer.add(before.changeId)
          if (ofBefore.is(happening.phone)) forgettable.add(before.changeId)
        }
      // also where it was heard of with the loss itself, by a phone whose store was put back from its second copy
      for (const { before, after } of happening.entries)
        if (before && !after && all.has(before.changeId) && happening.state.lostScopes.includes(before.scope))
          leftToServer.add(before.changeId)
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
        const names = namesOf(organizationId, changeId)
        if (!linesOf(reads, row.table, row.id).some((line) => line.changeId !== null && names.includes(line.changeId)))
          report(`${short(changeId)} of ${phone} is applied, and history has nothing of it`)
      }
    },
  }
}
