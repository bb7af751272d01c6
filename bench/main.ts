// `npm run bench`. Takes a few flags; measures limit, floor and ours in turn, round by round, on one durable PostgreSQL,
// and prints the table. Absolute figures belong to the machine and the minute: only ratios within a round mean anything.
import { parseArgs } from 'node:util'
import { openCluster, type Cluster } from './cluster.ts'
import { startFloor } from './floor/floor.ts'
import { floorTarget } from './floor/floor-target.ts'
import { openLimit } from './limit.ts'
import { startOurs } from './ours.ts'
import { oursTarget } from './ours-target.ts'
import { machineLine, printRound, printTable, type Round } from './report.ts'
import { figuresOf, runW1, type Lap, type Target } from './w1.ts'

const { values: flags } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    devices: { type: 'string', default: '100' },
    batches: { type: 'string', default: '20' },
    'limit-seconds': { type: 'string', default: '3' },
    home: { type: 'string' },
  },
})
const rounds = Number(flags.rounds)
const devices = Number(flags.devices)
const batches = Number(flags.batches)
/** The batches of a round, in stretches of about a second or two. */
const stretches = Array.from({ length: Math.ceil(batches / 4) }, (_, nth) => ({
  from: nth * 4,
  to: Math.min(nth * 4 + 4, batches),
}))

const cluster = await openCluster(flags.home)
const stops: (() => Promise<void>)[] = [cluster.stop]
process.once('SIGINT', () => void stopAll().then(() => process.exit(130)))
try {
  await run(cluster)
} finally {
  await stopAll()
}

async function run({ adminUrl, createDatabase, settle, pid }: Cluster): Promise<void> {
  console.log(await machineLine(adminUrl))
  console.log(`W1: ${devices} devices × ${batches} batches × 50 updates of 2 or 3 fields, closed loop; loading …`)
  const limit = await openLimit(await createDatabase('limit'))
  stops.push(limit.close)

  const targets: Target[] = []
  const floor = await startFloor({
    databaseUrl: await createDatabase('floor'),
    devices,
    recordsPerDevice: batches * 50,
  })
  stops.push(floor.stop)
  targets.push(floorTarget(floor))
  for (const organizations of new Set([devices, 1])) {
    const databaseUrl = await createDatabase(`ours_${organizations}`)
    const ours = await startOurs({ databaseUrl, organizations, devices, recordsPerDevice: batches * 50 })
    stops.push(ours.stop)
    targets.push(await oursTarget(ours, organizations === 1 ? 'ours, one organization' : 'ours, one each', devices))
  }

  // once, before the first lap: what the loading left unwritten is nobody's
  await settle()
  // one whole lap that is not counted: plans are made, code is warm, and every page was written whole once since the checkpoint
  for (const target of targets) {
    const { busyAnswers } = await runW1(target, { devices, from: 0, to: batches, round: 0, postgresPid: pid() })
    console.log(`${target.name}: warm${busyAnswers > 0 ? `, busy ${busyAnswers} times` : ''}`)
  }
  const measured: Round[] = []
  for (let round = 1; round <= rounds; round += 1) {
    const limitRate = await limit.measure(Number(flags['limit-seconds']))
    const laps = new Map(targets.map((target): [Target, Lap[]] => [target, []]))
    // in turn, a stretch each: what else the machine does changes within seconds, and should meet all sides alike
    for (const [nth, { from, to }] of stretches.entries()) {
      // another one begins each time: whoever comes last also pays for what the database clears away behind the others
      for (let turn = 0; turn < targets.length; turn += 1) {
        const target = targets[(round + nth + turn) % targets.length]!
        laps.get(target)!.push(await runW1(target, { devices, from, to, round, postgresPid: pid() }))
      }
    }
    measured.push({
      limitRate,
      results: targets.map((target) => ({ name: target.name, ...figuresOf(laps.get(target)!) })),
    })
    printRound(round, measured.at(-1)!)
  }
  printTable(measured)
  console.log(await machineLine(adminUrl))
}

async function stopAll(): Promise<void> {
  for (const stop of stops.splice(0).reverse()) await stop().catch((error: unknown) => console.error(error))
}
