// Which schedules are gone through on PostgreSQL as well: the first seeds, every other one on a crowded server, and a few further ones
// that hold what is rare.
import { planFor, type Plan } from '../world/plan.ts'

export type Chosen = { seed: string; isCrowded: boolean }

/** Said here and not in the first ones: a lease that is given back, kept changes that are closed, a decision over HTTP, a plan that is frozen, three who do the same. */
const rare: Chosen[] = [
  { seed: '386', isCrowded: false },
  { seed: '392', isCrowded: false },
  { seed: '226', isCrowded: true },
  { seed: '9', isCrowded: true },
]

export const chosenSchedules = (count: number): Chosen[] => [
  ...Array.from({ length: count - rare.length }, (_, nth) => ({ seed: String(nth + 1), isCrowded: nth % 2 === 1 })),
  ...rare,
]

/** On a crowded server every other word takes long, so that transactions overlap, wait for one another, and give up. */
export const planOf = ({ seed, isCrowded }: Chosen): Plan => {
  const planned = planFor(seed)
  // whoever holds something already was told it by words that a schedule does not have
  const plan = { ...planned, phones: planned.phones.map((phone) => ({ ...phone, isLoaded: false })) }
  return isCrowded ? { ...plan, nodes: 3, server: { ...plan.server, slow: 0.4 } } : plan
}
