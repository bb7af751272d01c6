// What people may decide, try again or discard, they do here for real: the answers that write, which the matrix leaves for last.
// Shows P7.
import { expect, test } from 'vitest'
import { aTriedWorld } from './matrix/a-tried-world.ts'
import { handledLast } from './matrix/read-matrix.ts'
import { withPatches } from './matrix/walls.ts'

test('[P7] the answer to a decision or another try shows nobody more than they may read', async () => {
  const { world, past } = await aTriedWorld()
  const { done, leaks } = await handledLast(world, past)
  console.info(`matrix, handled for real: ${done} answers`)
  expect(leaks).toEqual([])
  expect(done).toBeGreaterThan(5)
})

test('the eye catches a decided record with all its conflict’s keys', async () => {
  const { database, world, past } = await aTriedWorld()
  const slip = {
    of: 'sync.conflicts_told',
    from: 'case when not f.may_read then null',
    to: 'case when false then null',
  }
  const { leaks } = await withPatches(database.admin, [slip], () => handledLast(world, past))
  expect(leaks.length).toBeGreaterThan(0)
})
