// A thirtieth of the runs about parts that `npm run test:long -- parts` goes through.
import { parts } from './parts.ts'

parts(200, 1)
