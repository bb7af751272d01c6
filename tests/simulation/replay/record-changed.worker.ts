// The thread in which a changed model goes through a schedule: see record-changed.
import { parentPort, workerData } from 'node:worker_threads'
import { spoilSources } from '../variants/spoil-sources.ts'
import type { ChangedModel } from './record-changed.ts'

const { name, edits, chosen } = workerData as ChangedModel
spoilSources({ name, edits, breaks: [], seed: '' })
const { recordSchedule } = await import('./record-schedule.ts')
const { planOf } = await import('./schedules.ts')
parentPort!.postMessage(await recordSchedule(planOf(chosen)))
