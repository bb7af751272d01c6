// A vendor at one wedding: the florist, the band, the caterer, and when they come. A vendor keeps their own arrival
// and phone; of the others they see those the team shares with vendors.
import {
  ask,
  bool,
  candidates,
  collection,
  idOf,
  instant,
  int,
  keyed,
  labels,
  leastGiven,
  longText,
  observed,
  oneOf,
  scalar,
  stages,
  text,
  textRule,
  wallTime,
} from '@wedsync/merge'
import { crew, managers, planning, team } from './roles.ts'

const steps = ['booked', 'confirmed', 'en_route', 'arrived', 'set_up', 'done', 'no_show'] as const
const arrival = stages(...steps).asksFor(['arrived', 'no_show'], ['set_up', 'no_show'], ['done', 'no_show'])

export const vendorContact = collection(
  'vendor_contacts',
  // prettier-ignore
  {
    client_id: idOf('clients').required().fixed().called('the wedding').weighs('critical').guarded(),
    company: text({ max: 200, min: 1 }).required().merges(scalar).trusts(...planning).weighs('medium'),
    category: text({ max: 80 }).merges(scalar).trusts(...planning).weighs('low'),
    contact_name: text({ max: 200 }).called('the contact').merges(scalar).trusts(...planning).weighs('medium'),
    phones: labels().byDefault({}).called('the phones').merges(keyed(candidates)).trusts('vendor', ...planning, 'assistant').weighs('high').writeBy(...team, 'vendor'),
    email: text({ max: 320 }).merges(candidates).trusts('vendor', ...planning, 'assistant').weighs('high'),
    arrival_from: wallTime().called('the earliest arrival').merges(scalar).trusts('vendor', ...planning).weighs('high').together('arrival').writeBy(...team, 'vendor'),
    arrival_to: wallTime().called('the latest arrival').merges(scalar).trusts('vendor', ...planning).weighs('high').together('arrival').writeBy(...team, 'vendor'),
    arrival_status: oneOf(...steps).byDefault('booked').merges(arrival).weighs('high').writeBy(...team, 'vendor'),
    arrived_at: instant().called('the time of arrival').merges(observed()).weighs('high').writeBy(...team, 'vendor'),
    load_in_notes: longText().called('the notes for the load-in').merges(textRule).weighs('low'),
    meal_count: int({ min: 0, max: 10_000 }).called('the number of meals').merges(ask).weighs('medium'),
    insurance_ok: bool().byDefault(false).called('the insurance').merges(scalar).trusts(...planning).weighs('medium'),
    replaced_by: idOf('vendor_contacts').called('the vendor who comes instead').merges(ask).weighs('critical').guarded().readBy(...team),
    person_id: idOf('people').called('who signs in as this vendor').merges(ask).weighs('critical').guarded().writeBy(...managers),
    shared_with_vendors: bool().byDefault(false).called('what other vendors see').merges(leastGiven(false, true)).trusts('owner').weighs('critical').guarded(),
  },
  {
    scope: 'wedding',
    audience: [
      { roles: team, where: { is: 'any' } },
      { roles: ['vendor'], where: { is: 'one-of', field: 'shared_with_vendors', values: [true] } },
      { roles: ['vendor'], where: { is: 'me', field: 'person_id' } },
    ],
    createdBy: team,
    updatedBy: crew.filter((role) => role !== 'venue'),
    deletedBy: team,
    wholeWeighs: 'critical',
    writtenWhere: [
      { roles: team, where: { is: 'any' } },
      { roles: ['vendor'], where: { is: 'me', field: 'person_id' } },
    ],
    refersTo: {
      client_id: { table: 'clients', onDelete: 'delete' },
      replaced_by: { table: 'vendor_contacts', onDelete: 'null' },
      person_id: { table: 'people', onDelete: 'null' },
    },
  },
)
