// A thirtieth of the runs about what waits for what that `npm run test:long -- links` goes through.
import { links, runsAbout } from './runs-about.ts'

runsAbout(links, { count: 200, from: 1 })
