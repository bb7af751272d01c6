// What stays the same between two lists of numbers, when as little as possible is put in and taken out. In come the lists;
// out go the places that stay, of both; null where that is too much to find out. E. W. Myers, "An O(ND) Difference Algorithm",
// 1986: two searches, one from either end, meet in the middle, and each half is searched again.
// Of several shortest edits it finds the one that git finds: which diagonal goes first, and who wins a tie, decides that.

export type ShortestEdit = { left: number[]; right: number[] }

type Box = { left: number; leftEnd: number; right: number; rightEnd: number }
type Point = { left: number; right: number }

export const shortestEdit = (left: readonly number[], right: readonly number[]): ShortestEdit | null => {
  const edit: ShortestEdit = { left: [], right: [] }
  const search = createSearch(left, right)
  const boxes: Box[] = [{ left: 0, leftEnd: left.length, right: 0, rightEnd: right.length }]
  for (let box = boxes.pop(); box; box = boxes.pop()) {
    // equal ends stay, and so does nothing else where only one of the two has something left
    for (; isInside(box) && left[box.left] === right[box.right]; box.left++, box.right++) {
      edit.left.push(box.left)
      edit.right.push(box.right)
    }
    for (; isInside(box) && left[box.leftEnd - 1] === right[box.rightEnd - 1];) {
      edit.left.push(--box.leftEnd)
      edit.right.push(--box.rightEnd)
    }
    if (!isInside(box)) continue
    const middle = search(box)
    if (middle === null) return null
    boxes.push({ ...box, leftEnd: middle.left, rightEnd: middle.right }, { ...box, ...middle })
  }
  return edit
}

const isInside = ({ left, leftEnd, right, rightEnd }: Box): boolean => left < leftEnd && right < rightEnd

/** Finds where the two searches of a box meet. A place lies on the diagonal `left - right`. */
const createSearch = (left: readonly number[], right: readonly number[]) => {
  // how far each search has come on the left, by diagonal; with room for a neighbour at either end that is never reached
  const zero = right.length + 1
  const ahead = new Int32Array(left.length + right.length + 3)
  const behind = new Int32Array(left.length + right.length + 3)
  let steps = 0

  return (box: Box): Point | null => {
    const [start, end] = [box.left - box.right, box.leftEnd - box.rightEnd]
    const bounds = { from: box.left - box.rightEnd, to: box.leftEnd - box.right }
    const isOdd = (end - start) % 2 !== 0
    const [forth, back] = [
      { from: start, to: start },
      { from: end, to: end },
    ]
    ahead[zero + start] = box.left
    behind[zero + end] = box.leftEnd

    while (steps < stepsMax) {
      widen(forth, bounds, (diagonal) => (ahead[zero + diagonal] = -1))
      for (let diagonal = forth.to; diagonal >= forth.from; diagonal -= 2) {
        const at = zero + diagonal
        const from = Math.max(ahead[at - 1]! + 1, ahead[at + 1]!)
        let to = from
        while (to < box.leftEnd && to - diagonal < box.rightEnd && left[to] === right[to - diagonal]) to++
        ahead[at] = to
        steps += 1 + to - from
        if (isOdd && isWithin(back, diagonal) && behind[at]! <= to) return { left: to, right: to - diagonal }
      }
      widen(back, bounds, (diagonal) => (behind[zero + diagonal] = never))
      for (let diagonal = back.to; diagonal >= back.from; diagonal -= 2) {
        const at = zero + diagonal
        const from = Math.min(behind[at - 1]!, behind[at + 1]! - 1)
        let to = from
        while (to > box.left && to - diagonal > box.right && left[to - 1] === right[to - 1 - diagonal]) to--
        behind[at] = to
        steps += 1 + from - to
        if (!isOdd && isWithin(forth, diagonal) && ahead[at]! >= to) return { left: to, right: to - diagonal }
      }
    }
    return null
  }
}

type Range = { from: number; to: number }

/** A diagonal more at either end, whose neighbour was never reached; at a bound one less, for every other one has its turn. */
const widen = (range: Range, bounds: Range, neverReach: (diagonal: number) => void): void => {
  if (range.from > bounds.from) neverReach(--range.from - 1)
  else range.from++
  if (range.to < bounds.to) neverReach(++range.to + 1)
  else range.to--
}

const isWithin = ({ from, to }: Range, diagonal: number): boolean => from <= diagonal && diagonal <= to

/** Further than any text is long. */
const never = 2 ** 30
/** Steps of all searches together, at most: some milliseconds on a small machine. Some six hundred lines put in and taken out. */
const stepsMax = 200_000
