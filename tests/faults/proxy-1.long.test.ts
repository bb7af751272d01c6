// [P1] [P3] [P14] The first half of three hundred storms.
import { storms } from './proxy/storms.ts'

storms({ part: 1, of: 2, runs: 300 })
