// The thread in which a changed model goes through a schedule: see record-changed.
import { registerHooks } from 'node:module'
import { parentPort, workerData } from 'node:worker_threads'
import type { ChangedRecording } from './record-changed.ts'

const { change, chosen } = workerData as ChangedRecording

registerHooks({
  load: (url, context, next) => {
    const loaded = next(url, context)
    if (!url.endsWith(`/simulation/model/${change.file}`)) return loaded
    const parts = new TextDecoder().decode(loaded.source as Uint8Array).split(change.from)
    if (parts.length !== 2) throw new Error(`${change.file} does not hold once: ${change.from}`)
    return { ...loaded, source: parts.join(change.to) }
  },
})

const { recordSchedule } = await import('./record-schedule.ts')
const { planOf } = await import('./schedules.ts')
parentPort!.postMessage(await recordSchedule(planOf(chosen)))
