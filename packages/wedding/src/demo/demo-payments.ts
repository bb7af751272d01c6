// What the couple pays, and what was handed over so far: whatever was due before today has an entry, the deposits two.
import { type JsonObject } from '@wedsync/protocol'
import { personIn } from './demo-people.ts'
import { daysAfter } from './demo-time.ts'
import { idIn, recordIn, type DemoWedding } from './demo-weddings.ts'

/** `vendors`: the records of this wedding's vendors, whose names stand on the envelopes. */
export const demoPayments = (wedding: DemoWedding, vendors: readonly JsonObject[]): JsonObject[] =>
  lines.map(([vendor, what, amount, daysAhead, method, status = 'due']) =>
    recordIn(wedding, `payment ${vendor} ${what}`, {
      payee: `${companyOf(wedding, vendors, vendor)['company'] as string}, ${what}`,
      amount_minor: amount * 100,
      currency: wedding.currency,
      due: daysAfter(wedding.day, -daysAhead),
      method,
      status,
    }),
  )

export const demoPaymentEntries = (wedding: DemoWedding, vendors: readonly JsonObject[]): JsonObject[] =>
  lines.flatMap(([vendor, what, amount, daysAhead, , status = 'due']) => {
    const due = daysAfter(wedding.day, -daysAhead)
    if (status === 'cancelled' || due >= wedding.today) return []
    const parts = what === 'deposit' ? [amount / 2, amount / 2] : [amount]
    return parts.map((part, nth) =>
      recordIn(wedding, `entry ${vendor} ${what} ${nth}`, {
        payment_id: idIn(wedding, `payment ${vendor} ${what}`),
        amount_minor: part * 100,
        handed_to: companyOf(wedding, vendors, vendor)['contact_name']!,
        handed_by: personIn(wedding, 'planner'),
        at: `${daysAfter(due, nth - 1)}T10:30:00.000Z`,
        note: parts.length > 1 ? `Part ${nth + 1} of ${parts.length}.` : null,
      }),
    )
  })

const companyOf = (wedding: DemoWedding, vendors: readonly JsonObject[], key: string): JsonObject =>
  vendors.find(({ id }) => id === idIn(wedding, `vendor ${key}`))!

type Line = [vendor: string, what: string, amount: number, daysAhead: number, method: string, status?: string]

const lines: Line[] = [
  ['caterer', 'deposit', 2400, 180, 'transfer'],
  ['caterer', 'balance', 8600, 14, 'transfer'],
  ['band', 'deposit', 600, 140, 'transfer'],
  ['band', 'balance', 1400, -1, 'transfer'],
  ['photo', 'deposit', 700, 150, 'card'],
  ['photo', 'balance', 1500, -14, 'transfer'],
  ['florist', 'balance', 1850, 10, 'transfer'],
  ['marquee', 'hire', 3200, 30, 'transfer'],
  ['marquee', 'heaters', 380, 30, 'transfer', 'cancelled'],
  ['registrar', 'fee', 510, 28, 'card'],
  ['coach', 'driver’s tip', 60, 0, 'cash'],
  ['quartet', 'fee', 880, 0, 'cheque'],
  ['cake', 'balance', 420, 5, 'card'],
]
