// A wedding whose server reaches its database over a wire that can be cut at any message; beside it a server of the same
// database that is never cut, for the others. Neither does anything by itself, so that what is counted is what was asked for.
import type { SyncSettings } from '@wedsync/client'
import { aDatabase } from '@wedsync/postgres/testing'
import { allCollections } from '@wedsync/wedding'
import type { Role } from '@wedsync/protocol'
import { randomUUID } from 'node:crypto'
import pino from 'pino'
import { createEvents } from '../../../packages/server/src/events.ts'
import { createPool } from '../../../packages/server/src/db/pool.ts'
import { virtualTime } from '../../../packages/client/src/testing/virtual-time.ts'
import { aNewcomer } from '../../../packages/server/src/testing/a-newcomer.ts'
import {
  agency,
  atTheEnd,
  aWedding,
  load,
  recordOf,
  type Held,
} from '../../../packages/server/src/testing/a-wedding.ts'
import { aFramedWire } from '../../support/a-framed-wire.ts'
import { accountOf } from '../../support/account-of.ts'
import { aNotedDevice, type NotedDevice } from '../../support/a-noted-device.ts'
import { printEvidence } from '../../support/evidence-of.ts'
import { keepEvidence } from '../../support/keep-evidence.ts'

export type CutWorld = Awaited<ReturnType<typeof aCutWorld>>

const never = 24 * 60 * 60_000
const byNobody = { firstMs: never, everyMs: never, soonMs: never, failingMs: never }

/** `items`: lines of the run sheet that are touched once each. */
export const aCutWorld = async (items: number) => {
  const database = await aDatabase()
  await load(database, agency)
  const lines = Array.from({ length: items }, () => ({ ...aLine, id: randomUUID() }))
  await database.admin.query('select sync.load_records($1, $2::jsonb)', ['timeline_items', JSON.stringify(lines)])
  const wire = await aFramedWire(database.serverUrl)
  const wedding = await aWedding({ database, retries: byNobody, retention: byNobody })
  await keepEvidence(wedding.sql)
  const cut = await aWedding({ database: { ...database, serverUrl: wire.url }, retries: byNobody, retention: byNobody })
  const pool = createPool(wire.url, () => undefined, 2)
  atTheEnd(() => pool.end())

  const devices: NotedDevice[] = []
  let used = 0
  /** A line of the run sheet that nobody used yet. */
  const anItem = (): Held => {
    const line = lines[used++]
    if (!line) throw new Error(`more than ${items} lines of the run sheet were asked for`)
    const { id, ...data } = line
    return { table: 'timeline_items', id, scope, version: 0, data }
  }
  return {
    ...{ wire, wedding, cut, anItem },
    scope,
    /** Somebody new with a phone, whose requests go to the server that is cut. */
    device: async (role: Role, settings: Partial<SyncSettings> = {}) => {
      const time = virtualTime(Date.now())
      const person = await aNewcomer(wedding, role, `New ${role} ${randomUUID().slice(0, 8)}`)
      const device = await aNotedDevice(person, {
        ...{ baseUrl: 'http://wedsync.test', timers: time.timers, clock: time.clock },
        fetch: async (address, init) => cut.fetch(new URL(address).pathname + new URL(address).search, init),
        ...settings,
      })
      devices.push(device)
      await device.engine.syncNow()
      return { ...device, person }
    },
    /** Of everything the phones made. */
    account: async () => {
      const told = await accountOf(wedding.sql, devices)
      await printEvidence(wedding.sql, told)
      return told
    },
    /** A phone that speaks the wire, whose requests go to the server that is not cut. */
    other: (role: Role) => aNewcomer(wedding, role),
    /** What the server's own rounds are made of, on the wire that is cut. */
    rounds: {
      ...{ database: pool, collections: new Map(allCollections.map((one) => [one.name, one])), newId: randomUUID },
      ...{
        events: createEvents(pino({ level: 'silent' }), () => new Date()),
        clock: () => new Date(),
        chance: () => 0,
      },
    },
  }
}

const { scope } = recordOf('timeline_items')
const aLine = agency.records['timeline_items']!.find(
  (one) => one['client_id'] === scope && one['anchor'] === 'soft' && one['locked'] === false,
)!
