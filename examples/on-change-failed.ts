// Hears of a change that only a person can move on, and puts it away.
import { anItem, aPhone, priya, shared, tidyUp, tom } from './demo.ts'

const [planner, assistant] = [await aPhone(priya), await aPhone(tom)]
const id = await anItem(planner, 'First dance', assistant)

const failed = new Promise<string>((resolve) => {
  assistant.on('changeFailed', ({ changeId, table, action, code, message }) => {
    console.log(`${action} of ${table}: ${code}. ${message}`)
    resolve(changeId)
  })
})

// an assistant may not lock a line: the phone keeps the edit and says so, and nothing else is held up by it
await assistant.save('timeline_items', id, { locked: true })
await shared(assistant)
const changeId = await failed
console.log(assistant.status().word)
await assistant.dismiss(changeId)
console.log(assistant.status().word)

await tidyUp(planner, id, assistant)
