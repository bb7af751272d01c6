// A tenth of the histories that `npm run test:long -- histories` goes through.
import { histories } from './histories.ts'

histories(1_000, 1)
