// Two colleagues who edited the same lines of a wedding that is not so near, and went home: small things wait for a planner, and one
// that weighs more. Made over the API, as two devices that have heard nothing of each other.
import { randomUUID } from 'node:crypto'

type Data = Record<string, unknown>
type Row = { table: string; id: string; version: number; data: Data }
type Answer = { serverChanges: Row[]; cursor: string; hasMore: boolean; conflicts: { severity: string }[] }

export type Quarrels = {
  weddingId: string
  /** What waits there now, by its weight. */
  waiting: () => Promise<string[]>
  /** What guests read of each small line. */
  notes: () => Promise<unknown[]>
}

export const leaveQuarrels = async (address: string, small: number): Promise<Quarrels> => {
  const [tom, priya] = [await deviceOf(address, 'Tom Ashworth'), await deviceOf(address, 'Priya Hazel')]
  const rows = await priya.everything()
  const weddings = rows.filter(({ table }) => table === 'clients')
  // from two days before the event on nothing is small any more
  const [, wedding] = weddings.sort((one, other) => (dayOf(one) < dayOf(other) ? -1 : 1)) as [Row, Row]
  const lines = rows.filter(
    ({ table, data }) => table === 'timeline_items' && data['client_id'] === wedding.id && isPlain(data),
  )
  const notes = lines.slice(0, small)
  const edits = (who: string) => [
    ...notes.map((line) => edit(line, { public_note: `${who} says: bring an umbrella` })),
    edit(lines[small]!, { cue: `${who} waves` }),
  ]
  await priya.sends(edits('Priya'))
  const { conflicts } = await tom.sends(edits('Tom'))
  if (conflicts.filter(({ severity }) => severity === 'low').length !== small)
    throw new Error(JSON.stringify(conflicts))
  return {
    weddingId: wedding.id,
    waiting: async () => {
      const { conflicts: left } = await priya.asks<{ conflicts: { severity: string }[] }>(
        `/api/offline/conflicts?status=pending&scope=${wedding.id}`,
      )
      return left.map(({ severity }) => severity)
    },
    notes: async () => {
      const now = await priya.everything()
      return notes.map(({ id }) => now.find((row) => row.id === id)?.data['public_note'])
    },
  }
}

const isPlain = ({ key_moment, locked, anchor }: Data): boolean => !key_moment && !locked && anchor === 'soft'

const dayOf = ({ data }: Row): string => String(data['wedding_date'])

const edit = ({ table, id, version, data: before }: Row, data: Data) => ({
  ...{ changeId: randomUUID(), action: 'update', table, id, baseVersion: version, data },
  base: Object.fromEntries(Object.keys(data).map((field) => [field, before[field] ?? null])),
})

const deviceOf = async (address: string, name: string) => {
  const deviceId = randomUUID()
  const asked = async <Body>(path: string, init: RequestInit): Promise<Body> => {
    const answer = await fetch(`${address}${path}`, init)
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
    return (await answer.json()) as Body
  }
  const json = { 'content-type': 'application/json' }
  const people = await asked<{ email: string; name: string }[]>('/api/auth/demo', {})
  const { email } = people.find((one) => one.name === name)!
  const { token } = await asked<{ token: string }>('/api/auth/demo', {
    ...{ method: 'POST', headers: json, body: JSON.stringify({ email }) },
  })
  const headers = { ...json, authorization: `Bearer ${token}` }
  const sync = (changes: unknown[], cursor: string | null) =>
    asked<Answer>('/api/offline/sync', {
      ...{ method: 'POST', headers, body: JSON.stringify({ batchId: randomUUID(), deviceId, changes, cursor }) },
    })
  return {
    asks: <Body>(path: string) => asked<Body>(path, { headers }),
    sends: (changes: unknown[]) => sync(changes, null),
    everything: async (): Promise<Row[]> => {
      const rows = new Map<string, Row>()
      for (let cursor: string | null = null; ;) {
        const page: Answer = await sync([], cursor)
        for (const row of page.serverChanges) rows.set(`${row.table} ${row.id}`, row)
        if (!page.hasMore) return [...rows.values()]
        cursor = page.cursor
      }
    },
  }
}
