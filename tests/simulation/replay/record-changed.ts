// Takes a deliberate change of the model, as text, and a schedule; hands back the schedule as the changed model goes through it. It is
// recorded in a thread of its own, whose loader hands out the changed text: the model itself has no switches.
import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import type { Schedule } from './record-schedule.ts'
import type { Chosen } from './schedules.ts'

/** In one file of the model, what stands there once, and what stands there instead. */
export type ModelChange = { file: string; from: string; to: string }
export type ChangedRecording = { change: ModelChange; chosen: Chosen }

export const recordChanged = async (change: ModelChange, chosen: Chosen): Promise<Schedule> => {
  const thread = new Worker(new URL('./record-changed.worker.ts', import.meta.url), {
    workerData: { change, chosen } satisfies ChangedRecording,
    execArgv: [],
  })
  const [schedule] = (await once(thread, 'message')) as [Schedule]
  return schedule
}
