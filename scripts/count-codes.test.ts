import { failureCodes, syncErrors } from '@wedsync/protocol'
import { expect, test } from 'vitest'
import { complaintsAbout, waitingFor } from './count-codes.ts'

const registry = ['gone', 'late', 'later']

test('a code that no test provokes is told, by name', () => {
  expect(complaintsAbout(new Set(['gone', 'late']), registry, {})).toEqual(['no test provokes the code later'])
  expect(complaintsAbout(new Set(registry), registry, {})).toEqual([])
})

test('one that waits for its route is excused, until somebody provokes it or it is gone', () => {
  const excused = { later: 'a route' }
  expect(complaintsAbout(new Set(['gone', 'late']), registry, excused)).toEqual([])
  expect(complaintsAbout(new Set(registry), registry, excused)).toHaveLength(1)
  expect(complaintsAbout(new Set(registry), registry, { other: 'nothing' })).toHaveLength(1)
})

test('one that is answered and in no registry is told, too', () => {
  expect(complaintsAbout(new Set([...registry, 'invented']), registry, {})).toEqual([
    'invented was answered and is not in the registry',
  ])
})

test('what is waited for are codes of the registry', () => {
  const known = [...Object.keys(syncErrors), ...Object.keys(failureCodes)]
  expect(Object.keys(waitingFor).filter((code) => !known.includes(code))).toEqual([])
})
