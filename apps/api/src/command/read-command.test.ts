import { expect, test } from 'vitest'
import { readCommand } from './read-command.ts'

test('a backup may be named or not, a restore has to be', () => {
  expect(readCommand(['backup'])).toEqual({ name: 'backup', file: undefined })
  expect(readCommand(['backup', 'friday.tar.gz'])).toEqual({ name: 'backup', file: 'friday.tar.gz' })
  expect(readCommand(['restore', 'friday.tar.gz'])).toEqual({ name: 'restore', file: 'friday.tar.gz' })
  expect(() => readCommand(['restore'])).toThrow('Which backup?')
})

test('who does not know what to say is helped', () => {
  for (const words of [[], ['--help'], ['-h'], ['help'], ['restore', '--help']])
    expect(readCommand(words)).toEqual({ name: 'help' })
})

test('what there is not is told in one sentence', () => {
  expect(() => readCommand(['back-up'])).toThrow(/^There is no `wedsync back-up`: it is backup or restore, .*\.$/)
  expect(() => readCommand(['backup', '--fast'])).toThrow(/^Unknown option '--fast': `wedsync --help` says .*\.$/)
  expect(() => readCommand(['restore', 'one', 'two'])).toThrow('takes one file, and here are 2.')
})
