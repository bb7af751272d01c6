// Every person × every route × every target: asks, and holds every byte that comes back against what that person may read.
// Hands back how many cells there were, and what was wrong in words. `told`: ids that everybody is told in this run.
import { allRoutes } from '../../../packages/server/src/http/routes/all-routes.ts'
import { triedBy, type World } from './a-matrix-world.ts'
import { tokensIn } from './canaries.ts'
import { readTruth, type Truth } from './may-read.ts'
import type { Past } from './past.ts'
import { push } from './past.ts'
import { probes, type Asked, type Setting, type Target } from './probes.ts'
import { ask, type Reply, type Somebody } from './somebody.ts'

export type Findings = { cells: number; leaks: string[]; faults: string[] }

const targetsOf = ({ own, other, foreign }: World): Target[] => [
  ...[own, other, foreign].map((wedding) => ({ name: wedding.name, wedding })),
  { name: 'nowhere', wedding: null },
]
export const routeNames = allRoutes.map(({ method, path }) => `${method} ${path}`)

export const readMatrix = async (
  world: World,
  past: Past,
  only: { routes?: readonly string[]; people?: readonly Somebody[]; told?: readonly string[] } = {},
): Promise<Findings> => {
  const setting: Setting = { world, past, truth: await readTruth(world), cursors: await cursorsOf(world, past) }
  const secrets = await secretsOf(world)
  const findings: Findings = { cells: 0, leaks: [], faults: [] }
  const people = only.people ?? triedBy(world)
  const run = async (who: Somebody) => {
    for (const route of only.routes ?? routeNames) {
      const probe = probes[route]
      if (!probe) throw new Error(`${route} has no probe: say what to ask of it`)
      const refusals = new Map<string, Set<string>>()
      for (const target of targetsOf(world))
        for (const asked of probe(who, target, setting)) {
          const reply = await ask(world.fetch, who, asked)
          findings.cells += 1
          const at = `${who.name}, ${asked.method} ${asked.path.slice(0, 90)} (${target.name})`
          const told = leaksIn(reply, who, setting.truth, secrets).filter(
            (leak) => !only.told?.some((id) => leak.includes(id)),
          )
          const leaks = [...told, ...(reply.status === 200 ? (asked.leaks?.(reply) ?? []) : [])] // prettier-ignore
          findings.leaks.push(...leaks.map((leak) => `${at}: ${leak}`))
          findings.faults.push(...faultsIn(reply, asked).map((fault) => `${at}: ${fault}`))
          if (asked.alike && reply.status >= 400 && reply.status !== 409) {
            const key = `${asked.alike} ${reply.status}`
            refusals.set(key, (refusals.get(key) ?? new Set()).add(normal(reply)))
          }
        }
      for (const [key, answers] of refusals)
        if (answers.size > 1)
          findings.faults.push(`${who.name}: ${key} is not one answer but ${[...answers].join(' | ')}`)
    }
  }
  // two at a time: the server's reads have three connections
  const waiting = [...people]
  await Promise.all([0, 1].map(async () => { for (let who; (who = waiting.shift()); ) await run(who) })) // prettier-ignore
  return findings
}

/**
 * What somebody may decide, try again or discard, for real, and every byte of the answers; last, because it writes. Hands back
 * how many of the answers were a 200, too.
 */
export const handledLast = async (world: World, past: Past): Promise<{ done: number; leaks: string[] }> => {
  const secrets = await secretsOf(world)
  const found = { done: 0, leaks: [] as string[] }
  let truth = await readTruth(world)
  const tryIt = async (who: Somebody, asked: Pick<Asked, 'method' | 'path' | 'body'>) => {
    const reply = await ask(world.fetch, who, asked)
    if (reply.status === 200) {
      found.done += 1
      truth = await readTruth(world)
    }
    found.leaks.push(
      ...leaksIn(reply, who, truth, secrets).map((leak) => `${who.name}, ${asked.method} ${asked.path}: ${leak}`),
    )
  }
  const choices = ['server', 'client'] as const
  // the first who may decides: whoever reads least comes first, because nobody else can be shown too much
  const people = triedBy(world).toReversed()
  for (const [nth, { conflictId }] of past.conflicts.entries())
    for (const who of people)
      await tryIt(who, {
        method: 'POST',
        path: `/api/offline/conflicts/${conflictId}/resolve`,
        body: { choice: choices[nth % 2]! },
      })
  for (const [nth, { author, sent }] of past.failed.entries())
    await tryIt(author, { method: nth % 2 ? 'DELETE' : 'POST', path: `/api/offline/retry/${sent.changeId}` })
  return found
}

export const leaksIn = ({ bytes, sent }: Reply, who: Somebody, truth: Truth, secrets: readonly string[]): string[] => {
  const own = tokensIn(sent)
  return [
    ...[...tokensIn(bytes)].filter((token) => !own.has(token) && !truth.mayRead(who, token)).map((token) => `shows ${truth.namesOf(token)}`), // prettier-ignore
    ...secrets.filter((secret) => bytes.includes(secret)).map(() => 'shows a secret of the server'),
  ]
}

const faultsIn = (reply: Reply, { status, shows = [], problems }: Asked): string[] => {
  if (reply.status !== status) return [`is answered ${reply.status}, not ${status}: ${reply.text.slice(0, 300)}`]
  if (status >= 300) return []
  const missing = shows.filter((token) => !reply.bytes.includes(token))
  return [...(missing.length > 0 ? [`does not show ${missing.length} of ${shows.length}, ${missing[0]!} for one`] : []), ...(problems?.(reply) ?? [])] // prettier-ignore
}

/** A refusal without what is different every time. */
const normal = ({ status, text }: Reply): string =>
  `${status} ${text.replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'id').replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'time')}`

const cursorsOf = async (world: World, past: Past): Promise<Map<Somebody, string>> => {
  const cursors = new Map<Somebody, string>()
  for (const who of triedBy(world)) {
    const early = past.cursors.get(who.userId)
    // people without a past have the cursor of today
    const reply = early ? null : await push(world, who, [])
    const cursor = early ?? (reply!.body['cursor'] as string | undefined)
    if (cursor) cursors.set(who, cursor)
  }
  return cursors
}

export const secretsOf = async ({ database }: World): Promise<string[]> => {
  const { rows } = await database.admin.query<{ key: string }>(
    `select encode(cursor_key, 'hex') as key from sync.epoch`,
  )
  const key = Buffer.from(rows[0]!.key, 'hex')
  return [key.toString('hex'), key.toString('base64'), key.toString('base64url')]
}
