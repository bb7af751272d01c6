// Hears when everything that waited is answered, and all news is here.
import { aPhone, anItem, priya, shared, tidyUp } from './demo.ts'

const planner = await aPhone(priya)
const id = await anItem(planner, 'First dance')

const stopListening = planner.on('syncCompleted', (sessionId, metrics) => {
  const { itemsProcessed, conflictCount, errorCount } = metrics
  if (itemsProcessed > 0)
    console.log(`${sessionId.slice(0, 5)}…: ${itemsProcessed} shared, ${conflictCount} conflicts, ${errorCount} errors`)
})

// with no signal nothing is lost: both edits go at once when it is back
planner.pause()
await planner.save('timeline_items', id, { cue: 'Lights down' })
await planner.create('notes', {
  client_id: (await planner.read('timeline_items', id))!.scope,
  body: 'Ask the DJ for power',
})
console.log(planner.status().word)
planner.resume()
await shared(planner)
console.log(planner.status().word)

stopListening()
await tidyUp(planner, id)
