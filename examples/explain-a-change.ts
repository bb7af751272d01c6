// Asks why: what became of an edit that met somebody else's, by which rule, in a sentence for the person who made it.
import { anItem, aPhone, priya, shared, tidyUp, tom } from './demo.ts'

const [planner, assistant] = [await aPhone(priya), await aPhone(tom)]
const id = await anItem(planner, 'First dance', assistant)

// both name the same line, the assistant without having heard of the planner's
await planner.save('timeline_items', id, { title: 'The first dance' })
await shared(planner)
const { processed } = await assistant.syncChanges([
  { action: 'update', table: 'timeline_items', id, data: { title: 'Dance!' }, base: { title: 'First dance' } },
])

const told = await assistant.explain(processed[0]!.changeId)
console.log(told?.says)
for (const { called, rule, version, says, isSameAgain } of told?.fields ?? [])
  console.log(`${called}, ${rule}@${version}: ${says} Asked again, the same: ${isSameAgain}`)

await tidyUp(planner, id, assistant)
