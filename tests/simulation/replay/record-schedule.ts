// Takes a plan; runs its world on the model, and hands back every word that was said to the database, in order, with what the
// model held at the end.
import type { Reads } from '../model/state.ts'
import type { Word } from '../model/words.ts'
import type { Plan } from '../world/plan.ts'
import { runWorld } from '../world/run-world.ts'

export type Schedule = { seed: string; words: Word[]; held: Reads }

export const recordSchedule = async (plan: Plan): Promise<Schedule> => {
  const words: Word[] = []
  const world = await runWorld(plan, { hear: () => undefined, heard: (word) => words.push(word) })
  if (world.faults.length > 0) throw world.faults[0]
  return { seed: plan.seed, words, held: world.model.reads }
}
