import { pino } from 'pino'
import { expect, test } from 'vitest'
import { createEvents } from './events.ts'
import { shedLinesPerMinute } from './limits.ts'

const heard = () => {
  const lines: Record<string, unknown>[] = []
  const at = { now: new Date('2026-06-20T18:00:00Z') }
  const write = (line: string) => void lines.push(JSON.parse(line) as Record<string, unknown>)
  return { at, lines, events: createEvents(pino({ level: 'info' }, { write }), () => at.now) }
}

test('a crowd that is sent home fills no disk: a few lines a minute for each line, and how many there were', () => {
  const { at, lines, events } = heard()
  for (let nth = 0; nth < 1000; nth += 1) events.sentHome(`request ${nth}`, 'load', 'full')
  events.sentHome('another', 'pull', 'waited')
  expect(lines).toHaveLength(shedLinesPerMinute + 1)
  at.now = new Date(at.now.getTime() + 60_000)
  events.sentHome('later', 'load', 'full')
  expect(lines.slice(-2)).toMatchObject([
    { line: 'load', times: 1000 - shedLinesPerMinute },
    { requestId: 'later', line: 'load', why: 'full' },
  ])
})

test('an outage of a night is two lines', () => {
  const { lines, events } = heard()
  events.breakerMoved('open', 0)
  for (let seconds = 1; seconds < 1000; seconds += 1) {
    events.breakerMoved('half-open', seconds)
    events.breakerMoved('open', seconds)
  }
  events.breakerMoved('half-open', 1000)
  events.breakerMoved('closed', 1000.25)
  expect(lines.map(({ level }) => level)).toEqual([50, 40])
  expect(lines[1]).toMatchObject({ openForSeconds: 1000.3 })
})
