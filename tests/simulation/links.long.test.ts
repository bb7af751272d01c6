// Six thousand runs about what waits for what, other ones than in `npm test`.
import { links, runsAbout } from './runs-about.ts'

runsAbout(links, { count: 6_000, from: 10_001 })
