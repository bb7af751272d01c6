// What a planner decides with forty others in one go is what nobody has to look at twice, and nothing else.
import { conflictKinds, severities } from '@wedsync/protocol'
import { describe, expect, test } from 'vitest'
import { isHarmless, whyNotHarmless, type ConflictToWeigh } from './is-harmless.ts'

const aNote: ConflictToWeigh = {
  ...{ status: 'pending', kind: 'fields', severity: 'low', canDecide: true },
  fields: [{ level: 'low' }, { level: 'low' }],
}

describe('harmless', () => {
  test('is a note that waits, for whoever may decide about it', () => {
    expect(isHarmless(aNote)).toBe(true)
    expect(whyNotHarmless(aNote)).toBeNull()
  })

  test('is one from before the weight of each field was kept, by its own weight', () => {
    expect(isHarmless({ ...aNote, fields: [{}, {}] })).toBe(true)
    expect(isHarmless({ ...aNote, severity: 'medium', fields: [{}] })).toBe(false)
  })

  test('is nothing that is decided already', () => {
    expect(whyNotHarmless({ ...aNote, status: 'resolved', canDecide: false })).toMatchObject({
      code: 'already_resolved',
      message: 'Somebody decided this already.',
    })
  })

  test('is nothing that is for somebody else to decide', () => {
    expect(whyNotHarmless({ ...aNote, canDecide: false })).toMatchObject({ code: 'forbidden' })
  })

  test.each(severities.filter((severity) => severity !== 'low'))('is nothing that weighs %s', (severity) => {
    const against = whyNotHarmless({ ...aNote, severity })
    expect(against?.code).toBe('needs_decision')
    expect(against?.message).toBe(`It weighs ${severity}, so somebody looks at it and decides it by itself.`)
  })

  test.each(conflictKinds.filter((kind) => kind !== 'fields'))('is nothing of the kind %s', (kind) => {
    expect(whyNotHarmless({ ...aNote, kind })?.code).toBe('needs_decision')
  })

  test('is nothing that grew since it was weighed', () => {
    for (const fields of [
      [{ level: 'low' }, {}],
      [{ level: 'low' }, { level: 'critical' }],
    ] as const)
      expect(whyNotHarmless({ ...aNote, fields })).toMatchObject({
        code: 'needs_decision',
        message: expect.stringContaining('More of it is in question') as string,
      })
  })
})
