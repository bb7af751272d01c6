// Takes how many conflicts; makes them the real way, two planners who edited the same lines of the run sheet without a signal, on
// an embedded PostgreSQL with durable settings. Hands back how long the first page of the review queue takes, over HTTP, and the
// conflicts as a device holds them.
import { randomUUID } from 'node:crypto'
import pg from 'pg'
import type { Json, JsonObject } from '@wedsync/protocol'
import { openCluster } from '../cluster.ts'
import { startOurs, type Ours } from '../ours.ts'
import { idOf } from '../payload.ts'
import { measure, type Figures } from './measure.ts'

export type HeldConflict = { id: string; scope: string; version: number; data: JsonObject }

const weddings = 20
const perBatch = 50

export const measureServerQueue = async (
  count: number,
  boundMs: number,
  home: string | undefined,
): Promise<{ figures: Figures[]; held: HeldConflict[] }> => {
  const cluster = await openCluster(home)
  const stops: (() => Promise<void>)[] = [cluster.stop]
  try {
    const databaseUrl = await cluster.createDatabase('queue')
    const perWedding = Math.ceil(count / weddings)
    const ours = await startOurs({ databaseUrl, organizations: 1, devices: weddings, recordsPerDevice: perWedding })
    stops.push(ours.stop)
    await planAllWeddings(databaseUrl)
    console.log(`${count} conflicts: two planners edit ${count} lines of ${weddings} weddings …`)
    await disagree(ours, count)
    await asAdmin(databaseUrl, 'vacuum analyze')
    const pending = await asAdmin(databaseUrl, "select from public.sync_conflict_log where status = 'pending'")
    if (pending !== count) throw new Error(`${pending} conflicts are pending, not ${count}`)
    await cluster.settle()

    const queue = '/api/offline/conflicts?status=pending'
    const figures = [
      await measure(`the server's queue of ${count}: first page of all`, boundMs, () => ask(ours, queue)),
      await measure(`the server's queue of ${count}: first page of one wedding of ${weddings}`, boundMs, () =>
        ask(ours, `${queue}&scope=${idOf('wedding 3')}`),
      ),
    ]
    return { figures, held: await conflictsHeld(ours) }
  } finally {
    for (const stop of stops.reverse()) await stop()
  }
}

/** The first two planners plan every wedding, and nobody leads one: neither of two has the last word. */
const planAllWeddings = async (databaseUrl: string): Promise<void> => {
  await asAdmin(databaseUrl, 'update public.assignments set is_lead = false')
  const rows = Array.from({ length: weddings }, (_, nth) =>
    [0, 1]
      .filter((planner) => planner !== nth)
      .map((planner) => ({
        id: idOf(`assignment of ${planner} to ${nth}`),
        organization_id: idOf('organization 0'),
        person_id: idOf(`person ${planner}`),
        client_id: idOf(`wedding ${nth}`),
        is_lead: false,
      })),
  ).flat()
  await asAdmin(databaseUrl, 'select sync.load_records($1, $2::jsonb)', ['assignments', JSON.stringify(rows)])
}

/** Hands back how many rows it found. */
const asAdmin = async (databaseUrl: string, sql: string, values: unknown[] = []): Promise<number> => {
  const admin = new pg.Client({ connectionString: databaseUrl })
  await admin.connect()
  const { rowCount } = await admin.query(sql, values)
  await admin.end()
  return rowCount ?? 0
}

/** Conflicts of every weight that a person has to decide: what both saw, and what the one and the other made of it. */
const disagreements: readonly (readonly [base: JsonObject, one: JsonObject, other: JsonObject])[] = [
  [{ cue: null }, { cue: 'Tom gives the sign' }, { cue: 'The band gives the sign' }],
  [{ guest_visible: true }, { guest_visible: false, title: 'Toast' }, { guest_visible: true, title: 'Speeches' }],
  [{ title: null }, { title: 'First dance' }, { title: 'Cake' }],
  [{ planned_start: null }, { planned_start: '2026-06-20T20:00' }, { planned_start: '2026-06-20T20:15' }],
]

const disagree = async (ours: Ours, count: number): Promise<void> => {
  const records = Array.from({ length: weddings }, (_, nth) => ours.recordsFor(nth))
    .flat()
    .slice(0, count)
  for (let from = 0; from < records.length; from += perBatch) {
    const some = records.slice(from, from + perBatch)
    for (const planner of [0, 1] as const) {
      const changes = some.map((id, nth) => {
        const [base, ...edits] = disagreements[nth % disagreements.length]!
        const data = edits[planner]
        const seen = Object.fromEntries(Object.keys(data).map((name): [string, Json] => [name, base[name] ?? null]))
        return { changeId: randomUUID(), action: 'update', table: 'timeline_items', id, data, base: seen }
      })
      const body = { batchId: randomUUID(), deviceId: idOf(`device ${planner}`), changes, options: { pullLimit: 0, conflictResolution: planner === 0 ? 'client_wins' : 'merge' } } // prettier-ignore
      const answer = (await ask(ours, '/api/offline/sync', planner, body)) as { conflicts: unknown[] }
      if (planner === 1 && answer.conflicts.length !== some.length)
        throw new Error(`${answer.conflicts.length} of ${some.length} edits are in conflict`)
    }
  }
}

/** The conflicts as the feed brings them to the planner's device. */
const conflictsHeld = async (ours: Ours): Promise<HeldConflict[]> => {
  const held: HeldConflict[] = []
  let cursor = ''
  for (let hasMore = true; hasMore;) {
    const query = `deviceId=${idOf('device 0')}&limit=1000${cursor && `&cursor=${encodeURIComponent(cursor)}`}`
    const page = (await ask(ours, `/api/offline/sync?${query}`)) as {
      cursor: string
      hasMore: boolean
      serverChanges: { table: string; id: string; scope: string; version: number; data: JsonObject | null }[]
    }
    for (const { table, id, scope, version, data } of page.serverChanges)
      if (table === 'conflicts' && data) held.push({ id, scope, version, data })
    ;({ cursor, hasMore } = page)
  }
  return held
}

const ask = async (ours: Ours, path: string, planner = 0, body?: object): Promise<unknown> => {
  const response = await fetch(new URL(path, ours.baseUrl), {
    method: body ? 'POST' : 'GET',
    headers: { authorization: `Bearer ${ours.tokenFor(planner)}`, 'content-type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  if (!response.ok) throw new Error(`${path}: ${response.status} ${text.slice(0, 800)}`)
  return JSON.parse(text) as unknown
}
