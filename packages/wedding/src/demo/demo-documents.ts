// The papers of a wedding, for each who may read them; two of them have been replaced since. The files are not there.
import { hashOf, type JsonObject } from '@wedsync/protocol'
import { recordIn, wordsIn, type DemoWedding } from './demo-weddings.ts'

export const demoDocuments = (wedding: DemoWedding): JsonObject[] =>
  lines.map(([title, megabytes, visibility, isPinned, earlier = 0]) => {
    const version = (nth: number) => ({ hash: hashOf(`${wedding.key} ${title} ${nth}`), size: megabytes * 1_000_000 + nth * 4096 }) // prettier-ignore
    return recordIn(wedding, `document ${title}`, {
      title: wordsIn(wedding, title),
      ...version(earlier),
      versions: Array.from({ length: earlier }, (_, nth) => version(nth)),
      pinned_offline: isPinned,
      visibility,
    })
  })

const lines: [title: string, megabytes: number, visibility: string, isPinned: boolean, earlier?: number][] = [
  ['Contract with the house', 6, 'team', false],
  ['Floor plan of the Barn', 12, 'venue', true, 2],
  ['Power and load-in plan', 9, 'vendor', true],
  ['Menu as agreed', 5, 'couple', false, 1],
  ['How to find us', 7, 'all', true],
  ['Insurance papers of the vendors', 34, 'team', false],
  ['Mood board', 120, 'couple', false],
]
