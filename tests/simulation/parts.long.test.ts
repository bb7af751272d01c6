// Six thousand runs about parts, other ones than in `npm test`.
import { parts, runsAbout } from './runs-about.ts'

runsAbout(parts, { count: 6_000, from: 10_001 })
