// Money that was handed over: append only. A mistake is put right by another entry, with a minus before its amount.
import { collection, idOf, instant, int, text } from '@wedsync/merge'
import { managers, team } from './roles.ts'

export const paymentEntry = collection(
  'payment_entries',
  // prettier-ignore
  {
    client_id: idOf('clients').required().fixed().called('the wedding').weighs('critical').guarded(),
    payment_id: idOf('payments').required().fixed().called('the payment').weighs('critical').guarded(),
    amount_minor: int({ min: -1e12, max: 1e12 }).required().fixed().called('the amount').weighs('critical').guarded(),
    handed_to: text({ max: 200 }).fixed().called('who was given it').weighs('critical').guarded(),
    handed_by: idOf('people').fixed().called('who gave it').weighs('critical').guarded(),
    at: instant().fixed().called('when it was handed over').weighs('critical').guarded(),
    note: text({ max: 1000 }).fixed().weighs('critical').guarded(),
  },
  {
    scope: 'wedding',
    // Silent: the couple reads payments due; who gave which envelope to whom stays with the team.
    audience: [{ roles: team, where: { is: 'any' } }],
    createdBy: managers,
    updatedBy: [],
    alike: [
      {
        same: ['payment_id', 'amount_minor'],
        sameDay: ['at'],
        kind: 'unique',
        reason:
          'The same amount was written down for this payment on another phone. Is it a second one, or the same envelope?',
      },
    ],
    refersTo: {
      client_id: { table: 'clients', onDelete: 'delete' },
      payment_id: { table: 'payments', onDelete: 'refuse' },
      handed_by: { table: 'people', onDelete: 'null' },
    },
  },
)
