// Takes the running product; lets every device load its wedding, and hands back what the devices send and how they read the
// answer. As on a phone: with base versions and base values, a checksum for each change, and the cursor of the last
// answer, so that each answer also carries the news up to the device's own writes.
import { randomUUID } from 'node:crypto'
import { checksumOf, type JsonObject } from '@wedsync/protocol'
import { idOf, editOf } from './payload.ts'
import type { Ours } from './ours.ts'
import type { Target } from './w1.ts'

const steps = ['planned', 'ready', 'started', 'done'] as const

type Held = { version: number; data: JsonObject }
type Device = { token: string; records: string[]; cursor: string; held: Map<string, Held> }
type News = {
  cursor: string
  hasMore: boolean
  serverChanges: { id: string; version: number; data: JsonObject | null }[]
}
type Answer = News & { processed: { serverId: string; version: number; outcome: string }[] }

export const oursTarget = async (ours: Ours, name: string, count: number): Promise<Target> => {
  const devices: Device[] = []
  for (let nth = 0; nth < count; nth += 1) devices.push(await loadDevice(ours, nth))
  return {
    name,
    url: `${ours.baseUrl}/api/offline/sync`,
    pid: ours.pid,
    request(nth, batch, round) {
      const { token, records, cursor, held } = devices[nth]!
      const changes = records.slice(batch * 50, batch * 50 + 50).map((id, at) => {
        const { version, data: seen } = held.get(id)!
        const data = fieldsOf(batch * 50 + at, round)
        const base = Object.fromEntries(Object.keys(data).map((field) => [field, seen[field] ?? null]))
        const change = { action: 'update', table: 'timeline_items', id, baseVersion: version, data } as const
        return {
          changeId: randomUUID(),
          ...change,
          base,
          timestamp: '2026-06-20T18:00:00Z',
          checksum: checksumOf(change),
        }
      })
      const body = { batchId: randomUUID(), deviceId: idOf(`device ${nth}`), cursor, changes }
      return { body: JSON.stringify(body), headers: { authorization: `Bearer ${token}` } }
    },
    take(nth, text) {
      const answer = JSON.parse(text) as Answer
      if (answer.processed.length !== 50 || answer.processed.some(({ outcome }) => outcome !== 'applied'))
        throw new Error(`Ours did not apply a batch: ${text.slice(0, 800)}`)
      takeNews(devices[nth]!, answer)
      for (const { serverId, version } of answer.processed) devices[nth]!.held.get(serverId)!.version = version
    },
  }
}

const loadDevice = async (ours: Ours, nth: number): Promise<Device> => {
  const device: Device = { token: ours.tokenFor(nth), records: ours.recordsFor(nth), cursor: '', held: new Map() }
  for (let hasMore = true; hasMore;) {
    const address = new URL('/api/offline/sync', ours.baseUrl)
    address.searchParams.set('deviceId', idOf(`device ${nth}`))
    if (device.cursor) address.searchParams.set('cursor', device.cursor)
    const response = await fetch(address, { headers: { authorization: `Bearer ${device.token}` } })
    if (!response.ok) throw new Error(`A device could not load: ${response.status} ${await response.text()}`)
    const news = (await response.json()) as News
    takeNews(device, news)
    hasMore = news.hasMore
  }
  return device
}

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
