// Hears on the author's phone that somebody else decided: how it ended, who said so, and what stands now.
import { type Conflict, type ConflictResolution } from '@wedsync/client'
import { anItem, aPhone, priya, shared, tidyUp, tom } from './demo.ts'

const [planner, assistant] = [await aPhone(priya), await aPhone(tom)]
const id = await anItem(planner, 'First dance', assistant)

const detected = new Promise<Conflict>((resolve) => assistant.on('conflictDetected', resolve))
const resolved = new Promise<ConflictResolution>((resolve) => {
  assistant.on('conflictResolved', (conflict, resolution) => {
    for (const { field, resolved } of conflict.fields) console.log(`${field} is now ${JSON.stringify(resolved)}`)
    resolve(resolution)
  })
})

// both write a cue; no rule may choose between them
assistant.pause()
await assistant.save('timeline_items', id, { cue: 'The band begins' })
await planner.save('timeline_items', id, { cue: 'Lights down' })
await shared(planner)
assistant.resume()
await shared(assistant)
const conflict = await detected
console.log(`${conflict.status} on the assistant’s phone`)

// the planner decides on hers
await planner.resolveConflict(conflict, 'client_wins', { userId: planner.user.id, role: 'coordinator' })
await shared(assistant)
const { by, outcome, decidedBy } = await resolved
console.log(`${outcome}, decided by a ${by}: ${decidedBy?.name}`)

await tidyUp(planner, id, assistant)
