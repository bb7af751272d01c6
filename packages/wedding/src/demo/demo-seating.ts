// The room and who sits in it: tables of eight on a grid, filled in the order of the guests, so that households sit together.
import { type JsonObject } from '@wedsync/protocol'
import { idIn, recordIn, type DemoWedding } from './demo-weddings.ts'

const capacity = 8

/** As many tables as the headcount needs; the couple's own is the first. */
export const demoTables = (wedding: DemoWedding): JsonObject[] =>
  Array.from({ length: Math.ceil(wedding.headcount / capacity) }, (_, index) =>
    recordIn(wedding, `table ${index + 1}`, {
      number: index + 1,
      shape: index === 0 ? 'long' : 'round',
      capacity,
      x: index === 0 ? 900 : 300 + (index % 6) * 300,
      y: index === 0 ? 100 : 400 + Math.floor(index / 6) * 300,
      rotation: 0,
    }),
  )

/** A chair for as many of those who come as are seated by now. */
export const demoSeats = (wedding: DemoWedding): JsonObject[] =>
  Array.from({ length: wedding.seated }, (_, index) =>
    recordIn(wedding, `seat ${index}`, {
      guest_id: idIn(wedding, `guest ${index}`),
      table_id: idIn(wedding, `table ${Math.floor(index / capacity) + 1}`),
      seat: (index % capacity) + 1,
    }),
  )
