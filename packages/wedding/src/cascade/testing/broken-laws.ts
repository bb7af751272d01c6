// What has to be true of a projection, whatever the run sheet: said again from the specification, without a look at how the cascade does
// it. In come the records and the answer, out goes a sentence for everything that is not so.
import { minutesOf } from '../../wall-clock.ts'
import { type CascadeDependency, type CascadeItem } from '../cascade-records.ts'
import { type Projection } from '../project-times.ts'

export const brokenLaws = (
  items: readonly CascadeItem[],
  dependencies: readonly CascadeDependency[],
  { times, warnings, leftOut }: Projection,
): string[] => {
  const broken: string[] = []
  const holds = (isTrue: boolean, sentence: string) => !isTrue && broken.push(sentence)
  const itemOf = new Map(items.map((item) => [item.id, item]))
  const reasonOf = new Map(leftOut.map(({ dependency, because }) => [dependency, because]))
  const overrunOf = new Map(warnings.flatMap((one) => (one.kind === 'overrun' ? [[one.dependency, one]] : [])))
  const isTimed = (id: string) => (itemOf.get(id)?.planned_start ?? null) !== null
  const at = (id: string, edge: string | undefined) => minutesOf(times.get(id)![edge === 'S' ? 'start' : 'end'])
  const lagOf = ({ from_id, to_id, lag_min }: CascadeDependency) =>
    [from_id, to_id].some((id) => itemOf.get(id)!.status === 'skipped') ? 0 : (lag_min ?? 0)

  const timed = items.filter(({ id }) => isTimed(id))
  holds(times.size === timed.length, 'every item with a start has its times')
  const named = warnings.flatMap((one) => (one.kind === 'cycle' ? one.items : []))
  const counted = dependencies.filter(
    ({ from_id, to_id }) => isTimed(from_id) && isTimed(to_id) && !hasBegun(itemOf.get(to_id)!),
  )
  for (const item of timed) {
    const { start, end, pushedBy } = times.get(item.id)!
    const [starts, ends, planned] = [minutesOf(start), minutesOf(end), minutesOf(item.planned_start!)]
    holds(ends >= starts, `${item.id} ends after it starts`)
    holds(hasBegun(item) || start >= item.planned_start!, `${item.id} is never moved earlier`)
    holds((pushedBy !== null) === (starts !== planned) || hasBegun(item), `${item.id} is moved by somebody, or stays`)
    if (isFixed(item) || named.includes(item.id)) holds(pushedBy === null, `${item.id} keeps its time`)
    if (pushedBy) holds(starts - planned === pushedBy.minutes && pushedBy.minutes > 0, `${item.id} says by how much`)

    const short = starts + item.duration_min - ends
    const told = warnings.find((one) => one.kind === 'shortened' && one.item === item.id)
    if (!item.actual_end)
      holds(short === (told?.kind === 'shortened' ? told.minutes : 0), `${item.id} says it is short`)
    if (told) {
      const least = item.min_duration_min ?? (item.kind === 'buffer' ? 0 : item.duration_min)
      holds(item.kind === 'buffer' || item.compressible === true, `${item.id} may be shortened`)
      holds(ends - starts >= Math.min(least, item.duration_min), `${item.id} keeps its shortest length`)
      holds(ends >= planned + item.duration_min, `${item.id} gives no more than it is late`)
      holds(
        counted.some(({ from_id, type }) => from_id === item.id && type.startsWith('F')),
        `${item.id} has who waits`,
      )
    }
  }

  for (const dependency of dependencies) {
    const { id, from_id, to_id, type } = dependency
    const reason = reasonOf.get(id)
    const [from, to] = [itemOf.get(from_id), itemOf.get(to_id)]
    if (!from || !to) holds(reason === 'missing', `${id} names nobody`)
    else if (!isTimed(from_id) || !isTimed(to_id)) holds(reason === 'no-start', `${id} names an item without a start`)
    else if (hasBegun(to)) holds(reason === 'begun', `${id} waits no more`)
    else if (reason === 'cycle') holds(waitsForItself(from_id, to_id, counted), `${id} is on a circle`)
    else {
      holds(reason === undefined && !waitsForItself(from_id, to_id, counted), `${id} counts`)
      const lateBy = at(from_id, type[0]) + lagOf(dependency) - at(to_id, type[1])
      const isThere = from.status !== 'skipped' && to.status !== 'skipped'
      if (isThere)
        holds(lateBy <= 0 || overrunOf.get(id)?.minutes === lateBy, `${id} holds, or it is told by how much not`)
      if (isThere && times.get(to_id)!.pushedBy?.dependency === id) holds(lateBy === 0, `${id} pushes no further than it has to`) // prettier-ignore
      // what comes before a skipped item still comes before what comes after it
      if (to.status === 'skipped' && from.status !== 'skipped')
        for (const next of counted.filter((one) => one.from_id === to_id && !reasonOf.has(one.id))) {
          const late = at(from_id, type[0]) - at(next.to_id, next.type[1])
          if (itemOf.get(next.to_id)!.status !== 'skipped')
            holds(late <= 0 || overrunOf.get(next.id)!.minutes >= late, `${id} holds across what is skipped`)
        }
    }
  }
  // whoever makes another move has given all they could: the buffers between first, then what was moved itself
  const linkOf = new Map(dependencies.map((dependency) => [dependency.id, dependency]))
  const pushOf = (id: string) => {
    const link = linkOf.get(times.get(id)!.pushedBy?.dependency ?? '')
    return link?.type === 'FS' && link.from_id === times.get(id)!.pushedBy!.item ? link.from_id : undefined
  }
  for (const { id } of timed.filter(({ kind }) => kind !== 'buffer')) {
    for (let by = pushOf(id); by !== undefined; by = itemOf.get(by)!.kind === 'buffer' ? pushOf(by) : undefined) {
      const { planned_start, duration_min, min_duration_min, kind, compressible, actual_end } = itemOf.get(by)!
      const gives = kind === 'buffer' || compressible === true
      const least = gives
        ? Math.min(duration_min, min_duration_min ?? (kind === 'buffer' ? 0 : duration_min))
        : duration_min
      const [planned, starts] = [minutesOf(planned_start!), at(by, 'S')]
      const shortest = Math.min(starts + duration_min, Math.max(planned + duration_min, starts + least))
      const isHeld = counted.some(({ to_id, type }) => to_id === by && type.endsWith('F'))
      if (!actual_end && !isHeld) holds(at(by, 'F') === shortest, `${by} gives way before it makes ${id} move`)
    }
  }

  for (const { item } of overrunOf.values())
    holds((isFixed(itemOf.get(item)!) && !hasBegun(itemOf.get(item)!)) || named.includes(item), `${item} is overrun`)
  for (const { id } of timed) holds(named.includes(id) === waitsForItself(id, id, counted), `${id} waits for itself`)
  return broken
}

const hasBegun = ({ status, actual_start, actual_end }: CascadeItem): boolean =>
  status === 'started' || status === 'done' || !!actual_start || !!actual_end

const isFixed = (item: CascadeItem): boolean =>
  hasBegun(item) || item.anchor === 'hard' || item.locked === true || item.status === 'skipped'

// whether a way leads back from where this one leads to where it comes from
const waitsForItself = (from: string, to: string, counted: readonly CascadeDependency[]): boolean => {
  const reached = new Set<string>()
  let front = from === to ? counted.filter(({ from_id }) => from_id === from).map(({ to_id }) => to_id) : [to]
  while (front.length > 0) {
    front.forEach((id) => reached.add(id))
    const next = counted.filter(({ from_id }) => front.includes(from_id)).map(({ to_id }) => to_id)
    front = [...new Set(next)].filter((id) => !reached.has(id))
  }
  return reached.has(from)
}
