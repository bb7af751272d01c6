// What every example begins with: somebody of the demo signs in, and their phone starts. Here a phone keeps its store in memory;
// in a browser leave `store` out, and it is the browser's own. The address of the server is the first argument.
import { createMemoryDisk, createMemoryStore, startSync, type SyncEngine, type View } from '@wedsync/client'
import { allCollections, weddingSchemas } from '@wedsync/wedding'
import { setTimeout as sleep } from 'node:timers/promises'

const address = process.argv[2] ?? 'http://127.0.0.1:4400'

/** A planner, and an assistant of the same company. */
export const [priya, tom] = ['priya@hazelandthorn.example.com', 'tom@hazelandthorn.example.com'] as const

/** Signs in, starts a phone, and loads what this person may see. */
export const aPhone = async (email: string): Promise<SyncEngine> => {
  const { token, user } = await signIn(email)
  const phone = await startSync({
    baseUrl: address,
    collections: allCollections,
    schemas: weddingSchemas,
    user,
    token: () => token,
    store: createMemoryStore(createMemoryDisk()).open,
  })
  await phone.syncNow()
  return phone
}

type SignedIn = { token: string; user: SyncEngine['user'] }

const signIn = async (email: string): Promise<SignedIn> => {
  const answer = await fetch(`${address}/api/auth/demo`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email }),
  }).catch((cause: unknown) => {
    throw new Error(`Nobody answers at ${address}. Start the demo with \`npm start\`, or give its address.`, { cause })
  })
  if (!answer.ok) throw new Error(`${email} could not sign in at ${address}: it answered ${answer.status}.`)
  return (await answer.json()) as SignedIn
}

/** A new line of a wedding's running order, known to these phones. */
export const anItem = async (planner: SyncEngine, title: string, ...others: SyncEngine[]): Promise<string> => {
  const [wedding] = await shown(planner.watch({ table: 'clients' }), (all) => all.length > 0)
  const id = await planner.create('timeline_items', {
    client_id: wedding!.id,
    title,
    planned_start: '2026-06-20T21:00',
  })
  await shared(planner)
  for (const phone of others) await phone.syncNow()
  return id
}

/** Sends until the server has answered all of it: the demo lets a person send ten times a minute, and then to wait. */
export const shared = async (phone: SyncEngine): Promise<void> => {
  for (;;) {
    await phone.syncNow()
    if (phone.status().waiting === 0) return
    await sleep(1000)
  }
}

/** What a view shows, as soon as it is what was waited for. */
export const shown = <Value>(view: View<Value>, isIt: (value: Value) => boolean): Promise<Value> =>
  new Promise((resolve) => {
    const look = () => {
      if (!isIt(view.current())) return
      resolve(view.current())
      queueMicrotask(() => stop())
    }
    const stop = view.subscribe(look)
    look()
  })

/** The example's own line goes, and the phones are switched off. */
export const tidyUp = async (planner: SyncEngine, id: string, ...others: SyncEngine[]): Promise<void> => {
  await planner.remove('timeline_items', id)
  await shared(planner)
  for (const phone of [planner, ...others]) await phone.stop()
}
