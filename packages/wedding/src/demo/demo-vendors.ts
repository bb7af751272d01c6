// The vendors of a wedding, each with a mobile phone (numbers set aside for stories, +44 7700 900…). Who signs in as a
// vendor is linked to the contacts that bear their name.
import { type JsonObject } from '@wedsync/protocol'
import { personOf, type DemoCompany } from './demo-people.ts'
import { wallTimeOn } from './demo-time.ts'
import { recordIn, wordsIn, type DemoWedding } from './demo-weddings.ts'

/** In the order of `casts`: who comes to which wedding. */
type Firm = readonly [company: string, contact: string]
type Line = readonly [
  key: string,
  category: string,
  from: string,
  to: string,
  meals: number,
  firms: readonly (Firm | null)[],
  more?: JsonObject,
]

export const demoVendors = (company: DemoCompany, wedding: DemoWedding): JsonObject[] => {
  const nth = casts.indexOf(wedding.key)
  const linked = company.staff.filter(({ role, at }) => role === 'vendor' && at.includes(wedding.key))
  return lines.flatMap(([key, category, from, to, meals, firms, more], index) => {
    const firm = firms[nth]
    if (!firm) return []
    const [name, contact] = firm
    const signsIn = linked.find((one) => one.name === contact)
    const notes = more?.['load_in_notes']
    const phone = (place: number) => `+447700900${String(place).padStart(3, '0')}`
    const record: JsonObject = {
      company: name,
      category,
      contact_name: contact,
      phones: {
        mobile: phone(nth === 0 ? 100 + index : 300 + nth * 20 + index),
        ...(index % 4 === 1 ? { office: phone(200 + nth * 20 + index) } : {}),
      },
      email: `${contact.toLowerCase().split(' ')[0]!}@${key}.example.com`,
      arrival_from: wallTimeOn(wedding.day, from, wedding.shift),
      arrival_to: wallTimeOn(wedding.day, to, wedding.shift),
      meal_count: meals,
      insurance_ok: index % 3 === 0,
      ...more,
      load_in_notes: typeof notes === 'string' ? wordsIn(wedding, notes) : null,
      person_id: signsIn ? personOf(company, signsIn) : null,
    }
    return [recordIn(wedding, `vendor ${key}`, record)]
  })
}

const casts = ['', 'glasshouse', 'abbey', 'harbour']
const isConfirmed = { arrival_status: 'confirmed' }
const isShared = { shared_with_vendors: true }

