// P3: every change that was made is in exactly one state, where a person can see it, with what was in it, and what was decided is written.
import { inOrganization, type ConflictRow, type LedgerRow, type Waiting } from '../model/rows.ts'
import { short, type MakeChecker, type Saved } from './checker.ts'
import { decisionsHold } from './decisions-hold.ts'
import { createHearsOfBefore } from './hears-of-before.ts'
import { isSaidAnew } from './is-said-anew.ts'

export type Account = Record<
  | 'made'
  | 'applied'
  | 'merged'
  | 'folded'
  | 'overruled'
  | 'waiting'
  | 'kept'
  | 'failed'
  | 'thrownAway'
  | 'goneWithCopy',
  number
>
export const emptyAccount = (): Account => ({
  made: 0,
  applied: 0,
  merged: 0,
  folded: 0,
  overruled: 0,
  waiting: 0,
  kept: 0,
  failed: 0,
  thrownAway: 0,
  goneWithCopy: 0,
})

export const accounted =
  (account: Account): MakeChecker =>
  (world, report) => {
    const saved = new Map<string, Saved>()
    const thrownAway = new Set<string>()
    const gaveWay = new Set<string>()
    const leftToServer = new Set<string>()
    // an older copy of the server is not told again of what was made before a season that passed, nor of what a phone had to let go
    let old: string[] = []
    const forgettable = new Set<string>()
    const ofBefore = createHearsOfBefore()
    return {
      hear: (happening) => {
        ofBefore.hear(happening)
        if (happening.what === 'committed') decisionsHold(happening, world.model.reads, report)
        if (happening.what === 'saved') {
          account.made += 1
          if (!happening.isNew) account.folded += 1
          saved.set(happening.entry.changeId, happening)
        }
        if (happening.what === 'seasons') old = [...saved.keys()]
        if (happening.what === 'restored') for (const changeId of [...old, ...leftToServer]) forgettable.add(changeId)
        if (happening.what !== 'stored') return
        for (const { before, after } of happening.kept)
          if (before && !after && happening.state.lostScopes.includes(before.entry.scope)) {
            leftToServer.add(before.changeId)
            // told by the server that was put back while the answer was on its way: nobody has it any more
            if (ofBefore.is(happening.phone)) forgettable.add(before.changeId)
          }
        // what is done leaves the outbox for what is kept in case a restored server forgets it
        const done = new Set(happening.kept.flatMap(({ after }) => (after ? [after.changeId] : [])))
        for (const { before, after } of happening.entries) {
          if (after || !before || done.has(before.changeId)) continue
          const { organizationId } = world.phones.find(({ name }) => name === happening.phone)!.person
          const isKnown = world.model.reads.get('ledger', inOrganization(organizationId, before.changeId)) !== undefined
          // with the access to a wedding goes what the server holds of it
          if ((isKnown || world.restores() > 0) && happening.state.lostScopes.includes(before.scope)) {
            leftToServer.add(before.changeId)
            // an older copy was put back while the answer was on its way
            if (!isKnown) forgettable.add(before.changeId)
            continue
          }
          if (before.state === 'stuck') thrownAway.add(before.changeId)
          else if (isSaidAnew(before, happening.entries)) gaveWay.add(before.changeId)
          else report(`${happening.phone} let go of ${short(before.changeId)} while it was ${before.state}`)
        }
      },
      conclude: () => {
        const { reads } = world.model
        for (const { phone: name, entry } of saved.values()) {
          const { changeId } = entry
          const phone = world.phones.find((one) => one.name === name)!
          const { organizationId } = phone.person
          const row = reads.get<LedgerRow>('ledger', inOrganization(organizationId, changeId))
          const here = phone.outbox().find((one) => one.changeId === changeId)
          if (!row) {
            if (here?.state === 'stuck') account.failed += 1
            else if (here) account.waiting += 1
            else if (thrownAway.has(changeId)) account.thrownAway += 1
            else if (gaveWay.has(changeId)) account.folded += 1
            else if (forgettable.has(changeId)) account.goneWithCopy += 1
            else
              report(
                `${name} made ${short(changeId)} (${entry.table}/${short(entry.id)} ${JSON.stringify(entry.change.data)}), and it is nowhere`,
              )
            continue
          }
          count(account, row)
          if (here?.state === 'stuck' && row.status === 'completed')
            report(`${short(changeId)} is done, and ${name} is told that it failed`)
          if (row.data === null && row.action !== 'delete' && row.status !== 'completed')
            report(`what ${short(changeId)} wanted is not in the ledger`)
          const waits = [...reads.all<Waiting>('waiting')].filter(([, one]) => one.changeId === changeId)
          const open = waits.filter(
            ([, one]) =>
              reads.get<ConflictRow>('conflict', inOrganization(organizationId, one.conflictId))?.status === 'pending',
          )
          if ((row.status === 'conflict') !== open.length > 0)
            report(`${short(changeId)} is ${row.status}, and waits behind ${open.length} open conflicts`)
        }
      },
    }
  }

const count = (account: Account, { status, receipt }: LedgerRow): void => {
  if (status === 'conflict') account.waiting += 1
  else if (status === 'failed') account.failed += 1
  else if (status !== 'completed') account.kept += 1
  else {
    const outcome = receipt?.kind === 'processed' ? receipt.processed.outcome : 'applied'
    if (outcome === 'merged') account.merged += 1
    else if (outcome === 'server_won') account.overruled += 1
    else account.applied += 1
  }
}
