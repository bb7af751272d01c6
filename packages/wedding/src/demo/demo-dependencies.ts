// What waits for what on the day: pairs of the running order by their titles.
import { type JsonObject } from '@wedsync/protocol'
import { idIn, recordIn, type DemoWedding } from './demo-weddings.ts'

export const demoDependencies = (wedding: DemoWedding): JsonObject[] =>
  pairs.map(([from, to, type = 'FS', lag = null]) =>
    recordIn(wedding, `dependency ${from} > ${to}`, {
      from_id: idIn(wedding, `item ${from}`),
      to_id: idIn(wedding, `item ${to}`),
      type,
      lag_min: lag,
    }),
  )

const pairs: [from: string, to: string, type?: string, lag?: number][] = [
  ['Flowers arrive', 'Table flowers and arch built'],
  ['Table flowers and arch built', 'Arch dressed, aisle flowers'],
  ['Chairs set for the ceremony', 'Arch dressed, aisle flowers'],
  ['Make-up, bridal suite', 'Dress on', 'FS', 15],
  ['Hair, bridal suite', 'Dress on'],
  ['Dress on', 'First look with father'],
  ['Coach waits at the hotel', 'Coach brings the guests'],
  ['Coach brings the guests', 'Guests arrive, welcome drinks'],
  ['Guests seated', 'Procession'],
  ['Procession', 'Ceremony'],
  ['Ceremony', 'Register signed'],
  ['Register signed', 'Recessional and confetti'],
  ['Recessional and confetti', 'Drinks and canapés'],
  ['Family groups', 'Couple portraits'],
  ['Guests called to dinner', 'Couple announced', 'FS', 5],
  ['Couple announced', 'Starter'],
  ['Starter', 'Main course'],
  ['Main course', 'Glasses filled for the toasts'],
  ['Glasses filled for the toasts', 'Speech: father of the bride'],
  ['Speech: father of the bride', 'Speech: the couple'],
  ['Speech: the couple', 'Speech: best man'],
  ['Speech: best man', 'Dessert and coffee'],
  ['Dessert and coffee', 'Barn turned round for the evening'],
  ['Band loads in', 'Sound check', 'FS', 30],
  ['Sound check', 'Band, first set'],
  ['Cake cut', 'First dance', 'FS', 5],
  ['First dance', 'Band, first set'],
  ['Band, second set', 'Band loads out', 'FS', 15],
]
