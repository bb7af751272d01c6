import { mkdtempSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { expect, test } from 'vitest'
import { emptyAccount } from '../tests/simulation/checkers/accounted.ts'
import { addAccounts } from './add-accounts.ts'

const folderWith = (...parts: object[]): string => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'wedsync-accounts-'))
  for (const [nth, part] of parts.entries()) writeFileSync(path.join(folder, `${nth}.json`), JSON.stringify(part))
  return folder
}
const aPart = (part: number, made: number, lost: number) => ({
  ...{ title: 'kills of the database', part, of: 2, at: `2026-11-28T2${part}:00:00.000Z`, runs: 250 },
  account: { ...emptyAccount(), made, applied: made },
  problems: { lost, stuck: 0 },
})

test('the parts of one kind are told together, with the bound that all their runs give', () => {
  expect(addAccounts(folderWith(aPart(2, 30, 0), aPart(1, 40, 0))).split('\n')).toEqual([
    'kills of the database: 500 runs in 2 of 2 parts, 2026-11-28T21:00, 2026-11-28T22:00',
    expect.stringContaining('made 70 = applied 70'),
    '  lost 0, stuck 0',
    '  no failure in 500 runs: with 95 % certainty fewer than 0.6 % of runs fail',
  ])
})

test('one failure in one part is a failure of all, and an account that does not add up says so', () => {
  const open = { ...aPart(2, 30, 1), account: { ...emptyAccount(), made: 31, applied: 30 } }
  const told = addAccounts(folderWith(aPart(1, 40, 0), open))
  expect(told).toContain('lost 1')
  expect(told).toContain('  1 failures')
  expect(told).toContain('does not add up')
})
