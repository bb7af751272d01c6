// Fifteen vendors of the demo wedding, each with a mobile phone (numbers set aside for stories, +44 7700 900…).
import { type JsonObject } from '@wedsync/protocol'
import { demoId } from './demo-ids.ts'
import { demoOrganization, personId } from './demo-people.ts'

type Line = [
  key: string,
  company: string,
  category: string,
  contact: string,
  from: string,
  to: string,
  meals: number,
  more?: JsonObject,
]

const lines: Line[] = [
  [
    'florist',
    'Bellamy Flowers',
    'florist',
    'Rosa Bellamy',
    '08:00',
    '09:00',
    2,
    {
      person_id: personId('vendor'),
      arrival_status: 'confirmed',
      load_in_notes: 'Van through the lower gate.\nBuckets need the tap behind the barn.',
    },
  ],
  [
    'caterer',
    'Copper Pan Kitchen',
    'catering',
    'Marcus Reid',
    '09:00',
    '10:00',
    14,
    { arrival_status: 'confirmed', load_in_notes: 'Three-phase power by the kitchen door.' },
  ],
  ['cake', 'Little Crumb Bakery', 'cake', 'Ines Duarte', '11:30', '12:30', 0],
  [
    'photo',
    'Fern & Light Photography',
    'photography',
    'Callum Boyd',
    '08:30',
    '09:00',
    2,
    { arrival_status: 'confirmed', shared_with_vendors: true },
  ],
  ['film', 'Slow River Films', 'video', 'Nadia Karim', '09:30', '10:00', 2, { shared_with_vendors: true }],
  [
    'band',
    'The Late Larks',
    'band',
    'Joe Penrose',
    '15:30',
    '16:30',
    7,
    { load_in_notes: 'Two vans. Sound check has to end before the speeches.', shared_with_vendors: true },
  ],
  ['dj', 'Northside Sound', 'dj', 'Leon Carter', '17:00', '17:45', 1],
  ['quartet', 'Avon String Quartet', 'music', 'Grace Lindqvist', '12:30', '13:00', 4, { arrival_status: 'confirmed' }],
  ['hair', 'Willow Hair', 'hair', 'Becky Shaw', '07:00', '07:15', 1, { arrival_status: 'confirmed' }],
  ['makeup', 'Studio Petal', 'make-up', 'Amara Nwosu', '07:00', '07:15', 1],
  ['coach', 'Severn Coaches', 'transport', 'Phil Tanner', '12:00', '12:30', 0],
  ['car', 'Old Mill Classic Cars', 'transport', 'George Attwood', '12:15', '12:30', 0],
  [
    'marquee',
    'Cotswold Canvas',
    'marquee',
    'Sam Whittle',
    '07:00',
    '08:00',
    0,
    { arrival_status: 'confirmed', insurance_ok: true },
  ],
  ['lights', 'Glow & Co', 'lighting', 'Tess Morgan', '08:00', '09:00', 2],
  ['registrar', 'Gloucestershire Registrars', 'registrar', 'Anne Fielding', '13:00', '13:15', 0],
]

export const vendorId = (key: string): string => demoId(`vendor ${key}`)

/** The vendors of a wedding on that day. */
export const demoVendors = (clientId: string, today: string): JsonObject[] =>
  lines.map(([key, company, category, contact, from, to, meals, more], index) => ({
    id: vendorId(key),
    organization_id: demoOrganization.id,
    client_id: clientId,
    company,
    category,
    contact_name: contact,
    phones: {
      mobile: `+447700900${String(100 + index)}`,
      ...(index % 4 === 1 ? { office: `+447700900${String(200 + index)}` } : {}),
    },
    email: `${contact.toLowerCase().split(' ')[0]!}@${key}.example.com`,
    arrival_from: `${today}T${from}`,
    arrival_to: `${today}T${to}`,
    meal_count: meals,
    insurance_ok: index % 3 === 0,
    ...more,
  }))
