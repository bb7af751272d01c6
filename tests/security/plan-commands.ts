// What happens to a wedding's plan, as somebody in psql would do it: guests, seats, forms, money, documents, what waits for
// what. Each is one command and three numbers; `world.plan` remembers what was made, table by table.
import { randomUUID } from 'node:crypto'
import type pg from 'pg'

export type PlanWorld = {
  id: string
  admin: pg.Pool
  weddings: string[]
  items: string[]
  plan: Record<string, string[]>
}

const pick = <Of>(list: readonly Of[], nth: number): Of => list[nth % list.length]!
const visibilities = ['team', 'venue', 'vendor', 'couple', 'all'] as const
const run = (world: PlanWorld, sql: string, ...values: unknown[]) => world.admin.query(sql, [world.id, ...values])
const made = (world: PlanWorld, table: string): string => {
  const id = randomUUID()
  ;(world.plan[table] ??= []).push(id)
  return id
}
const one = (world: PlanWorld, table: string, nth: number): string | null => pick(world.plan[table] ?? [], nth) ?? null
const drop = (table: string) => async (world: PlanWorld, a: number) => {
  const id = one(world, table, a)
  world.plan[table] = (world.plan[table] ?? []).filter((other) => other !== id)
  await run(world, `delete from ${table} where organization_id = $1 and id = $2`, id)
}

export const planCommands = {
  seatGuest: async (world: PlanWorld, a: number, b: number) => {
    const [guest, table] = [made(world, 'guests'), made(world, 'tables')]
    const wedding = pick(world.weddings, a)
    await run(world, `insert into guests (organization_id, client_id, id, name, gift_notes, allergies) values ($1, $2, $3, 'Ida', 'CANARY guests.gift_notes', '[{"name": "nuts", "severity": null}]')`, wedding, guest) // prettier-ignore
    await run(world, 'insert into tables (organization_id, client_id, id, number, x) values ($1, $2, $3, $4, 5)', wedding, table, b) // prettier-ignore
    await run(world, 'insert into seat_assignments (organization_id, client_id, id, guest_id, table_id) values ($1, $2, $3, $4, $5)', wedding, randomUUID(), guest, table) // prettier-ignore
  },
  // a couple hears nothing of the second
  editGuest: (world: PlanWorld, a: number, b: number) =>
    b % 2
      ? run(world, `update guests set rsvp = 'yes', dietary = array['vegan', $3] where organization_id = $1 and id = $2`, one(world, 'guests', a), `diet ${b}`) // prettier-ignore
      : run(world, `update guests set gift_notes = 'CANARY guests.gift_notes ' || $3 where organization_id = $1 and id = $2`, one(world, 'guests', a), b), // prettier-ignore
  dropGuest: drop('guests'),
  dropTable: drop('tables'),
  askForm: async (world: PlanWorld, a: number) => {
    const form = made(world, 'forms')
    await run(world, `insert into forms (organization_id, client_id, id, title) values ($1, $2, $3, 'Music')`, pick(world.weddings, a), form) // prettier-ignore
    await run(world, `insert into form_responses (organization_id, client_id, id, form_id, answers) values ($1, $2, $3, $4, '{"song": "At last"}')`, pick(world.weddings, a), randomUUID(), form) // prettier-ignore
  },
  dropForm: drop('forms'),
  owe: (world: PlanWorld, a: number, b: number) =>
    run(world, `insert into payments (organization_id, client_id, id, payee, amount_minor, currency) values ($1, $2, $3, 'Band', $4, 'EUR')`, pick(world.weddings, a), made(world, 'payments'), b), // prettier-ignore
  // what is cancelled is no longer due, and out of a couple's sight
  flipPayment: (world: PlanWorld, a: number) =>
    run(world, `update payments set status = case status when 'due' then 'cancelled' else 'due' end where organization_id = $1 and id = $2`, one(world, 'payments', a)), // prettier-ignore
  pay: (world: PlanWorld, a: number, b: number) =>
    run(world, `insert into payment_entries (organization_id, client_id, id, payment_id, amount_minor, note)
      select $1, client_id, $3, id, $4, 'CANARY payment_entries.note' from payments where organization_id = $1 and id = $2`, one(world, 'payments', a), randomUUID(), b), // prettier-ignore
  file: (world: PlanWorld, a: number, b: number) =>
    run(world, `insert into documents (organization_id, client_id, id, title, hash, visibility) values ($1, $2, $3, 'Plan', 'abc', $4)`, pick(world.weddings, a), made(world, 'documents'), pick(visibilities, b)), // prettier-ignore
  showDocument: (world: PlanWorld, a: number, b: number) =>
    run(world, 'update documents set visibility = $3 where organization_id = $1 and id = $2', one(world, 'documents', a), pick(visibilities, b)), // prettier-ignore
  linkItems: (world: PlanWorld, a: number, b: number) =>
    run(world, `insert into timeline_dependencies (organization_id, client_id, id, from_id, to_id)
      select $1, f.client_id, $4, f.id, t.id from timeline_items f join timeline_items t on t.client_id = f.client_id and t.id <> f.id
       where f.organization_id = $1 and f.id = $2 and t.id = $3`, pick(world.items, a) ?? null, pick(world.items, b) ?? null, randomUUID()), // prettier-ignore
}
