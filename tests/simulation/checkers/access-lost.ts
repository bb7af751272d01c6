// P8: who lost a wedding has nothing of it left on the phone after the next contact, but what has no receipt yet; and what they made
// is with those who plan.
import { inOrganization, type LedgerRow } from '../model/rows.ts'
import { callerOf } from './caller-of.ts'
import { short, type MakeChecker, type Saved } from './checker.ts'
import { isSaidAnew } from './is-said-anew.ts'

export const accessLost: MakeChecker = (world, report) => {
  const saved: Saved[] = []
  const saidAnew = new Set<string>()
  return {
    hear: (happening) => {
      if (happening.what === 'saved') saved.push(happening)
      if (happening.what !== 'stored') return
      for (const { before, after } of happening.entries)
        if (before && !after && isSaidAnew(before, happening.entries)) saidAnew.add(before.changeId)
    },
    conclude: () => {
      for (const phone of world.phones) {
        const { organizationId } = phone.person
        const caller = callerOf(world.model.reads, phone.person)
        const scopes = caller?.scopes ?? []
        const lost = (scope: string) => !scopes.includes(scope)
        for (const { table, id, scope, base } of phone.records())
          if (base && lost(scope)) report(`${phone.name} lost ${short(scope)}, and still holds ${table}/${short(id)}`)
        for (const { entry } of phone.kept())
          if (lost(entry.scope))
            report(`${phone.name} lost ${short(entry.scope)}, and still keeps ${short(entry.changeId)} of it`)
        for (const { scope, state, changeId, receipt } of phone.outbox())
          if (lost(scope) && receipt && state !== 'waiting' && state !== 'sending')
            report(`${phone.name} lost ${short(scope)}, and its outbox still holds ${short(changeId)} (${state})`)
        for (const { phone: name, entry } of saved.filter((one) => one.phone === phone.name && lost(one.entry.scope))) {
          const known = world.model.reads.get<LedgerRow>('ledger', inOrganization(organizationId, entry.changeId))
          const isHere = phone.outbox().some(({ changeId }) => changeId === entry.changeId)
          // an older copy of the server may lack what this phone had to let go
          if (!known && !isHere && !saidAnew.has(entry.changeId) && world.restores() === 0)
            report(`what ${name} made in ${short(entry.scope)} (${short(entry.changeId)}) went with their access`)
        }
      }
    },
  }
}
