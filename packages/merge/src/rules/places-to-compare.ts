// Which lines are worth comparing. In come a text's lines and the other's, as numbers, and how many are equal at both ends; out go
// the places between the ends. A line that the other text has not is a change as it is; so is one that the other has again and
// again, where nearly all around it is such a change.

/** Places in `lines`, in order. */
export const placesToCompare = (
  lines: readonly number[],
  there: readonly number[],
  head: number,
  tail: number,
): number[] => {
  const counts = new Map<number, number>()
  const often = Math.min(aboutRootOf(lines.length), oftenMax)
  if (head + tail < lines.length) for (const line of there) counts.set(line, (counts.get(line) ?? 0) + 1)
  const kinds = lines.slice(head, lines.length - tail).map((line): Kind => {
    const count = counts.get(line) ?? 0
    return count === 0 ? 'nowhere' : count < often ? 'seldom' : 'often'
  })
  const isAmongChanges = kinds.includes('nowhere') ? createSight(kinds) : () => false
  const places: number[] = []
  kinds.forEach((kind, at) => {
    if (kind === 'seldom' || (kind === 'often' && !isAmongChanges(at))) places.push(head + at)
  })
  return places
}

type Kind = 'nowhere' | 'seldom' | 'often'

/**
 * Whether nearly all around a line is found nowhere. We look up and down as far as the next line that says where we are: on either
 * side there are some, and in all more than three times as many as there are of the others.
 */
const createSight = (kinds: readonly Kind[]) => {
  const nowhere = countsOf(kinds, 'nowhere')
  const above = startsOf(kinds)
  const below = startsOf(kinds.toReversed())
  return (at: number): boolean => {
    const from = Math.max(above[at]!, at - sightMax)
    const to = Math.min(kinds.length - below[kinds.length - 1 - at]!, at + 1 + sightMax)
    const [before, after] = [nowhere[at]! - nowhere[from]!, nowhere[to]! - nowhere[at + 1]!]
    // the line itself counts for either side
    const others = to - from + 1 - before - after
    return before > 0 && after > 0 && others * 3 < before + after
  }
}

/** How many of a kind stand before each place. */
const countsOf = (kinds: readonly Kind[], wanted: Kind): number[] => {
  let count = 0
  return [0, ...kinds].map((_, at) => (at > 0 && kinds[at - 1] === wanted ? ++count : count))
}

/** For each place, where the run without a line that says where we are begins. */
const startsOf = (kinds: readonly Kind[]): number[] => {
  let start = 0
  return kinds.map((kind, at) => {
    const found = start
    if (kind === 'seldom') start = at + 1
    return found
  })
}

/** A power of two close to the root, from above. */
const aboutRootOf = (count: number): number => {
  let root = 1
  for (let rest = count; rest > 0; rest = Math.floor(rest / 4)) root *= 2
  return root
}

/** As git has it: how often is often, in long texts, and how far to look around. */
const oftenMax = 1024
const sightMax = 100
