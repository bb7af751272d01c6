// The first quarter of three hundred thousand seeds.
import { partOfTheSeeds } from './part-of-the-seeds.ts'

partOfTheSeeds({ part: 1, of: 4, seeds: 300_000 })
