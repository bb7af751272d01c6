// Takes a plan; runs its world on the model, and hands back every word that was said to the database, in order, with what the
// model's tables held at the end.
import type { Word } from '../model/words.ts'
import type { Plan } from '../world/plan.ts'
import { runWorld } from '../world/run-world.ts'
import { tablesOfModel, type Tables } from './tables-of-model.ts'

export type Schedule = { seed: string; words: Word[]; tables: Tables }

export const recordSchedule = async (plan: Plan): Promise<Schedule> => {
  const words: Word[] = []
  const world = await runWorld(plan, { hear: () => undefined, heard: (word) => words.push(word) })
  if (world.faults.length > 0) throw world.faults[0]
  return { seed: plan.seed, words, tables: tablesOfModel(world.model.reads) }
}
