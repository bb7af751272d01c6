// Hears when a change of this phone met what somebody else did: settled by a rule, or waiting for a person.
import { aPhone, anItem, priya, tidyUp, tom } from './demo.ts'

const [planner, assistant] = [await aPhone(priya), await aPhone(tom)]
const dance = await anItem(planner, 'First dance')
const cake = await anItem(planner, 'Cake', assistant)

assistant.on('conflictDetected', ({ status, because, fields }) => {
  console.log(`${status}: ${fields.map(({ field }) => field).join(', ')}. ${because}`)
})

// in the barn, with no signal, while the planner writes in town
assistant.pause()
await assistant.save('timeline_items', dance, { title: 'First waltz' })
await assistant.save('timeline_items', cake, { cue: 'The band begins' })
await planner.save('timeline_items', dance, { title: 'Dance of the couple' })
await planner.save('timeline_items', cake, { cue: 'Lights down' })
await planner.syncNow()
assistant.resume()
await assistant.syncNow()
console.log(`Tom: ${assistant.status().word}`)

await planner.remove('timeline_items', dance)
await tidyUp(planner, cake, assistant)
