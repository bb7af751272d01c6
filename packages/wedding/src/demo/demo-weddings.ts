// The weddings of the demo: one today, one in a week, one in three months, and one of another company. In comes today; out
// goes what every generator needs to know of a wedding to fill its tables.
import { type JsonObject } from '@wedsync/protocol'
import { demoId } from './demo-ids.ts'

export type DemoWedding = {
  /** Empty for the first of all, whose ids are as old as the demo. */
  key: string
  companyKey: string
  organizationId: string
  today: string
  day: string
  zone: string
  currency: string
  /** Minutes by which this day runs later than the day of the template. */
  shift: number
  bride: string
  groom: string
  bestMan: string
  maidOfHonour: string
  father: string
  venue: { name: string; address: string; contact: string }
  /** Guests by their answer; those who come are the headcount, unless it is told. */
  guests: { yes: number; no: number; maybe: number; none: number }
  headcount: number
  /** How many of those who come have a seat. */
  seated: number
  /** Names and places of the template → those of this wedding. */
  words: Readonly<Record<string, string>>
}

export type Sketch = Omit<DemoWedding, 'companyKey' | 'organizationId' | 'today' | 'day'> & { inDays: number }

/** The id of something of this wedding. */
export const idIn = ({ key }: DemoWedding, name: string): string => demoId(key === '' ? name : `${key} ${name}`)

/** A record of this wedding in wire form, under a name of its own. */
export const recordIn = (wedding: DemoWedding, name: string, data: JsonObject): JsonObject => ({
  id: idIn(wedding, name),
  organization_id: wedding.organizationId,
  client_id: idIn(wedding, 'wedding'),
  ...data,
})

/** A text of the template as it is said at this wedding. */
export const wordsIn = ({ words }: DemoWedding, text: string): string =>
  Object.entries(words).reduce((said, [from, to]) => said.replaceAll(new RegExp(`\\b${from}\\b`, 'g'), to), text)

/** The weddings of the larger company, the next one first. */
export const sketches: readonly Sketch[] = [
  {
    ...{ key: '', inDays: 0, zone: 'Europe/London', currency: 'GBP', shift: 0 },
    ...{ bride: 'Amelia Whitfield', groom: 'James Okafor', bestMan: 'Daniel Okafor' },
    ...{ maidOfHonour: 'Sophie Whitfield', father: 'Richard Whitfield' },
    venue: { name: 'Mill Barn', address: 'Mill Lane, Little Rissing, Gloucestershire', contact: 'Helen Marsh' },
    guests: { yes: 124, no: 22, maybe: 0, none: 6 },
    ...{ headcount: 124, seated: 124, words: {} },
  },
  {
    ...{ key: 'glasshouse', inDays: 7, zone: 'Europe/London', currency: 'GBP', shift: -30 },
    ...{ bride: 'Charlotte Beaumont', groom: 'Ravi Menon', bestMan: 'Arjun Menon' },
    ...{ maidOfHonour: 'Isabel Beaumont', father: 'Edward Beaumont' },
    venue: { name: 'Kew Lane Glasshouse', address: 'Kew Lane, Upper Wick, Oxfordshire', contact: 'Martin Frost' },
    guests: { yes: 178, no: 24, maybe: 3, none: 5 },
    ...{ headcount: 178, seated: 160 },
    words: {
      ...{ Barn: 'Glasshouse', barn: 'glasshouse', Orchard: 'Rose garden', orchard: 'rose garden', 'Royal Oak': 'White Hart' }, // prettier-ignore
      ...{ 'Mill cottage': 'Gate lodge', 'River meadow': 'Lake shore', mill: 'lodge', cottage: 'lodge', Courtyard: 'Terrace', courtyard: 'terrace' }, // prettier-ignore
      ...{ Amelia: 'Charlotte', James: 'Ravi', Sophie: 'Isabel', Helen: 'Martin' },
    },
  },
  {
    ...{ key: 'abbey', inDays: 91, zone: 'Europe/London', currency: 'GBP', shift: -60 },
    ...{ bride: 'Freya Lindholm', groom: 'Thomas Adeyemi', bestMan: 'Samuel Adeyemi' },
    ...{ maidOfHonour: 'Astrid Lindholm', father: 'Henrik Lindholm' },
    venue: { name: 'Stanway Abbey', address: 'Abbey Road, Stanway, Worcestershire', contact: 'Judith Crane' },
    guests: { yes: 96, no: 14, maybe: 20, none: 50 },
    // the couple expects more than have answered
    ...{ headcount: 140, seated: 48 },
    words: {
      ...{ Barn: 'Refectory', barn: 'refectory', Orchard: 'Cloister', orchard: 'cloister', 'Royal Oak': 'Abbey Inn' },
      ...{ 'Mill cottage': 'Prior’s house', 'River meadow': 'Deer park', mill: 'chapel', cottage: 'house' },
      ...{ Amelia: 'Freya', James: 'Thomas', Sophie: 'Astrid', Helen: 'Judith', Rosa: 'Imogen' },
    },
  },
]

/** The one wedding of the smaller company. */
export const otherSketch: Sketch = {
  ...{ key: 'harbour', inDays: 21, zone: 'Europe/Dublin', currency: 'EUR', shift: 30 },
  ...{ bride: 'Niamh Doyle', groom: 'Luca Ferri', bestMan: 'Marco Ferri' },
  ...{ maidOfHonour: 'Orla Doyle', father: 'Fergal Doyle' },
  venue: { name: 'The Boathouse', address: 'Harbour Road, Dunmore, Co. Waterford', contact: 'Declan Walsh' },
  guests: { yes: 112, no: 18, maybe: 8, none: 14 },
  ...{ headcount: 118, seated: 90 },
  words: {
    ...{ Barn: 'Boathouse', barn: 'boathouse', Orchard: 'Quay', orchard: 'quay', 'Royal Oak': 'Harbour Hotel' },
    ...{ 'Mill cottage': 'Lighthouse', 'River meadow': 'Strand', mill: 'pier', cottage: 'lighthouse' },
    ...{ Amelia: 'Niamh', James: 'Luca', Sophie: 'Orla', Helen: 'Declan', Rosa: 'Maeve', Tom: 'Ciara', Priya: 'Aoife' },
  },
}
