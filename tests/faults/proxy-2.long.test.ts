// [P1] [P3] [P14] The second half of three hundred storms.
import { storms } from './proxy/storms.ts'

storms({ part: 2, of: 2, runs: 300 })
