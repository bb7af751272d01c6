// Which lines of a text somebody changed. In come its lines before and after, as numbers, equal ones for equal lines; out go the
// places that differ, cut as git cuts them: of lines that are alike nobody can tell which was changed, so we say what a
// well-known judge says. Only the idea is git's: what tells nothing is left out, the rest is compared by Myers, groups slide.
import { type Hunk } from './join-hunks.ts'
import { placesToCompare } from './places-to-compare.ts'
import { shortestEdit } from './shortest-edit.ts'
import { slideGroups } from './slide-groups.ts'

type Lines = readonly number[]

/** What is too much to compare is one edit, from the first line that differs to the last. */
export const lineHunks = (from: Lines, to: Lines): Hunk<number>[] => {
  const least = Math.min(from.length, to.length)
  let head = 0
  while (head < least && from[head] === to[head]) head++
  let tail = 0
  while (tail < least - head && from[from.length - 1 - tail] === to[to.length - 1 - tail]) tail++

  const [left, right] = [placesToCompare(from, to, head, tail), placesToCompare(to, from, head, tail)]
  const edit = shortestEdit(
    left.map((at) => from[at]!),
    right.map((at) => to[at]!),
  )
  if (edit === null) return [{ from: head, to: from.length - tail, put: to.slice(head, to.length - tail) }]

  const [isGone, isNew] = [marked(from.length, head, tail), marked(to.length, head, tail)]
  for (const nth of edit.left) isGone[left[nth]!] = false
  for (const nth of edit.right) isNew[right[nth]!] = false
  slideGroups(from, isGone, isNew)
  slideGroups(to, isNew, isGone)
  return readHunks(to, isGone, isNew)
}

/** All between the equal ends is taken for changed, until it is found on the other side as well. */
const marked = (count: number, head: number, tail: number): boolean[] =>
  new Array<boolean>(count).fill(false).fill(true, head, count - tail)

const readHunks = (to: Lines, isGone: readonly boolean[], isNew: readonly boolean[]): Hunk<number>[] => {
  const hunks: Hunk<number>[] = []
  for (let [i, j] = [0, 0]; i < isGone.length || j < isNew.length; i++, j++) {
    const [from, start] = [i, j]
    while (isGone[i]) i++
    while (isNew[j]) j++
    if (i > from || j > start) hunks.push({ from, to: i, put: to.slice(start, j) })
  }
  return hunks
}
