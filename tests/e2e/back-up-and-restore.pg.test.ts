// The day the disk died: `npm start` as it is, `wedsync backup` while two phones write, more work, then the backup in the
// place of it all. The phones are the real device library; what they were told was saved has to be there in the end, once.
import { once } from 'node:events'
import { chmodSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import type { Role } from '@wedsync/protocol'
import { startEmbeddedPostgres } from '@wedsync/postgres'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { accountOf, recordOf, secret } from '../../packages/server/src/testing/a-wedding.ts'
import { aDevice, untilSettled } from '../support/a-device.ts'
import { aProgram, type Program } from './a-program.ts'

const shelter = mkdtempSync(path.join(os.tmpdir(), 'wedsync-e2e-'))
// the user that runs PostgreSQL for root has to get through
chmodSync(shelter, 0o711)
const home = path.join(shelter, 'home')
const friday = path.join(shelter, 'friday.tar.gz')
/** Four starts and a restore, on a machine that may be busy with other things. */
const patienceMs = 120_000
const weddingId = recordOf('timeline_items').scope
let address = ''
let server: Program

beforeAll(async () => {
  address = `http://127.0.0.1:${await aFreePort()}`
  server = await aServer()
})
afterAll(async () => {
  await server.endsOn('SIGTERM')
  rmSync(shelter, { recursive: true, force: true })
})

test(
  '[P1] [P9] what two phones saved after the backup is there again, once, when the server was put back to it',
  async () => {
    const tom = await aPhone('assistant')
    const priya = await aPhone('planner')
    const noteBy = (phone: Phone, body: string) =>
      phone.engine.create('notes', { client_id: weddingId, body, category: 'setup_issue' })

    const first = await noteBy(tom, 'before the backup')
    await untilSettled(tom.engine)
    const backup = wedsync('backup', friday)
    const during: string[] = []
    while (!backup.isOver()) {
      during.push(await noteBy(tom, `while it is taken, ${during.length}`))
      await untilSettled(tom.engine)
    }
    expect(await backup.ends()).toBe(0)
    expect(backup.said()).toMatch(/^Backed up to \S+friday\.tar\.gz \(\d+\.\d MB\)/)
    expect(during.length).toBeGreaterThan(0)

    const [speech, florist] = [recordOf('timeline_items', 3).id, recordOf('vendor_contacts').id]
    const after = [await noteBy(tom, 'after the backup'), await noteBy(priya, 'after the backup, in town')]
    await tom.engine.save('vendor_contacts', florist, { arrival_status: 'arrived' })
    await priya.engine.save('timeline_items', speech, { internal_note: 'The DJ needs power here.' })
    for (const phone of [tom, priya, tom]) await untilSettled(phone.engine)
    await tom.engine.save('timeline_items', speech, { internal_note: 'The DJ needs power here, and a table.' })
    await untilSettled(tom.engine)
    expect(await server.endsOn('SIGTERM')).toBe(0)
    const acknowledged = await readChanges()

    const restored = wedsync('restore', friday)
    expect(await restored.ends()).toBe(0)
    expect(restored.said()).toMatch(/^Restored: .+ UTC\.\nWhat was here until now is in \S+data-before-restore-\S+\.\n/)
    const kept = await readChanges()
    expect(kept.length).toBeGreaterThan(0)
    expect(kept.length).toBeLessThan(acknowledged.length)
    expect(kept.map(({ recordId }) => recordId)).toContain(first)

    // Tom built on what Priya wrote, and the server forgot both: she is back first
    tom.network.isOn = false
    server = await aServer()
    await untilSettled(priya.engine)
    tom.network.isOn = true
    for (const phone of [tom, priya]) await untilSettled(phone.engine)
    expect(tom.statuses).toContain(409)
    expect(priya.statuses).toContain(409)
    for (const phone of [tom, priya]) {
      expect(phone.engine.status()).toMatchObject({ word: 'Shared', waiting: 0, needsYou: [] })
      expect(await phone.engine.verify(weddingId)).toMatchObject({ isSame: true, differing: [] })
      for (const id of [first, ...during, ...after]) expect(await phone.engine.read('notes', id)).not.toBeNull()
      expect(await phone.engine.read('vendor_contacts', florist)).toMatchObject({ arrival_status: 'arrived' })
      expect(await phone.engine.read('timeline_items', speech)).toMatchObject({
        internal_note: 'The DJ needs power here, and a table.',
        pending: 'none',
      })
    }
    expect(await readChanges()).toEqual(acknowledged)
  },
  patienceMs,
)

test('a server that runs is not replaced, and a disk that is full takes nothing from it', async () => {
  const restored = wedsync('restore', friday)
  expect(await restored.ends()).toBe(1)
  expect(restored.said()).toMatch(/^The database in \S+ is in use, so nothing was changed: stop WedSync.*\.\n$/)

  const full = inLittleRoom('backup', path.join(shelter, 'full.tar.gz'))
  expect(await full.ends()).toBe(1)
  expect(full.said()).toMatch(/^The backup cannot be written in \S+ \(.+\): make room or rights there, .*\.\n$/)
  expect(readdirSync(shelter).filter((name) => name.includes('full'))).toEqual([])
  expect((await fetch(`${address}/api/health/ready`)).status).toBe(200)
})

test(
  '[P2] a restore that is killed, stopped or out of room half-way leaves the present data in its place',
  async () => {
    expect(await server.endsOn('SIGTERM')).toBe(0)
    const before = await readChanges()
    for (const signal of ['SIGKILL', 'SIGINT'] as const) {
      const cutOff = wedsync('restore', friday)
      await hasBegun(cutOff)
      expect(await cutOff.endsOn(signal)).toBe(signal === 'SIGKILL' ? null : 1)
      expect(cutOff.said()).toBe(signal === 'SIGKILL' ? '' : 'Stopped: nothing was changed.\n')
    }
    const full = inLittleRoom('restore', friday)
    expect(await full.ends()).toBe(1)
    expect(full.said()).toMatch(/^[^\n]+ make room [^\n]+\.\n$/)

    expect(await readChanges()).toEqual(before)
    expect(readdirSync(path.join(home, 'postgres')).filter((name) => /^(draft|whole)-/.test(name))).toEqual([])
  },
  patienceMs,
)

test('whoever asks for something else is told what there is', async () => {
  const help = aProgram(['npx', '--no', '--', 'wedsync', '--help'], {})
  expect(await help.ends()).toBe(0)
  expect(help.said()).toContain('wedsync restore <file>')
  const unknown = wedsync('undo')
  expect(await unknown.ends()).toBe(1)
  expect(unknown.said()).toMatch(/^There is no `wedsync undo`: .+\.\n$/)
  const elsewhere = wedsync('backup', undefined, { DATABASE_URL: 'postgres://db/plans', JWT_SECRET: secret })
  expect(await elsewhere.ends()).toBe(1)
  expect(elsewhere.said()).toMatch(/^DATABASE_URL is set, and a database of your own is backed up with its own tools/)
})

type Phone = Awaited<ReturnType<typeof aPhone>>

const aPhone = async (role: Role) => {
  const statuses: number[] = []
  const overHttp = async (url: string, init?: RequestInit) => {
    const answer = await fetch(url.replace('http://wedsync.test', address), init)
    statuses.push(answer.status)
    return answer
  }
  return { ...(await aDevice(overHttp, accountOf(role))), statuses }
}

const aServer = async (): Promise<Program> => {
  const settings = { JWT_SECRET: secret, PORT: new URL(address).port, RATE_LIMIT_PER_MINUTE: '0', LOG_LEVEL: 'warn' }
  const program = aProgram([process.execPath, 'apps/api/src/main.ts'], { WEDSYNC_HOME: home, ...settings })
  await until(async () => {
    if (program.isOver()) throw new Error(`The server ended: ${program.said()}`)
    return (await fetch(`${address}/api/health/ready`).catch(() => undefined))?.ok === true
  })
  return program
}

const command = [process.execPath, 'apps/api/src/wedsync.ts']

const wedsync = (name: string, file?: string, settings: Record<string, string> = {}): Program =>
  aProgram([...command, name, ...(file === undefined ? [] : [file])], { WEDSYNC_HOME: home, ...settings })

/** No file of this process may become larger than a hundred kilobytes: what a full disk says comes a little earlier. */
const inLittleRoom = (name: string, file: string): Program =>
  aProgram(['/bin/sh', '-c', 'ulimit -f 200; exec "$@"', 'sh', ...command, name, file], { WEDSYNC_HOME: home })

/** Every row that a device's change wrote, and what became of that change. */
const readChanges = async () => {
  const { adminUrl, stop } = await startEmbeddedPostgres({ home })
  const session = new pg.Client({ connectionString: adminUrl })
  try {
    await session.connect()
    const text = `select h.change_id as "changeId", h.record_id as "recordId", h.action, q.status
                    from sync.history h left join public.offline_sync_queue q using (change_id)
                   where h.change_id is not null order by 1, 2, 3`
    return (await session.query<{ changeId: string; recordId: string; action: string; status: string }>(text)).rows
  } finally {
    await session.end()
    await stop()
  }
}

const hasBegun = ({ pid }: Program) =>
  until(() =>
    Promise.resolve(readdirSync(path.join(home, 'postgres')).some((name) => name.startsWith(`draft-${pid}-`))),
  )

const until = async (holds: () => Promise<boolean>): Promise<void> => {
  const giveUpAt = performance.now() + patienceMs / 2
  while (!(await holds())) {
    if (performance.now() > giveUpAt) throw new Error('it did not come to be so')
    await sleep(20)
  }
}

const aFreePort = async (): Promise<number> => {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const { port } = probe.address() as AddressInfo
  probe.close()
  await once(probe, 'close')
  return port
}
