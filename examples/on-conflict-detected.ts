// Hears when a change of this phone met what somebody else did: settled by a rule, or waiting for a person.
import { type Conflict } from '@wedsync/client'
import { anItem, aPhone, priya, shared, tidyUp, tom } from './demo.ts'

const [planner, assistant] = [await aPhone(priya), await aPhone(tom)]
const dance = await anItem(planner, 'First dance')
const cake = await anItem(planner, 'Cake', assistant)

const waiting: Conflict[] = []
assistant.on('conflictDetected', (conflict) => {
  const { status, because, fields } = conflict
  console.log(`${status}: ${fields.map(({ field }) => field).join(', ')}. ${because}`)
  if (status === 'pending') waiting.push(conflict)
})

// in the barn, with no signal, while the planner writes in town
assistant.pause()
await assistant.save('timeline_items', dance, { title: 'First waltz' })
await assistant.save('timeline_items', cake, { cue: 'The band begins' })
await planner.save('timeline_items', dance, { title: 'Dance of the couple' })
await planner.save('timeline_items', cake, { cue: 'Lights down' })
await shared(planner)
assistant.resume()
await shared(assistant)
console.log(`Tom: ${assistant.status().word}`)

// whoever wrote a side may take it back
const by = { userId: assistant.user.id, role: 'assistant' } as const
for (const conflict of waiting) await assistant.resolveConflict(conflict, 'server_wins', by)
console.log(`Tom: ${assistant.status().word}`)

await planner.remove('timeline_items', dance)
await tidyUp(planner, cake, assistant)
