// One run: ten people with phones, the real server, and between them a network in which each request has a fate of its own. The storm
// lasts until it has done some harm; then it is calm, everything comes to rest, and the account is taken.
import { setTimeout as sleep } from 'node:timers/promises'
import { expect } from 'vitest'
import type { Timers } from '@wedsync/client'
import type { Role } from '@wedsync/protocol'
import { aNewcomer } from '../../../packages/server/src/testing/a-newcomer.ts'
import { atTheEnd, recordOf } from '../../../packages/server/src/testing/a-wedding.ts'
import { diceFor } from '../../simulation/world/dice.ts'
import { aMobileNetwork, fates, type Fate } from '../../support/a-mobile-network.ts'
import { aNotedDevice, type NotedDevice } from '../../support/a-noted-device.ts'
import { aWeb } from '../../support/a-web.ts'
import { accountOf, type Told } from '../../support/account-of.ts'
import { comesToRest } from '../../support/comes-to-rest.ts'
import { printEvidence } from '../../support/evidence-of.ts'
import { expectTheSame } from '../../support/holds-the-same.ts'
import { keepEvidence } from '../../support/keep-evidence.ts'
import { peopleAtWork } from '../../support/people-at-work.ts'

const crew: Role[] = [
  ...(['planner', 'planner', 'planner', 'assistant', 'assistant', 'assistant'] as const),
  ...(['assistant', 'venue', 'vendor', 'couple'] as const),
]
const { scope } = recordOf('timeline_items')
const thinkMs = 60
/** Requests that came to harm before the storm is over, and how long it lasts at most. */
const harmed = 60
const stormMsMax = 6000
/** Short, so that a phone gives up on a request that is late; when it is calm it has patience, whatever else the machine does. */
const requestTimeoutMs = 1200
const patienceMs = 20_000

export type Run = { told: Told; counted: Partial<Record<Fate, number>> }

export const aStormyRun = async (seed: number): Promise<Run> => {
  const dice = (name: string) => diceFor('storm', seed, name)
  const [setting, weather] = [dice('setting'), dice('weather')]
  // not every kind in every run: faults that are always all there hide each other
  const kinds = (Object.keys(fates) as Fate[]).filter((fate) => fate !== 'arrives')
  const here = setting.shuffled(kinds).slice(0, setting.between(2, kinds.length))
  const share = setting.pick([0.2, 0.4, 0.6])
  let isStormy = false
  const timers: Timers = {
    set: (run, afterMs) => setTimeout(run, afterMs === requestTimeoutMs && !isStormy ? patienceMs : afterMs),
    clear: (timer) => clearTimeout(timer as NodeJS.Timeout),
  }

  const web = await aWeb()
  await keepEvidence(web.sql)
  const network = await aMobileNetwork(Number(new URL(web.address).port), dice('network'), () =>
    isStormy && weather.is(share) ? weather.pick(here) : 'arrives',
  )
  atTheEnd(() => {
    network.close()
    return Promise.resolve()
  })
  const devices: NotedDevice[] = []
  for (const [nth, role] of crew.entries())
    devices.push(
      await aNotedDevice(await aNewcomer(web, role, `${role} ${nth}`), {
        ...{
          baseUrl: `http://127.0.0.1:${network.port}`,
          requestTimeoutMs,
          timers,
          fetch: (...asked) => fetch(...asked),
        },
        followsStream: nth % 3 === 0,
      }),
    )
  await Promise.all(devices.map(({ engine }) => engine.syncNow()))

  isStormy = true
  const work = peopleAtWork(devices, dice, thinkMs)
  const countHarmed = () => here.reduce((sum, fate) => sum + (network.counted()[fate] ?? 0), 0)
  for (const until = performance.now() + stormMsMax; performance.now() < until && countHarmed() < harmed;)
    await sleep(50)
  isStormy = false
  await work.stop()
  await network.settles()

  expect(await comesToRest(web.sql, devices), 'everything comes to rest').toBe(true)
  const told = await accountOf(web.sql, devices)
  await printEvidence(web.sql, told)
  expect(devices.map((device) => device.resets())).toEqual(crew.map(() => 0))
  await expectTheSame(devices, scope)
  for (const { engine } of devices) await engine.stop()
  return { told, counted: network.counted() }
}

/** How often each fate struck, in one line. */
export const fatesOf = (runs: readonly Run[]): string =>
  Object.keys(fates)
    .map((fate) => `${fate} ${runs.reduce((sum, { counted }) => sum + (counted[fate as Fate] ?? 0), 0)}`)
    .join(', ')
