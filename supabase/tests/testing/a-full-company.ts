// Hands back a planning company in which every kind of row is there, in both of its weddings, and every row that somebody
// sees and somebody else does not: shared and not, due and cancelled, drafted and approved, for each who may read it.
import type pg from 'pg'
import { randomUUID } from 'node:crypto'
import { aCompany, insertRows, type Company } from './a-company.ts'

const visibilities = ['team', 'venue', 'vendor', 'couple', 'all']

export const aFullCompany = async (admin: pg.Pool): Promise<Company> => {
  const company = await aCompany(admin)
  const { id: organization_id, weddings, people } = company
  await insertRows(admin, 'assignments', [
    { id: randomUUID(), organization_id, client_id: weddings[1], person_id: people.vendor.personId, is_lead: false },
  ])
  for (const wedding of weddings) await insertWeddingRows(admin, company, wedding)
  return company
}

const insertWeddingRows = async (
  admin: pg.Pool,
  { id: organization_id, people, vendorContact }: Company,
  client_id: string,
) => {
  const at = (more: object) => ({ id: randomUUID(), organization_id, client_id, ...more })
  const insert = async (table: string, rows: object[]) => {
    const made = rows.map(at)
    await insertRows(admin, table, made)
    return made.map(({ id }) => id)
  }
  const person = people.planner.personId
  await insert('vendor_contacts', [false, true].map((shared) => ({ company: 'Band', shared_with_vendors: shared, phones: {}, arrival_status: 'booked', insurance_ok: false }))) // prettier-ignore
  const shown = [{ guest_visible: false }, { guest_visible: true }, { guest_visible: false, vendor_id: vendorContact }]
  const [first, second] = await insert('timeline_items', shown.map((item) => ({ title: 'Cake', kind: 'meal', duration_min: 5, anchor: 'soft', compressible: false, participant_ids: [], key_moment: false, locked: false, status: 'planned', vendor_id: null, internal_note: 'hush', cue: 'wink', ...item }))) // prettier-ignore
  await insert('timeline_dependencies', [{ from_id: first, to_id: second, type: 'FS', lag_min: 5 }])
  await insert('notes', visibilities.map((visibility) => ({ body: 'x', category: 'idea', priority: 'low', visibility }))) // prettier-ignore

  const [guest] = await insert('guests', [{ name: 'Ida', dietary: ['vegan'], allergies: [{ name: 'nuts', severity: 'severe' }], rsvp: 'yes', plus_one: false, child: false, vip: true, check_in_status: 'expected', gift_notes: 'a clock' }]) // prettier-ignore
  const [table] = await insert('tables', [{ number: 1, shape: 'round', capacity: 8 }])
  await insert('seat_assignments', [{ guest_id: guest, table_id: table, seat: 1 }])
  await insert('tasks', [{ title: 'Rings', owner_id: person, priority: 'high', status: 'open', checklist: [], depends_on: [] }]) // prettier-ignore
  const [form] = await insert('forms', [{ title: 'Music', questions: [] }])
  await insert('form_responses', ['draft', 'submitted', 'approved'].map((status) => ({ form_id: form, status, answers: { song: 'x' } }))) // prettier-ignore
  const [payment] = await insert('payments', ['due', 'cancelled'].map((status) => ({ payee: 'Band', amount_minor: 5, currency: 'EUR', method: 'cash', status }))) // prettier-ignore
  await insert('payment_entries', [{ payment_id: payment, amount_minor: 5, handed_by: person }])
  await insert('shot_list_items', [{ description: 'Rings', priority: 'low', done: false }])
  await insert('documents', visibilities.map((visibility) => ({ title: 'Plan', hash: 'abc', size: 5, versions: [], pinned_offline: false, visibility }))) // prettier-ignore
}
