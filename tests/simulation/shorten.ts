// Takes a plan that fails; leaves out of it whatever it fails without, and hands back what is left, with its trace.
// Delta debugging: A. Zeller, R. Hildebrandt, "Simplifying and Isolating Failure-Inducing Input", IEEE TSE 28 (2), 2002.
import type { Outcome, Violation } from './run-seed.ts'
import { shortened, type Plan } from './world/plan.ts'

export type Shortest = {
  deeds: string[]
  network: string[]
  isServerCalm: boolean
  says: string[]
  trace: string[]
  /** What is left of the plan. */
  plan: Plan
}
type Run = (plan: Plan, options?: { isTraced?: boolean }) => Promise<Outcome>
type Keep = { deeds: readonly string[]; network: readonly string[]; isServerCalm: boolean }

/** The plan still has to break one of the promises it broke at first. */
export const shorten = async (plan: Plan, broken: readonly Violation[], run: Run): Promise<Shortest> => {
  const promises = new Set(broken.map(({ promise }) => promise))
  const planOf = (keep: Keep) =>
    shortened(plan, { ...keep, deeds: new Set(keep.deeds), network: new Set(keep.network) })
  const fails = async (keep: Keep) => (await run(planOf(keep))).violations.some(({ promise }) => promises.has(promise))

  let keep: Keep = { deeds: plan.deeds.map(({ id }) => id), network: [...plan.network], isServerCalm: false }
  const calm = { ...keep, isServerCalm: true }
  if (await fails(calm)) keep = calm
  const quiet = { ...keep, network: [] }
  if (await fails(quiet)) keep = quiet
  keep = { ...keep, deeds: await smallest(keep.deeds, (deeds) => fails({ ...keep, deeds })) }
  keep = { ...keep, network: await smallest(keep.network, (network) => fails({ ...keep, network })) }
  const { violations, trace } = await run(planOf(keep), { isTraced: true })
  return {
    ...{
      deeds: [...keep.deeds],
      network: [...keep.network],
      isServerCalm: keep.isServerCalm,
      trace,
      plan: planOf(keep),
    },
    says: violations.map(({ promise, says }) => `${promise}: ${says}`),
  }
}

/** The parts none of which can be left out by itself, if the whole fails. */
export const smallest = async <Part>(
  whole: readonly Part[],
  fails: (parts: readonly Part[]) => Promise<boolean>,
): Promise<readonly Part[]> => {
  let left = whole
  for (let size = Math.ceil(left.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let start = 0; start < left.length;) {
      const without = [...left.slice(0, start), ...left.slice(start + size)]
      if (await fails(without)) left = without
      else start += size
    }
  }
  return left
}
