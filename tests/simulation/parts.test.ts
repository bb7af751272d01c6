// A thirtieth of the runs about parts that `npm run test:long -- parts` goes through.
import { parts, runsAbout } from './runs-about.ts'

runsAbout(parts, { count: 200, from: 1 })
