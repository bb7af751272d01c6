// [P2] [P3] The first half of five hundred kills of PostgreSQL with all its processes.
import { killsInSeasons } from './kills/kills-in-seasons.ts'

await killsInSeasons('database', { part: 1, of: 2, kills: 500 })
