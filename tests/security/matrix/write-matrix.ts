// Every person × table × action × target: sends the change, and holds the answer against the declarations, every byte of it
// against what that person may read, and every row of both companies against what stood there before.
import { randomUUID } from 'node:crypto'
import type { JsonObject } from '@wedsync/protocol'
import { allCollections } from '@wedsync/wedding'
import { triedBy, type World } from './a-matrix-world.ts'
import { tokensIn } from './canaries.ts'
import { readTruth } from './may-read.ts'
import type { Past } from './past.ts'
import { leaksIn, secretsOf, type Findings } from './read-matrix.ts'
import { ask, type Reply, type Somebody } from './somebody.ts'
import { insertSpares } from './spares.ts'
import { cellsFor, type Cell } from './write-cells.ts'

export type Sample = {
  seed: number
  /** Of all cells, how many are tried. */
  share: number
  people?: readonly Somebody[]
  /** Absent: every table. */
  tables?: readonly string[]
  /** Every change in a batch of its own. */
  isAlone?: boolean
}

export const writeMatrix = async (
  world: World,
  past: Past,
  { seed, share, people = triedBy(world), tables, isAlone = false }: Sample,
): Promise<Findings> => {
  const chance = dice(seed)
  const collections = allCollections.filter(({ name }) => tables?.includes(name) ?? true)
  const findings: Findings = { cells: 0, leaks: [], faults: [] }
  const spares = await insertSpares(world, people, collections)
  const secrets = await secretsOf(world)
  for (const who of people) {
    const truth = await readTruth(world)
    const versions = await versionsOf(world)
    const all = await cellsFor({ world, past, truth, who, versions, chance }, spares.get(who)!, collections)
    const cells = all.filter(({ expect }) => expect === 'allowed' || chance() < share)
    const before = await snapshot(world)
    const said = new Set<string>()
    for (const batch of inBatches(cells, isAlone ? () => 0 : chance)) {
      const reply = await ask(world.fetch, who, { method: 'POST', path: '/api/offline/sync', body: { batchId: randomUUID(), deviceId: who.deviceId, changes: batch.map(({ change }) => change), options: { pullLimit: 0 } } }) // prettier-ignore
      for (const token of tokensIn(reply.sent)) said.add(token)
      const leaks = leaksIn({ ...reply, sent: [...said].join(' ') }, who, truth, secrets)
      findings.leaks.push(...leaks.map((leak) => `${who.name}, ${batch.map(({ what }) => what).slice(0, 3).join(', ')}: ${leak}`)) // prettier-ignore
      findings.faults.push(...batch.flatMap((cell) => faultOf(cell, reply, truth.eye(who).role !== null)).map((fault) => `${who.name}: ${fault}`)) // prettier-ignore
    }
    findings.cells += cells.length
    findings.leaks.push(...strayWrites(before, await snapshot(world), cells).map((stray) => `${who.name}: ${stray}`))
  }
  return findings
}

const faultOf = ({ what, change, expect, codes }: Cell, { status, body, text }: Reply, isMember: boolean): string[] => {
  // who never belonged here is turned away; of who left, what they hand over is kept for those who plan, and does nothing
  if (!isMember && status === 403) return []
  if (status !== 200) return [`${what}: is answered ${status}: ${text.slice(0, 200)}`]
  const { processed, conflicts, failures } = body as unknown as Record<string, { changeId: string; code?: string; message?: string; status?: string }[]> // prettier-ignore
  const isMine = ({ changeId }: { changeId: string }) => changeId === change.changeId
  const failure = failures!.find(isMine)
  if (!isMember) return failure ? [] : [`${what}: of somebody who left, and not refused`]
  if (expect === 'either') return []
  if (expect === 'refused') return failure && codes.includes(failure.code!) ? [] : [`${what}: should be refused (${codes.join(', ')}), got ${failure?.code ?? JSON.stringify(processed!.find(isMine) ?? conflicts!.find(isMine))}`] // prettier-ignore
  return processed!.some(isMine) ? [] : [`${what}: should be written, got ${JSON.stringify(failure ?? conflicts!.find(isMine))}`] // prettier-ignore
}

type Snapshot = ReadonlyMap<string, JsonObject>

/** Every row of every table, of everybody. */
const snapshot = async ({ database }: World): Promise<Snapshot> => {
  const parts = allCollections.map(
    ({ name }) => `select '${name}' || '/' || t.id as key, to_jsonb(t) as row from public.${name} t`,
  )
  const { rows } = await database.admin.query<{ key: string; row: JsonObject }>(parts.join(' union all '))
  return new Map(rows.map(({ key, row }) => [key, row]))
}

/** Rows that are other than before, though no change that may do so was sent. */
const strayWrites = (before: Snapshot, after: Snapshot, cells: readonly Cell[]): string[] => {
  const allowed = new Map<string, Set<string> | 'all'>()
  for (const { change, expect, moves } of cells) {
    if (expect === 'refused' || moves === 'none') continue
    const key = `${change.table}/${change.id}`
    const known = allowed.get(key)
    allowed.set(key, moves === 'all' || known === 'all' ? 'all' : new Set([...(known ?? []), ...moves]))
  }
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((key) => {
    const [one, other] = [before.get(key), after.get(key)]
    const moved = [...new Set([...Object.keys(one ?? {}), ...Object.keys(other ?? {})])].filter((field) => JSON.stringify(one?.[field]) !== JSON.stringify(other?.[field])) // prettier-ignore
    const may = allowed.get(key)
    if (moved.length === 0 || may === 'all') return []
    // whoever makes a wedding works on it
    if (!one && key.startsWith('assignments/') && allowed.get(`clients/${other!['client_id'] as string}`) === 'all') return [] // prettier-ignore
    const stray = moved.filter((field) => !may?.has(field))
    return stray.length > 0 ? [`wrote ${stray.slice(0, 4).join(', ')} of ${key}${one ? '' : ', which was not there'}${other ? '' : ', which is gone'}`] : [] // prettier-ignore
  })
}

const versionsOf = async ({ database }: World): Promise<Map<string, number>> => {
  const { rows } = await database.admin.query<{ id: string; version: number }>('select record_id as id, max(position)::integer as version from sync.records group by 1') // prettier-ignore
  return new Map(rows.map(({ id, version }) => [id, version]))
}

/** One by one, a few, or as many as a batch holds: the way through the server is another each time. */
const inBatches = (cells: readonly Cell[], chance: () => number): Cell[][] => {
  const waiting = [...cells]
  const batches: Cell[][] = []
  while (waiting.length > 0) batches.push(waiting.splice(0, [1, 1, 8, 50][Math.floor(chance() * 4)]))
  return batches
}

/** The same throws for the same seed (mulberry32). */
const dice = (seed: number) => () => {
  seed = (seed + 0x6d2b79f5) | 0
  let t = Math.imul(seed ^ (seed >>> 15), 1 | seed)
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
  return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
}
