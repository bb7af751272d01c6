// Time that passes only when the run says so. What is due happens one after the other, and between two things everything that
// follows from the first without waiting comes to its end: so a run is the same whenever and wherever it is made.

export type VirtualTime = {
  /** Milliseconds since 1970, in the world. */
  now: () => number
  set: (run: () => void, delayMs: number) => object
  clear: (handle: object) => void
  wait: (ms: number) => Promise<void>
  /** Lets happen whatever is due until then. */
  runUntil: (at: number) => Promise<void>
}

type Due = { at: number; nth: number; run: (() => void) | null }

// taken before anybody puts another in its place
const afterMicrotasks = globalThis.setImmediate

export const createVirtualTime = (start: number): VirtualTime => {
  let now = start
  let count = 0
  const heap: Due[] = []
  const isBefore = (one: Due, other: Due) => one.at < other.at || (one.at === other.at && one.nth < other.nth)

  const push = (due: Due) => {
    let place = heap.push(due) - 1
    while (place > 0) {
      const parent = (place - 1) >> 1
      if (!isBefore(heap[place]!, heap[parent]!)) break
      ;[heap[place], heap[parent]] = [heap[parent]!, heap[place]!]
      place = parent
    }
  }
  const pop = (): Due => {
    const top = heap[0]!
    const last = heap.pop()!
    if (heap.length === 0) return top
    heap[0] = last
    for (let place = 0; ;) {
      const [left, right] = [2 * place + 1, 2 * place + 2]
      let least = place
      if (left < heap.length && isBefore(heap[left]!, heap[least]!)) least = left
      if (right < heap.length && isBefore(heap[right]!, heap[least]!)) least = right
      if (least === place) return top
      ;[heap[place], heap[least]] = [heap[least]!, heap[place]!]
      place = least
    }
  }
  const settle = () => new Promise<void>((over) => void afterMicrotasks(over))

  const set = (run: () => void, delayMs: number): Due => {
    const due: Due = { at: now + Math.max(0, delayMs), nth: (count += 1), run }
    push(due)
    return due
  }
  return {
    now: () => now,
    set,
    clear: (handle) => {
      ;(handle as Due).run = null
    },
    wait: (ms) => new Promise((over) => void set(over, ms)),
    runUntil: async (at) => {
      await settle()
      while (heap.length > 0 && heap[0]!.at <= at) {
        const due = pop()
        if (!due.run) continue
        now = Math.max(now, due.at)
        due.run()
        await settle()
      }
      now = Math.max(now, at)
    },
  }
}
