// Asks before it writes: what would this change meet?
import { anItem, aPhone, priya, shared, tidyUp, tom } from './demo.ts'

const [planner, assistant] = [await aPhone(priya), await aPhone(tom)]
const id = await anItem(planner, 'First dance', assistant)

// the assistant saw no cue; meanwhile the planner wrote one
await planner.save('timeline_items', id, { cue: 'Lights down' })
await shared(planner)
const change = {
  action: 'update',
  table: 'timeline_items',
  id,
  data: { cue: 'The band begins' },
  base: { cue: null },
} as const

const conflict = await assistant.detectConflicts(change)
if (conflict) {
  console.log(`${conflict.severity}, ${conflict.status}, found by the ${conflict.foundBy}`)
  for (const { field, client, server, reason } of conflict.fields)
    console.log(`${field}: here ${JSON.stringify(client)}, there ${JSON.stringify(server)}. ${reason}`)
}

// what nobody else touched meets nothing
const other = { ...change, data: { location: 'The orchard' }, base: { location: null } }
console.log('the place alone:', await assistant.detectConflicts(other))

await tidyUp(planner, id, assistant)
