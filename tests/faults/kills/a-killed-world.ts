// A PostgreSQL that flushes what it acknowledges, a server in a process of its own, and people with phones who work while one or the
// other is killed without a word. What a phone was told is safe has to be there the moment the database is back, before anybody
// has the chance to send it again.  Shows P2.
import { setTimeout as sleep } from 'node:timers/promises'
import { expect } from 'vitest'
import type { Fetch } from '@wedsync/client'
import type { Role } from '@wedsync/protocol'
import { aNewcomer } from '../../../packages/server/src/testing/a-newcomer.ts'
import { recordOf } from '../../../packages/server/src/testing/a-wedding.ts'
import { diceFor } from '../../simulation/world/dice.ts'
import { aClusterOfItsOwn } from '../../support/a-cluster-of-its-own.ts'
import { aNotedDevice, type NotedDevice } from '../../support/a-noted-device.ts'
import { accountOf, type Sql, type Told } from '../../support/account-of.ts'
import { comesToRest } from '../../support/comes-to-rest.ts'
import { printEvidence } from '../../support/evidence-of.ts'
import { expectTheSame } from '../../support/holds-the-same.ts'
import { keepEvidence } from '../../support/keep-evidence.ts'
import { peopleAtWork } from '../../support/people-at-work.ts'
import { aServerProcess } from './a-server-process.ts'

export type Victim = 'database' | 'server'
export type Season = {
  told: Told
  /** Kills while somebody's request was under way. */
  inTheMiddle: number
  /** Changes that were acknowledged between the kills. */
  acknowledged: number
  /** Milliseconds from the order to start again until it was ready, in the middle. */
  backMs: number
}

const crew: Role[] = ['planner', 'planner', 'assistant', 'assistant', 'venue']
const { scope } = recordOf('timeline_items')
const thinkMs = 40
const requestTimeoutMs = 15_000
/** Of what nobody is measured by: the machine has other things to do as well. */
const patienceMs = 120_000

export const aKilledWorld = async () => {
  const cluster = await aClusterOfItsOwn('durable')
  const server = await aServerProcess(cluster.database.serverUrl)
  const sql: Sql = async <Row extends object>(text: string, values: unknown[] = []) =>
    (await cluster.database.admin.query<Row>(text, values)).rows
  await keepEvidence(sql)
  const wedding = { sql, fetch: (path: string, init?: RequestInit) => fetch(new URL(path, server.address), init) }

  let underWay = 0
  const counted: Fetch = async (address, init) => {
    underWay += 1
    return fetch(address, init).finally(() => (underWay -= 1))
  }
  const untilReady = () => expect.poll(server.isReady, { timeout: patienceMs, interval: 30 }).toBe(true)
  const dies: Record<Victim, () => Promise<void>> = {
    database: cluster.kill,
    server: server.kill,
  }
  const comesBack: Record<Victim, () => Promise<unknown>> = { database: cluster.startAgain, server: server.startAgain }

  /** Whatever these phones were told is safe has to be there. */
  const expectKept = async (devices: readonly NotedDevice[]): Promise<number> => {
    const ids = devices.flatMap(({ acknowledged }) => [...acknowledged])
    const missing = await sql(
      `select id from unnest($1::uuid[]) as c (id)
        where not exists (select from public.offline_sync_queue q where q.change_id = c.id)`,
      [ids],
    )
    expect(missing, 'acknowledged, and not there after the kill').toEqual([])
    return ids.length
  }

  /** New people work, and so often the victim dies under their hands; then it is quiet, and the account is taken. */
  const season = async (victim: Victim, kills: number, seed: number | string): Promise<Season> => {
    const dice = (name: string) => diceFor('kills', victim, seed, name)
    const devices: NotedDevice[] = []
    for (const [nth, role] of crew.entries()) {
      const person = await aNewcomer(wedding, role, `${role} ${seed}.${nth}`)
      devices.push(await aNotedDevice(person, { baseUrl: server.address, fetch: counted, requestTimeoutMs }))
    }
    await comesToRest(sql, devices)
    const work = peopleAtWork(devices, dice, thinkMs)
    const when = dice('when')
    const backMs: number[] = []
    let [inTheMiddle, acknowledged] = [0, 0]
    for (let kill = 0; kill < kills; kill += 1) {
      // since the last kill somebody got through again
      const before = countAcknowledged(devices)
      await expect.poll(() => countAcknowledged(devices), { timeout: patienceMs, interval: 20 }).toBeGreaterThan(before)
      await sleep(when.between(0, 300))
      if (underWay > 0) inTheMiddle += 1
      await dies[victim]()
      const began = performance.now()
      await comesBack[victim]()
      acknowledged = await expectKept(devices)
      await untilReady()
      backMs.push(performance.now() - began)
    }
    await work.stop()
    expect(await comesToRest(sql, devices), 'everything comes to rest').toBe(true)
    const told = await accountOf(sql, devices)
    await printEvidence(sql, told)
    expect(devices.map((device) => device.resets()), 'nobody was told that the server forgot').toEqual(crew.map(() => 0)) // prettier-ignore
    await expectTheSame(devices, scope)
    for (const { engine } of devices) await engine.stop()
    backMs.sort((one, other) => one - other)
    return {
      ...{ told: { ...told, runs: kills }, inTheMiddle, acknowledged },
      backMs: Math.round(backMs[Math.floor(backMs.length / 2)] ?? 0),
    }
  }

  /** What PostgreSQL's own check finds in every table and index. */
  const damages = async (): Promise<string[]> => {
    await sql('create extension if not exists amcheck')
    const tables = await sql<{ says: string }>(
      `select c.oid::regclass || ': ' || v.msg as says
         from pg_class c join pg_namespace n on n.oid = c.relnamespace, verify_heapam(c.oid) v
        where c.relkind in ('r', 'm') and n.nspname in ('public', 'sync')`,
    )
    const indexes = await sql<{ id: string }>(
      `select c.oid::text as id from pg_class c join pg_am a on a.oid = c.relam join pg_namespace n on n.oid = c.relnamespace
        where c.relkind = 'i' and a.amname = 'btree' and n.nspname in ('public', 'sync', 'pg_catalog')`,
    )
    const found = tables.map(({ says }) => says)
    for (const { id } of indexes)
      await sql('select bt_index_check($1::oid, true)', [id]).catch((thrown: unknown) => found.push(String(thrown)))
    return found
  }

  return { season, damages }
}

const countAcknowledged = (devices: readonly NotedDevice[]): number =>
  devices.reduce((sum, { acknowledged }) => sum + acknowledged.size, 0)