// prettier-ignore
const lines: readonly Line[] = [
  ['florist', 'florist', '08:00', '09:00', 2,
    [['Bellamy Flowers', 'Rosa Bellamy'], ['Bellamy Flowers', 'Rosa Bellamy'], ['Fox & Fern', 'Imogen Vane'], ['Tierney Blooms', 'Maeve Tierney']],
    { ...isConfirmed, load_in_notes: 'Van through the lower gate.\nBuckets need the tap behind the barn.' }],
  ['caterer', 'catering', '09:00', '10:00', 14,
    [['Copper Pan Kitchen', 'Marcus Reid'], ['Saffron & Rye', 'Leila Haddad'], ['Copper Pan Kitchen', 'Marcus Reid'], ['Ardmore Table', 'Sinead Power']],
    { ...isConfirmed, load_in_notes: 'Three-phase power by the kitchen door.' }],
  ['cake', 'cake', '11:30', '12:30', 0,
    [['Little Crumb Bakery', 'Ines Duarte'], ['Sugar Rose', 'Hannah Weiss'], ['Little Crumb Bakery', 'Ines Duarte'], ['Bia Milis', 'Roisin Kehoe']]],
  ['photo', 'photography', '08:30', '09:00', 2,
    [['Fern & Light Photography', 'Callum Boyd'], ['Silver Birch Pictures', 'Ana Petrov'], ['Fern & Light Photography', 'Callum Boyd'], ['Tide Photography', 'Eoin Hurley']],
    { ...isConfirmed, ...isShared }],
  ['film', 'video', '09:30', '10:00', 2,
    [['Slow River Films', 'Nadia Karim'], ['Slow River Films', 'Nadia Karim'], ['Two Doors Film', 'Jonah Price'], ['Copper Coast Films', 'Padraig Shea']], isShared],
  ['band', 'band', '15:30', '16:30', 7,
    [['The Late Larks', 'Joe Penrose'], ['Velvet Avenue', 'Simone Clarke'], ['The Late Larks', 'Joe Penrose'], ['The Tramore Six', 'Dara Quirke']],
    { ...isShared, load_in_notes: 'Two vans. Sound check has to end before the speeches.' }],
  ['dj', 'dj', '17:00', '17:45', 1,
    [['Northside Sound', 'Leon Carter'], ['Blue Hour', 'Kit Salter'], ['Northside Sound', 'Leon Carter'], ['Low Tide DJs', 'Ruairi Flynn']]],
  ['quartet', 'music', '12:30', '13:00', 4,
    [['Avon String Quartet', 'Grace Lindqvist'], ['Avon String Quartet', 'Grace Lindqvist'], ['Cantabile Voices', 'Peter Hallam'], ['Suir Strings', 'Una Keating']], isConfirmed],
  ['hair', 'hair', '07:00', '07:15', 1,
    [['Willow Hair', 'Becky Shaw'], ['Parlour Nine', 'Tanya Cross'], ['Willow Hair', 'Becky Shaw'], ['Salon Strand', 'Grainne Roche']], isConfirmed],
  ['makeup', 'make-up', '07:00', '07:15', 1,
    [['Studio Petal', 'Amara Nwosu'], ['Studio Petal', 'Amara Nwosu'], ['Studio Petal', 'Amara Nwosu'], ['Blush & Co', 'Ella Coady']]],
  ['coach', 'transport', '12:00', '12:30', 0,
    [['Severn Coaches', 'Phil Tanner'], ['Thame Valley Coaches', 'Sue Garrett'], ['Severn Coaches', 'Phil Tanner'], ['Déise Coaches', 'Noel Whelan']]],
  ['car', 'transport', '12:15', '12:30', 0,
    [['Old Mill Classic Cars', 'George Attwood'], ['Isis Vintage Hire', 'Clive Barlow'], ['Old Mill Classic Cars', 'George Attwood'], ['Harbour Vintage', 'Frank Dunphy']]],
  ['marquee', 'marquee', '07:00', '08:00', 0,
    [['Cotswold Canvas', 'Sam Whittle'], ['Cotswold Canvas', 'Sam Whittle'], ['Great Tent Company', 'Olga Marin'], ['Munster Marquees', 'Brian Foley']],
    { ...isConfirmed, insurance_ok: true }],
  ['lights', 'lighting', '08:00', '09:00', 2,
    [['Glow & Co', 'Tess Morgan'], ['Lantern Works', 'Dev Anand'], ['Glow & Co', 'Tess Morgan'], ['Beacon Lighting', 'Shane Hickey']]],
  ['registrar', 'registrar', '13:00', '13:15', 0,
    [['Gloucestershire Registrars', 'Anne Fielding'], ['Oxfordshire Registrars', 'Paul Denham'], ['Worcestershire Registrars', 'Moira Kent'], ['Civil Registration South', 'Brid Lawlor']]],
  ['booth', 'photo booth', '18:00', '18:30', 1,
    [null, ['Snap Wagon', 'Oli Barker'], ['Snap Wagon', 'Oli Barker'], null]],
  ['icecream', 'ice cream', '15:00', '15:30', 0,
    [null, ['Cornet & Sons', 'Gina Conti'], null, ['Quayside Gelato', 'Paolo Conti']]],
  ['childcare', 'childcare', '12:30', '13:00', 3,
    [null, ['Small Guests', 'Fiona Bright'], ['Small Guests', 'Fiona Bright'], ['Tiny Tides', 'Aine Butler']]],
]
