// Six thousand runs about parts, other ones than in `npm test`.
import { parts } from './parts.ts'

parts(6_000, 10_001)
