// The order of everything makes sense: writes of one record follow one another, a phone's reads and writes follow one another, who read
// something came after it, and whoever did not read something yet came before it. A circle of these says that somebody saw a later
// thing without the earlier one it stands on. After Adya's anomalies as Elle looks for them (Kingsbury and Alvaro, VLDB 2020),
// with the server's order given; circles are found with Tarjan's algorithm (1972).
import type { Line } from '../model/rows.ts'
import { allLines, isHeardBy, short, type MakeChecker } from './checker.ts'
import { createRolesSoFar } from './roles-so-far.ts'

type Read = { phone: string; roles: readonly string[]; nth: number; versions: ReadonlyMap<string, number> }
type Step = { read: Read } | { wrote: string[] } | { reset: true }

export const noCycles: MakeChecker = (world, report) => {
  const sessions = new Map<string, Step[]>()
  const rolesSoFar = createRolesSoFar(world)
  const stepsOf = (phone: string) => {
    const steps = sessions.get(phone) ?? []
    sessions.set(phone, steps)
    return steps
  }
  let count = 0
  return {
    hear: (happening) => {
      if (happening.what === 'restored') for (const steps of sessions.values()) steps.push({ reset: true })
      if (happening.what !== 'stored') return
      const phone = world.phones.find(({ name }) => name === happening.phone)!
      const steps = stepsOf(phone.name)
      // from here on what it wrote is part of what it reads
      const wrote = happening.entries.flatMap(({ before, after }) =>
        before?.state === 'settled' && !after && before.receipt?.kind === 'processed' ? [before.changeId] : [],
      )
      if (wrote.length > 0) steps.push({ wrote })
      if (happening.state.isReloading) steps.push({ reset: true })
      else if (happening.records.length > 0) {
        const versions = new Map(
          phone
            .records()
            .flatMap(({ table, id, base, version }) =>
              base && version !== null ? [[`${table}/${id}`, version] as const] : [],
            ),
        )
        steps.push({ read: { phone: phone.name, roles: [...rolesSoFar(phone)], nth: (count += 1), versions } })
      }
    },
    conclude: () => {
      // positions come again after a restore: what was read before says nothing about them
      if (world.restores() > 0) return
      for (const organizationId of world.plan.cast.organizations) {
        const lines = allLines(world).filter((line) => line.organizationId === organizationId)
        const phones = world.phones
          .filter(({ person }) => person.organizationId === organizationId)
          .map(({ name }) => name)
        const circle = shortestCircle(
          edgesOf(
            lines,
            phones.map((name) => [name, sessions.get(name) ?? []] as const),
          ),
        )
        if (circle) report(`a circle: ${circle.join(' → ')}`)
      }
    },
  }
}

type Edges = Map<string, Map<string, string>>

const edgesOf = (lines: readonly Line[], sessions: readonly (readonly [string, Step[]])[]): Edges => {
  const edges: Edges = new Map()
  const add = (from: string, to: string, why: string) => {
    if (from === to) return
    const out = edges.get(from) ?? new Map<string, string>()
    if (!out.has(to)) out.set(to, why)
    edges.set(from, out)
  }
  const nameOf = (line: Line) => `${short(line.changeId)}@${line.position}`
  const byRecord = Map.groupBy(lines, ({ table, id }) => `${table}/${id}`)
  for (const own of byRecord.values())
    for (let nth = 1; nth < own.length; nth += 1) add(nameOf(own[nth - 1]!), nameOf(own[nth]!), 'then')
  const byChange = Map.groupBy(
    lines.filter(({ changeId }) => changeId !== null),
    ({ changeId }) => changeId!,
  )
  for (const [, steps] of sessions) {
    let last: string[] = []
    const shown = new Map<string, number>()
    for (const step of steps) {
      if ('reset' in step) {
        last = []
        shown.clear()
        continue
      }
      if ('wrote' in step) {
        // what it hears of at once is in the order in which it went in, not in the one in which it was made
        const mine = step.wrote
          .flatMap((changeId) => byChange.get(changeId) ?? [])
          // the part of it that went in at once, while the rest waited for a person, was read long ago
          .filter(({ table, id, position }) => position > (shown.get(`${table}/${id}`) ?? 0))
          .sort((one, other) => one.position - other.position)
        for (const to of mine.map(nameOf)) {
          for (const from of last) add(from, to, 'same phone')
          last = [to]
        }
        continue
      }
      const { read } = step
      const name = `${read.phone} reads ${read.nth}`
      for (const from of last) add(from, name, 'same phone')
      last = [name]
      for (const [key, version] of read.versions) {
        shown.set(key, version)
        const own = byRecord.get(key) ?? []
        for (const line of own) {
          if (line.position === version) add(nameOf(line), name, 'read')
          if (line.position > version && read.roles.every((role) => isHeardBy(role, line))) {
            add(name, nameOf(line), 'not read yet')
            break
          }
        }
      }
    }
  }
  return edges
}

/** The shortest circle among those there are; null for none. */
export const shortestCircle = (edges: Edges): string[] | null => {
  let best: string[] | null = null
  for (const component of componentsOf(edges)) {
    if (component.size < 2) continue
    for (const start of component) {
      const path = wayBack(start, edges, component)
      if (path && (!best || path.length < best.length)) best = path
    }
  }
  return best
}

const wayBack = (start: string, edges: Edges, within: ReadonlySet<string>): string[] | null => {
  const cameFrom = new Map<string, string>()
  const queue = [start]
  for (let node = queue.shift(); node !== undefined; node = queue.shift())
    for (const next of edges.get(node)?.keys() ?? []) {
      if (!within.has(next)) continue
      if (next === start) {
        const path = [start]
        for (let at = node; at !== start; at = cameFrom.get(at)!) path.unshift(at)
        return [start, ...path]
      }
      if (!cameFrom.has(next)) {
        cameFrom.set(next, node)
        queue.push(next)
      }
    }
  return null
}

// without recursion: a day has many nodes
const componentsOf = (edges: Edges): Set<string>[] => {
  const index = new Map<string, number>()
  const low = new Map<string, number>()
  const onStack = new Set<string>()
  const stack: string[] = []
  const found: Set<string>[] = []
  for (const root of edges.keys()) {
    if (index.has(root)) continue
    const work: { node: string; next: Iterator<string> }[] = []
    const open = (node: string) => {
      index.set(node, index.size)
      low.set(node, index.get(node)!)
      stack.push(node)
      onStack.add(node)
      work.push({ node, next: (edges.get(node) ?? new Map<string, string>()).keys() })
    }
    open(root)
    while (work.length > 0) {
      const { node, next } = work.at(-1)!
      const step = next.next()
      if (!step.done) {
        if (!index.has(step.value)) open(step.value)
        else if (onStack.has(step.value)) low.set(node, Math.min(low.get(node)!, index.get(step.value)!))
        continue
      }
      work.pop()
      const parent = work.at(-1)?.node
      if (parent !== undefined) low.set(parent, Math.min(low.get(parent)!, low.get(node)!))
      if (low.get(node) !== index.get(node)) continue
      const component = new Set<string>()
      for (let member = stack.pop()!; ; member = stack.pop()!) {
        onStack.delete(member)
        component.add(member)
        if (member === node) break
      }
      found.push(component)
    }
  }
  return found
}
