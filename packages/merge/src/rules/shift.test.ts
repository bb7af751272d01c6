import { describe, expect, test } from 'vitest'
import { type Intent } from '@wedsync/protocol'
import { shift } from './shift.ts'

const context = { called: 'the start', trusted: ['venue', 'planner'] }
const at = (time: string) => `2026-06-20T${time}`
const by = (minutes: number, cause?: string): Intent => ({ op: 'shift_by', minutes, ...(cause && { cause }) })
const moved = (time: string, intent?: Intent, role = 'planner') => ({ value: at(time), intent, role })

describe('two people push the same start back', () => {
  test('for the same reason: they are not added up, a person decides', () => {
    const answer = shift.settle(at('16:00'), moved('16:15', by(15, 'rain')), moved('16:30', by(30, 'rain')), context)
    expect(answer).toEqual({
      ask: true,
      reason:
        'Two people moved the start for the same reason, by 15 minutes later and 30 minutes later. They are not added up, so a person decides.',
    })
  })
  test('for different reasons: the larger is proposed, never both together', () => {
    const sides = [moved('16:15', by(15, 'rain')), moved('16:30', by(30, 'traffic'))] as const
    for (const [one, other] of [sides, [sides[1], sides[0]] as const])
      expect(shift.settle(at('16:00'), one, other, context)).toMatchObject({ ask: true, proposed: at('16:30') })
    expect(shift.settle(at('16:00'), moved('16:15', by(15)), moved('16:30', by(30)), context)).toMatchObject({
      proposed: at('16:30'),
    })
    expect(shift.settle(at('16:00'), moved('15:45', by(-15)), moved('15:30', by(-30)), context)).toMatchObject({
      proposed: at('15:30'),
      reason: expect.stringContaining('30 minutes earlier and 15 minutes earlier') as string,
    })
  })
  test('to the same time: that is the time, however often it was said', () => {
    expect(shift.settle(at('16:00'), moved('16:15', by(15, 'rain')), moved('16:15', by(15, 'rain')), context)).toMatchObject({ settled: at('16:15') }) // prettier-ignore
  })
  test('one earlier and one later: a person decides, nothing is proposed', () => {
    expect(shift.settle(at('16:00'), moved('16:01', by(1)), moved('15:45', by(-15)), context)).toEqual({
      ask: true,
      reason: 'One moved the start earlier and one later, so a person decides.',
    })
  })
})

describe('somebody names a time', () => {
  test('and has the say: it stands', () => {
    const answer = shift.settle(at('16:00'), moved('16:45', { op: 'set_to' }, 'venue'), moved('16:15', by(15)), context)
    expect(answer).toMatchObject({ settled: at('16:45') })
    expect(answer.reason).toBe("Kept the venue's 16:45 because the venue decides the start. The planner's 16:15 is in the list.") // prettier-ignore
  })
  test('and nobody has the say more than the other: a person decides', () => {
    expect(shift.settle(at('16:00'), moved('16:45'), moved('16:15'), context)).toEqual({
      ask: true,
      reason: 'One says 16:15 and one says 16:45 for the start, so a person decides.',
    })
  })
  test('though they call it a shift, where the value is not what the shift would be', () => {
    const lying = moved('16:45', by(15, 'rain'))
    expect(shift.settle(at('16:00'), lying, moved('16:30', by(30, 'rain')), context).reason).toMatch(/^One says/)
    expect(shift.settle(null, moved('16:15', by(15)), moved('16:30', by(30)), context).reason).toMatch(/^One says/)
    expect(
      shift.settle(at('16:00'), { value: null, intent: by(15), role: 'planner' }, moved('16:30', by(30)), context),
    ).toMatchObject({
      ask: true,
    })
    expect(shift.settle('16:00', moved('16:15', by(15)), moved('16:30', by(30)), context).reason).toMatch(/^One says/)
  })
})

test('a curfew moves past midnight the shorter way round', () => {
  const [one, other] = [
    { value: '00:15', intent: by(45, 'band') },
    { value: '23:45', intent: by(15, 'rain') },
  ]
  expect(shift.settle('23:30', one, other, context)).toMatchObject({ ask: true, proposed: '00:15' })
  expect(shift.settle('00:15', { value: '23:30', intent: by(-45) }, { value: '00:00', intent: by(-15) }, context)).toMatchObject({ proposed: '23:30' }) // prettier-ignore
})

test('through the night the clocks change, minutes are those on the wall', () => {
  const night = (time: string) => `2026-10-25T${time}`
  const [one, other] = [
    { value: night('02:30'), intent: by(60, 'band') },
    { value: night('01:45'), intent: by(15, 'rain') },
  ]
  expect(shift.settle(night('01:30'), one, other, context)).toMatchObject({ proposed: night('02:30') })
})
