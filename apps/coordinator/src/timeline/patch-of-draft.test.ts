// Only what was really changed leaves the sheet.
import { expect, test } from 'vitest'
import { beforeOf, intentsOf, patchOfDraft } from './patch-of-draft.ts'

const speeches = { planned_start: '2026-06-20T17:00', duration_min: 10, internal_note: null }

test('a sheet that was only looked at changes nothing', () => {
  expect(patchOfDraft(speeches, {})).toEqual({})
  expect(patchOfDraft(speeches, { time: '17:00', duration: '10', note: ' ' })).toEqual({})
})

test('only the touched fields go out, and the way back knows what they were', () => {
  const patch = patchOfDraft(speeches, { time: '17:15', note: 'Adapter is in the bag' })

  expect(patch).toEqual({ planned_start: '2026-06-20T17:15', internal_note: 'Adapter is in the bag' })
  expect(beforeOf(speeches, patch)).toEqual({ planned_start: '2026-06-20T17:00', internal_note: null })
})

test('a half-typed time or length changes nothing', () => {
  expect(patchOfDraft(speeches, { time: '', duration: '' })).toEqual({})
  expect(patchOfDraft(speeches, { duration: '99999' })).toEqual({})
})

test('whoever presses “+15” means fifteen minutes later, and whoever types a time means that time', () => {
  const meantBy = (draft: object, seen = speeches) => intentsOf(seen, draft, patchOfDraft(speeches, draft))
  expect(meantBy({ start: '2026-06-20T17:15' })).toEqual({ planned_start: { op: 'shift_by', minutes: 15 } })
  expect(meantBy({ start: '2026-06-20T16:55' })).toEqual({ planned_start: { op: 'shift_by', minutes: -5 } })
  expect(meantBy({ start: '2026-06-20T17:15', time: '17:20' })).toBeUndefined()
  expect(meantBy({ duration: '20' })).toBeUndefined()
  // from where it stood when they began, wherever somebody else has put it since
  const seen = { ...speeches, planned_start: '2026-06-20T16:50' }
  expect(meantBy({ start: '2026-06-20T17:15' }, seen)).toEqual({ planned_start: { op: 'shift_by', minutes: 25 } })
})
