// Takes the running product; lets every device load its wedding, and hands back what the devices send and how they read the
// answer. As on a phone: with base versions and base values, the cursor of the last answer,
// receipts only, as a phone with more to send.
import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { JsonObject } from '@wedsync/protocol'
import { idOf, editOf } from './payload.ts'
import type { Ours } from './ours.ts'
import type { Target } from './w1.ts'

const steps = ['planned', 'ready', 'started', 'done'] as const

type Held = { version: number; data: JsonObject }
/** `sent`: change → what it sets, until its receipt is there. */
type Device = {
  token: string
  records: string[]
  cursor: string
  held: Map<string, Held>
  sent: Map<string, { id: string; data: JsonObject }>
}
type News = {
  cursor: string
  hasMore: boolean
  serverChanges: { id: string; version: number; data: JsonObject | null }[]
}
type Answer = News & { processed: { changeId: string; version: number; outcome: string }[] }

export const oursTarget = async (ours: Ours, name: string, count: number): Promise<Target> => {
  const devices: Device[] = []
  for (let nth = 0; nth < count; nth += 1) devices.push(await loadDevice(ours, nth))
  return {
    name,
    url: `${ours.baseUrl}/api/offline/sync`,
    pid: ours.pid,
    request(nth, batch, round) {
      const { token, records, cursor, held, sent } = devices[nth]!
      const changes = records.slice(batch * 50, batch * 50 + 50).map((id, at) => {
        const { version, data: seen } = held.get(id)!
        const data = fieldsOf(batch * 50 + at, round)
        const base: JsonObject = {}
        for (const field in data) base[field] = seen[field] ?? null
        const change = { action: 'update', table: 'timeline_items', id, baseVersion: version, data } as const
        const changeId = randomUUID()
        sent.set(changeId, { id, data })
        return {
          changeId,
          ...change,
          base,
          timestamp: '2026-06-20T18:00:00Z',
        }
      })
      // the floor's devices ask for no news either: W1 is about what goes up
      const options = { pullLimit: 0 }
      const body = { batchId: randomUUID(), deviceId: idOf(`device ${nth}`), cursor, changes, options }
      return { body: JSON.stringify(body), headers: { authorization: `Bearer ${token}` } }
    },
    take(nth, text) {
      const answer = JSON.parse(text) as Answer
      if (answer.processed.length !== 50 || answer.processed.some(({ outcome }) => outcome !== 'applied'))
        throw new Error(`Ours did not apply a batch: ${text.slice(0, 800)}`)
      const device = devices[nth]!
      for (const { changeId, version } of answer.processed) {
        const { id, data } = device.sent.get(changeId)!
        const held = device.held.get(id)!
        held.version = version
        Object.assign(held.data, data)
        device.sent.delete(changeId)
      }
      takeNews(device, answer)
    },
  }
}

const loadDevice = async (ours: Ours, nth: number): Promise<Device> => {
  const device: Device = {
    token: ours.tokenFor(nth),
    records: ours.recordsFor(nth),
    cursor: '',
    held: new Map(),
    sent: new Map(),
  }
  for (let hasMore = true; hasMore;) {
    const address = new URL('/api/offline/sync', ours.baseUrl)
    address.searchParams.set('deviceId', idOf(`device ${nth}`))
    if (device.cursor) address.searchParams.set('cursor', device.cursor)
    const response = await askPatiently(address, { authorization: `Bearer ${device.token}` })
    if (!response.ok) throw new Error(`A device could not load: ${response.status} ${await response.text()}`)
    const news = (await response.json()) as News
    takeNews(device, news)
    hasMore = news.hasMore
  }
  return device
}

/** A server that is busy is asked again when it says so: what is loaded is loaded before anything is measured. */
const askPatiently = async (address: URL, headers: Record<string, string>): Promise<Response> => {
  for (let tries = 1; ; tries += 1) {
    const response = await fetch(address, { headers })
    if (response.status !== 503 || tries === triesMax) return response
    await sleep(Number(response.headers.get('retry-after') ?? 1) * 1000)
  }
}

const triesMax = 20

const takeNews = (device: Device, { cursor, serverChanges }: News): void => {
  device.cursor = cursor
  for (const { id, version, data } of serverChanges) if (data) device.held.set(id, { version, data })
}

const fieldsOf = (nth: number, round: number): Record<string, string> => {
  const { step, note, third, minute, words } = editOf(nth, round)
  return {
    status: steps[step]!,
    public_note: note,
    ...(third === 'time' && { actual_start: `2026-06-20T18:${String(minute).padStart(2, '0')}:00Z` }),
    ...(third === 'words' && { location: words }),
  }
}
