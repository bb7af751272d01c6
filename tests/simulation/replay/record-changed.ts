// Takes a deliberate change of the model and a schedule; hands back the schedule as the changed model goes through it. It is recorded
// in a thread of its own, which reads the model's sources so: the model itself has no switches.
import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import type { Edit } from '../variants/variant.ts'
import type { Schedule } from './record-schedule.ts'
import type { Chosen } from './schedules.ts'

export type Changed = { name: string; edits: readonly Edit[] }
export type ChangedModel = Changed & { chosen: Chosen }

export const recordChanged = async (changed: ChangedModel): Promise<Schedule> => {
  const thread = new Worker(new URL('./record-changed.worker.ts', import.meta.url), {
    workerData: changed,
    execArgv: [],
  })
  const [schedule] = (await once(thread, 'message')) as [Schedule]
  return schedule
}
