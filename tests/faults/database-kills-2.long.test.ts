// [P2] [P3] The second half of five hundred kills of PostgreSQL with all its processes.
import { killsInSeasons } from './kills/kills-in-seasons.ts'

await killsInSeasons('database', { part: 2, of: 2, kills: 500 })
