// Somebody's phone: the real device library over a store in memory, its network a switch, against a server of a test.
import { Dexie } from 'dexie'
import { IDBFactory, IDBKeyRange } from 'fake-indexeddb'
import { expect, onTestFinished } from 'vitest'
import { startSync, type SyncEngine, type SyncSettings } from '@wedsync/client'
import type { Role } from '@wedsync/protocol'
import { allCollections } from '@wedsync/wedding'
import { agency, aToken } from '../../packages/server/src/testing/a-wedding.ts'

type Somebody = { userId: string; role: Role; name: string }
export type ADevice = Awaited<ReturnType<typeof aDevice>>

export const aDevice = async (
  fetch: (url: string, init?: RequestInit) => Response | Promise<Response>,
  { userId, role, name }: Somebody,
  settings: Partial<SyncSettings> = {},
) => {
  const organizationId = agency.organization.id
  const claims = { sub: userId, role: 'authenticated', app_metadata: { organization_id: organizationId } }
  const access = { token: await aToken(claims) }
  const network = { isOn: true, requests: [] as string[] }
  const disk = new IDBFactory()
  const storeName = `phone ${crypto.randomUUID()}`
  const engine = await startSync({
    baseUrl: 'http://wedsync.test',
    collections: allCollections,
    user: { id: userId, organizationId, role, name },
    token: () => access.token,
    storeName,
    fetch: async (address, init) => {
      if (!network.isOn) throw new TypeError('fetch failed')
      network.requests.push(new URL(address).pathname)
      return fetch(address, init)
    },
    indexedDB: disk,
    keyRange: IDBKeyRange,
    locks: null,
    pollEveryMs: 3_600_000,
    ...settings,
  })
  onTestFinished(() => engine.stop())
  await untilSettled(engine)
  return {
    ...{ engine, network, access },
    /** Somebody lays hands on the phone's own store. */
    damages: async (harm: (store: Dexie) => Promise<unknown>) => {
      const store = await new Dexie(`${storeName}:${userId}`, { indexedDB: disk, IDBKeyRange }).open()
      await harm(store)
      store.close()
    },
  }
}

/** Sends and fetches until there is nothing left to do but for a person. */
export const untilSettled = async (engine: SyncEngine): Promise<void> => {
  await expect
    .poll(
      async () => {
        await engine.syncNow()
        const { waiting, needsYou, isLoading } = engine.status()
        return isLoading ? -1 : waiting - needsYou.length
      },
      { timeout: 15_000, interval: 50 },
    )
    .toBe(0)
}
