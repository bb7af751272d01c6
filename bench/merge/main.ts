// `npm run bench:merge`. Measures what the merge promises about time, and says of each figure whether it is under its bound: a
// conflict settled, by every rule there is; texts of 100 kB; a review queue of 10,000 opened, on the server and on a device.
// Exit code 1 where one is not.
import { parseArgs } from 'node:util'
import os from 'node:os'
import { conflictCases, longTextCases } from './conflict-cases.ts'
import { measure, measureWork, printFigures, type Figures } from './measure.ts'
import { measureDeviceQueue } from './device-queue.ts'
import { measureServerQueue } from './server-queue.ts'

const { values: flags } = parseArgs({
  options: {
    conflicts: { type: 'string', default: '10000' },
    home: { type: 'string' },
    'without-queue': { type: 'boolean', default: false },
  },
})

/** What is promised, in milliseconds. */
const bounds = { conflict: 1, longText: 100, queue: 50 } as const

const figures: Figures[] = []
for (const { name, settle } of conflictCases()) figures.push(await measure(name, bounds.conflict, settle))
for (const { name, settle } of longTextCases()) figures.push(await measureWork(name, bounds.longText, settle))

if (!flags['without-queue']) {
  const count = Number(flags.conflicts)
  const { figures: onServer, held } = await measureServerQueue(count, bounds.queue, flags.home)
  figures.push(...onServer, await measureDeviceQueue(held, count, bounds.queue))
}

console.log(
  `${os.cpus().length} × ${os.cpus()[0]?.model.trim() ?? 'unknown'}, Node ${process.version}, load ${os
    .loadavg()
    .map((one) => one.toFixed(1))
    .join(' ')}`,
)
printFigures(figures)
process.exitCode = figures.every(({ isUnder }) => isUnder) ? 0 : 1
