// What the team has to do before the day: due so many days ahead. What was due before today is done, mostly.
import { type JsonObject } from '@wedsync/protocol'
import { personIn } from './demo-people.ts'
import { daysAfter } from './demo-time.ts'
import { idIn, recordIn, wordsIn, type DemoWedding } from './demo-weddings.ts'

export const demoTasks = (wedding: DemoWedding): JsonObject[] =>
  lines.map(([title, daysAhead, steps, after], index) => {
    const due = daysAfter(wedding.day, -daysAhead)
    const isPast = due < wedding.today
    const isLate = isPast && index % 9 === 4
    return recordIn(wedding, `task ${title}`, {
      title: wordsIn(wedding, title),
      due: `${due}T17:00`,
      owner_id: personIn(wedding, index % 3 === 0 ? 'planner' : 'assistant'),
      priority: daysAhead < 8 ? 'high' : index % 4 === 0 ? 'low' : 'normal',
      status: isLate ? 'doing' : isPast ? 'done' : 'open',
      checklist: (steps ?? []).map((text, step) => ({ id: String(step + 1), text, done: isPast && !isLate })),
      depends_on: after === undefined ? [] : [idIn(wedding, `task ${after}`)],
    })
  })

const lines: [title: string, daysAhead: number, steps?: string[] | null, after?: string][] = [
  ['Contract with the venue signed', 240],
  ['Save the dates sent', 200],
  ['Caterer tasting', 150, ['Date with the couple', 'Menu noted', 'Wine chosen']],
  ['Band booked, deposit sent', 140],
  ['Invitations to the printer', 110],
  ['Invitations posted', 95, null, 'Invitations to the printer'],
  ['Registrar notified', 90, ['Papers of both', 'Date confirmed in writing']],
  ['Dress fitting, second', 60],
  ['Floor plan drawn with the house', 45, ['Measured', 'Fire exits marked', 'Sent to the caterer']],
  ['Hotel rooms released', 42],
  ['Music wishes collected', 35],
  ['Answers chased by phone', 28, ['First half of the list', 'Second half of the list']],
  ['Seating plan, first draft', 21, null, 'Answers chased by phone'],
  ['Headcount to the caterer', 14, ['Adults', 'Children', 'Crew meals'], 'Answers chased by phone'],
  ['Run sheet to all vendors', 10],
  ['Insurance of every vendor seen', 9],
  ['Final walk-through of the Barn', 7, ['Power', 'Ramp', 'Rain plan'], 'Floor plan drawn with the house'],
  ['Envelopes for the day prepared', 3, ['Registrar', 'Coach driver', 'Kitchen']],
  ['Place cards sorted by table', 2, null, 'Seating plan, first draft'],
  ['Emergency box packed', 1, ['Safety pins', 'Plasters', 'Stain remover', 'Umbrellas']],
  ['Radios charged', 1],
  ['Rings checked with the best man', 0],
  ['Thank-you cards ordered', -7],
  ['Lost property sorted', -2],
]
