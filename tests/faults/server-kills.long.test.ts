// [P2] [P3] Two hundred kills of the server.
import { killsInSeasons } from './kills/kills-in-seasons.ts'

await killsInSeasons('server', { part: 1, of: 1, kills: 200 })
