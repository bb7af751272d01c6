// Says how a conflict ends: one that was only detected, and one that waits for a person.
import { anItem, aPhone, priya, shared, shown, tidyUp, tom } from './demo.ts'

const [planner, assistant] = [await aPhone(priya), await aPhone(tom)]
const id = await anItem(planner, 'First dance', assistant)
await planner.save('timeline_items', id, { cue: 'Lights down' })
await shared(planner)
const change = (cue: string) =>
  ({ action: 'update', table: 'timeline_items', id, data: { cue }, base: { cue: null } }) as const

// detected: the change is handed in with the strategy, here to wait for somebody who decides
const detected = await assistant.detectConflicts(change('The band begins'))
if (detected) {
  const { state, message } = await assistant.resolveConflict(detected, 'manual', {
    userId: assistant.user.id,
    role: 'assistant',
  })
  console.log(`${state}: ${message}`)
}

// waiting: the coordinator, who is a planner, decides
await shared(planner)
const ofItem = ({ recordId }: { recordId: string }) => recordId === id
const waiting = (await shown(planner.watchConflicts(), (all) => all.some(ofItem))).find(ofItem)
if (waiting) {
  const by = { userId: planner.user.id, role: 'coordinator' } as const
  const { state, outcome, message } = await planner.resolveConflict(waiting, 'client_wins', by)
  console.log(`${state}, ${outcome}: ${message}`)
}
console.log(`the cue: ${(await planner.read<{ cue: string }>('timeline_items', id))?.cue}`)

await tidyUp(planner, id, assistant)
