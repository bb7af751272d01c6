// Takes a graph; finds the circles in it: items that, by one way or another, wait for themselves. Tarjan's strongly connected
// components (SIAM Journal on Computing, 1972), with a stack of its own instead of recursion, so that no chain is too long.

/** Each circle as the nodes on it; no node is on two. A node that points at itself is a circle of one. */
export const findCycles = (nodes: readonly string[], next: (node: string) => readonly string[]): string[][] => {
  const numbers = new Map<string, number>()
  const lowest = new Map<string, number>()
  const isOpen = new Set<string>()
  const stack: string[] = []
  const cycles: string[][] = []

  const enter = (node: string) => {
    numbers.set(node, numbers.size)
    lowest.set(node, numbers.get(node)!)
    isOpen.add(node)
    stack.push(node)
    return { node, ahead: next(node)[Symbol.iterator]() }
  }
  const lower = (node: string, to: number) => lowest.set(node, Math.min(lowest.get(node)!, to))
  const leave = (node: string, parent: string | undefined) => {
    if (parent !== undefined) lower(parent, lowest.get(node)!)
    if (lowest.get(node) !== numbers.get(node)) return
    const together = [node]
    for (let one = stack.pop()!; one !== node; one = stack.pop()!) together.push(one)
    together.forEach((one) => isOpen.delete(one))
    if (together.length > 1 || next(node).includes(node)) cycles.push(together)
  }

  for (const root of nodes) {
    if (numbers.has(root)) continue
    const trail = [enter(root)]
    while (trail.length > 0) {
      const { node, ahead } = trail.at(-1)!
      const step = ahead.next()
      if (step.done) {
        trail.pop()
        leave(node, trail.at(-1)?.node)
      } else if (!numbers.has(step.value)) trail.push(enter(step.value))
      else if (isOpen.has(step.value)) lower(node, numbers.get(step.value)!)
    }
  }
  return cycles
}
