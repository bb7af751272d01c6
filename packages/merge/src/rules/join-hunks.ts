// Lays two lists of edits of one text into each other. In come the pieces both started from and the edits each of the two made;
// out go the pieces of the result. Places that both edited differently go through `onOverlap`.

/** One edit: the pieces from here to there, and what stands for them now. */
export type Hunk<Piece> = { from: number; to: number; put: readonly Piece[] }

/** Where `mustBeApart`, two edits with nothing unchanged between them overlap; else only an insertion meets what it touches. */
export const joinHunks = <Piece>(
  base: readonly Piece[],
  first: readonly Hunk<Piece>[],
  second: readonly Hunk<Piece>[],
  onOverlap: (base: Piece[], one: Piece[], other: Piece[]) => readonly Piece[],
  mustBeApart = false,
): Piece[] => {
  const out: (readonly Piece[])[] = []
  let at = 0
  let [i, j] = [0, 0]
  while (i < first.length || j < second.length) {
    const from = Math.min(first[i]?.from ?? Infinity, second[j]?.from ?? Infinity)
    let to = from
    const [iStart, jStart] = [i, j]
    const meets = (hunk: Hunk<Piece> | undefined) => hunk !== undefined && touches(hunk, from, to, mustBeApart)
    // everything that meets belongs to one region
    do {
      for (; meets(first[i]); i++) to = Math.max(to, first[i]!.to)
      for (; meets(second[j]); j++) to = Math.max(to, second[j]!.to)
    } while (meets(first[i]))
    out.push(base.slice(at, from))
    const [mine, theirs] = [
      patched(base, from, to, first.slice(iStart, i)),
      patched(base, from, to, second.slice(jStart, j)),
    ]
    if (j === jStart || areSame(mine, theirs)) out.push(mine)
    else if (i === iStart) out.push(theirs)
    else out.push(onOverlap(base.slice(from, to), mine, theirs))
    at = to
  }
  out.push(base.slice(at))
  return out.flatMap((pieces) => pieces)
}

export const areSame = <Piece>(one: readonly Piece[], other: readonly Piece[]): boolean =>
  one.length === other.length && one.every((piece, at) => piece === other[at])

// an insertion meets what begins or ends where it stands
const touches = (hunk: Hunk<unknown>, from: number, to: number, mustBeApart: boolean): boolean =>
  hunk.from < to || (hunk.from === to && (mustBeApart || hunk.from === hunk.to || from === to))

const patched = <Piece>(base: readonly Piece[], from: number, to: number, hunks: readonly Hunk<Piece>[]): Piece[] => {
  const out: (readonly Piece[])[] = []
  let at = from
  for (const hunk of hunks) {
    out.push(base.slice(at, hunk.from), hunk.put)
    at = hunk.to
  }
  return [...out, base.slice(at, to)].flatMap((pieces) => pieces)
}
