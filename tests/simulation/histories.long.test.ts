// Ten thousand histories, other ones than in `npm test`.
import { histories } from './histories.ts'

histories(10_000, 10_001)
