// P14: with servers that answer, everything that waits comes to its end within the quiet time; no lease outlives whoever held it.
import { inOrganization, placesOf, type Clock, type LedgerRow } from '../model/rows.ts'
import { describeCaller } from '../model/sight.ts'
import { short, type MakeChecker } from './checker.ts'

export const nothingStuck: MakeChecker = (world, report) => ({
  conclude: () => {
    const { reads } = world.model
    const ledger = [...reads.all<LedgerRow>('ledger')].map(([, row]) => row)
    for (const row of ledger) {
      if (row.status === 'processing') report(`${short(row.changeId)} is being tried since the weather cleared`)
      if (row.status !== 'pending') continue
      const { awaits } = row
      const isWaiting =
        awaits !== null &&
        ('change' in awaits
          ? reads.get<LedgerRow>('ledger', inOrganization(row.organizationId, awaits.change))?.status === 'pending'
          : placesOf(reads, awaits.table, awaits.id).length === 0 &&
            !ledger.some((one) => one.id === awaits.id && one.action === 'create' && one.status === 'failed'))
      if (!isWaiting) report(`${short(row.changeId)} (${row.errorCode}) is kept, and what it waits for is there`)
    }
    for (const phone of world.phones) {
      const { organizationId, userId } = phone.person
      const isMember =
        describeCaller(reads, JSON.stringify({ sub: userId, app_metadata: { organization_id: organizationId } })) !==
        null
      const isKnown =
        reads.get('device', inOrganization(organizationId, `${userId}/${phone.state()?.deviceId ?? ''}`)) !== undefined
      // a phone that never got through to a company its person has left since has nobody to hand its work to
      if (!isMember && !isKnown) continue
      for (const { changeId } of world.leftWaiting.filter((one) => one.phone === phone.name))
        report(`${phone.name} still had ${short(changeId)} unanswered when everything was well for long`)
      const state = phone.state()
      if (!state || state.isReloading) report(`${phone.name} is still loading`)
      else if (isMember && state.position < reads.get<Clock>('clock', organizationId)!.head)
        report(`${phone.name} has read up to ${state.position} of ${reads.get<Clock>('clock', organizationId)!.head}`)
      for (const entry of phone.outbox()) {
        if (entry.state !== 'held') continue
        const row = reads.get<LedgerRow>('ledger', inOrganization(organizationId, entry.changeId))
        if (row?.status === 'completed' || row?.status === 'failed')
          report(`${phone.name} holds ${short(entry.changeId)}, which is ${row.status} since long`)
      }
    }
  },
})
