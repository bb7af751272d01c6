// What waits for what: in the end no line of the run sheet waits for itself, by however many others, and whoever closed such a circle was asked.
// Looked for by taking away what waits for nothing, until nothing is left.
import type { Row } from '../model/rows.ts'
import { rowsOf } from '../model/rows.ts'
import { short, type MakeChecker } from './checker.ts'

export const waitsForItself: MakeChecker = (world, report) => ({
  conclude: () => {
    let links: readonly Row[] = rowsOf(world.model.reads, 'timeline_dependencies')
    for (let before = Infinity; links.length < before;) {
      before = links.length
      const awaited = new Set(links.map(({ from_id }) => from_id))
      const waiting = new Set(links.map(({ to_id }) => to_id))
      links = links.filter(({ from_id, to_id }) => waiting.has(from_id) && awaited.has(to_id))
    }
    if (links.length > 0)
      report(`these wait for one another: ${links.map(({ id }) => `timeline_dependencies/${short(id)}`).join(', ')}`)
  },
})
