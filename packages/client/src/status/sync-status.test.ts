import { expect, test } from 'vitest'
import { wordFor, type Weather } from './sync-status.ts'

const calm: Weather = {
  needsYou: [],
  waiting: 0,
  kept: 0,
  phase: 'ready',
  network: 'online',
  isPaused: false,
  isSending: false,
}

test('the word tells the truth about the work', () => {
  expect(wordFor(calm)).toBe('Shared')
  expect(wordFor({ ...calm, network: 'offline' })).toBe('Shared')
  expect(wordFor({ ...calm, waiting: 2 })).toBe('Sending')
  expect(wordFor({ ...calm, waiting: 2, network: 'offline' })).toBe('Saved on this phone')
  expect(wordFor({ ...calm, waiting: 2, network: 'degraded' })).toBe('Saved on this phone')
  expect(wordFor({ ...calm, waiting: 2, network: 'degraded', isSending: true })).toBe('Sending')
  expect(wordFor({ ...calm, waiting: 2, phase: 'signed-out' })).toBe('Saved on this phone')
  expect(wordFor({ ...calm, waiting: 2, isPaused: true })).toBe('Saved on this phone')
  expect(wordFor({ ...calm, waiting: 2, needsYou: [1] })).toBe('Needs you')
  // the server has it, nobody else does
  expect(wordFor({ ...calm, kept: 1 })).toBe('Sending')
  expect(wordFor({ ...calm, kept: 1, network: 'offline' })).toBe('Saved on this phone')
})
