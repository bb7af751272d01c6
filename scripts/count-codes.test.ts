import { expect, test } from 'vitest'
import { complaintsAbout } from './count-codes.ts'

const registry = ['gone', 'late', 'later']

test('a code that no test provokes is told, by name', () => {
  expect(complaintsAbout(new Set(['gone', 'late']), registry)).toEqual(['no test provokes the code later'])
  expect(complaintsAbout(new Set(registry), registry)).toEqual([])
})

test('one that is answered and in no registry is told, too', () => {
  expect(complaintsAbout(new Set([...registry, 'invented']), registry)).toEqual([
    'invented was answered and is not in the registry',
  ])
})
