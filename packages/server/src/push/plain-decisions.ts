// Takes a plain batch that the database has written, and what it answered; hands back a decision for each change, in the order
// they were sent.  Keeps P3.
import { base, type Decision } from './decision.ts'
import type { Settled } from './opened-batch.ts'
import type { ReadChange } from './read-changes.ts'

type Led = { version: number; hasMoved: boolean }

export const plainDecisions = (
  changes: readonly ReadChange[],
  groups: readonly ReadChange[][],
  settled: Settled,
): Decision[] => {
  const led = 'runs' in settled ? ledByRuns(groups, settled.runs) : ledByList(settled.settled)
  return changes.map((read) => {
    const found = led.get(read.changeId)
    if (!found) throw new Error(`P3: change ${read.changeId} got no receipt`)
    const { changeId, id, change } = read
    const outcome = found.hasMoved ? 'applied' : 'already_applied'
    const processed = { changeId, serverId: id!, action: change!.action, version: found.version, outcome } as const
    const receipt = { kind: 'processed', processed } as const
    return { ...base(read, null), receipt }
  })
}

/** Every change moved its record: those of a group follow one another from behind its position. */
const ledByRuns = (groups: readonly ReadChange[][], runs: readonly number[]): Map<string, Led> => {
  const led = new Map<string, Led>()
  groups.forEach((members, at) => {
    const before = runs[at]
    if (before !== undefined)
      members.forEach(({ changeId }, nth) => led.set(changeId, { version: before + nth + 1, hasMoved: true }))
  })
  return led
}

const ledByList = (list: readonly (readonly [string, number, boolean])[]): Map<string, Led> =>
  new Map(list.map(([changeId, version, hasMoved]) => [changeId, { version, hasMoved }]))
