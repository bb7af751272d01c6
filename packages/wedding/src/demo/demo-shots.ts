// The photographs the couple wants, in the order in which they are taken.
import { type JsonObject } from '@wedsync/protocol'
import { recordIn, wordsIn, type DemoWedding } from './demo-weddings.ts'

export const demoShots = (wedding: DemoWedding): JsonObject[] =>
  lines.map(([description, people, location, priority = 'normal']) =>
    recordIn(wedding, `shot ${description}`, {
      description: wordsIn(wedding, description),
      people: people === null ? null : wordsIn(wedding, people),
      location: wordsIn(wedding, location),
      priority,
      done: false,
    }),
  )

const lines: [description: string, people: string | null, location: string, priority?: string][] = [
  ['Dress on its hanger at the window', null, 'Bridal suite'],
  ['Rings on the invitation', null, 'Bridal suite', 'high'],
  ['Shoes and scent', null, 'Bridal suite', 'low'],
  ['Amelia with her mother, veil', 'Amelia, her mother', 'Bridal suite', 'high'],
  ['Father sees her', 'Amelia, her father', 'Walled garden', 'high'],
  ['James tying his tie', 'James, best man', 'Mill cottage'],
  ['Empty aisle with flowers', null, 'Orchard'],
  ['Faces in the second row', 'Both grandmothers', 'Orchard'],
  ['The kiss', 'Amelia, James', 'Orchard', 'high'],
  ['Petals in the air', 'Everybody', 'Orchard', 'high'],
  ['Both families', 'Parents, brothers and sisters', 'Orchard steps', 'high'],
  ['Four generations', 'Amelia, her mother, grandmother, niece', 'Orchard steps', 'high'],
  ['School friends', 'Eleven of them, ask Sophie', 'Orchard steps'],
  ['Couple from afar', 'Amelia, James', 'River meadow'],
  ['Table before anybody sits', null, 'Barn'],
  ['Grandmother’s cake knife', null, 'Barn', 'low'],
  ['Laughing at the best man', 'The front tables', 'Barn'],
  ['First dance from the balcony', 'Amelia, James', 'Dance floor', 'high'],
  ['The band from behind', null, 'Stage', 'low'],
  ['Children under a table', null, 'Barn', 'low'],
  ['Last light', 'Amelia, James', 'River meadow', 'high'],
  ['Sparklers', 'Everybody', 'Lawn', 'high'],
]
