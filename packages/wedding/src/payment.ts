// What has to be paid to whom, and until when. What was handed over is a list of its own, which only grows; a payment that
// has entries there can be cancelled, never deleted.
import { ask, collection, currency, day, idOf, int, oneOf, scalar, text } from '@wedsync/merge'
import { managers, planning, team } from './roles.ts'

export const payment = collection(
  'payments',
  // prettier-ignore
  {
    client_id: idOf('clients').required().fixed().called('the wedding').weighs('critical').guarded(),
    payee: text({ max: 200, min: 1 }).required().called('who is paid').merges(ask).weighs('critical').guarded(),
    amount_minor: int({ min: 0, max: 1e12 }).required().called('the amount').merges(ask).weighs('critical').guarded().together('amount'),
    currency: currency().required().merges(ask).weighs('critical').guarded().together('amount'),
    due: day().called('the day it is due').merges(ask).weighs('critical').guarded(),
    method: oneOf('cash', 'transfer', 'card', 'cheque').byDefault('cash').called('how it is paid').merges(scalar).trusts(...planning).weighs('medium'),
    status: oneOf('due', 'cancelled').byDefault('due').called('whether it is still due').merges(ask).weighs('critical').guarded(),
  },
  {
    scope: 'wedding',
    audience: [
      // An assistant reads the assigned wedding whole, and writes no payment.
      { roles: team, where: { is: 'any' } },
      // Payments due, not those that were cancelled.
      { roles: ['couple'], where: { is: 'one-of', field: 'status', values: ['due'] } },
    ],
    createdBy: managers,
    deletedBy: managers,
    refersTo: { client_id: { table: 'clients', onDelete: 'delete' } },
  },
)
