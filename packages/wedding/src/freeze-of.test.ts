import { describe, expect, test } from 'vitest'
import { freezeOf } from './freeze-of.ts'
import { isMadeWider } from './visibility.ts'

const frozen = { freeze_from: '2026-06-18T12:00', freeze_to: '2026-06-21T22:00' }
const momentsIn = (time_zone: string) => {
  const { from, to } = freezeOf({ ...frozen, time_zone })!
  return [from, to].map((at) => new Date(at).toISOString())
}

describe('the plan is frozen', () => {
  test('by the clock on the venue’s wall', () => {
    expect(momentsIn('Europe/London')).toEqual(['2026-06-18T11:00:00.000Z', '2026-06-21T21:00:00.000Z'])
    expect(momentsIn('Pacific/Auckland')).toEqual(['2026-06-18T00:00:00.000Z', '2026-06-21T10:00:00.000Z'])
    expect(momentsIn('America/Los_Angeles')).toEqual(['2026-06-18T19:00:00.000Z', '2026-06-22T05:00:00.000Z'])
  })
  test('until a time that a sentence can say', () => {
    expect(freezeOf({ ...frozen, time_zone: 'Europe/London' })?.until).toBe('22:00 on 21 June')
  })
  test('and it is not where nobody said from when to when, or where', () => {
    const time_zone = 'Europe/London'
    expect(freezeOf({ ...frozen, time_zone, freeze_to: null })).toBeNull()
    expect(freezeOf({ ...frozen, time_zone, freeze_from: null })).toBeNull()
    expect(freezeOf({ ...frozen, time_zone: 'Mars/Olympus' })).toBeNull()
  })
})

test('more people read what is for one more kind of them, and fewer what is taken back', () => {
  const levels = ['team', 'venue', 'vendor', 'couple', 'all']
  const wider = levels.flatMap((one) =>
    levels.flatMap((other) => (isMadeWider(one, other) ? [`${one} → ${other}`] : [])),
  )
  expect(wider).toEqual([
    ...['venue', 'vendor', 'couple', 'all'].map((other) => `team → ${other}`),
    ...['vendor', 'couple', 'all'].map((other) => `venue → ${other}`),
    ...['venue', 'couple', 'all'].map((other) => `vendor → ${other}`),
    ...['venue', 'vendor', 'all'].map((other) => `couple → ${other}`),
  ])
})
