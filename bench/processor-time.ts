// Takes processes; hands back the processor time they and all their descendants have used so far, in milliseconds, or null
// where the system does not keep it in /proc. Of all figures this one is least disturbed by what else the machine does.
import { existsSync, readdirSync, readFileSync } from 'node:fs'

/** Linux counts in hundredths of a second, whatever the machine. */
const msPerTick = 10

type Process = { pid: number; parent: number; ticks: number }

export const processorMs = (roots: readonly number[]): number | null => {
  if (!existsSync('/proc/self/stat')) return null
  const processes = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => findProcess(Number(name)))
  const family = new Set(roots)
  // a child may be listed before its parent: until nobody joins any more
  for (let size = 0; size < family.size;) {
    size = family.size
    for (const { pid, parent } of processes) if (family.has(parent)) family.add(pid)
  }
  return processes.filter(({ pid }) => family.has(pid)).reduce((sum, { ticks }) => sum + ticks, 0) * msPerTick
}

const findProcess = (pid: number): Process[] => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // the name stands in brackets and may hold anything; behind it state, parent, …
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    // own time, and that of children that have ended: user, system, user, system
    const ticks = [11, 12, 13, 14].reduce((sum, at) => sum + Number(fields[at]), 0)
    return [{ pid, parent: Number(fields[1]), ticks }]
  } catch {
    // it ended while we looked
    return []
  }
}
