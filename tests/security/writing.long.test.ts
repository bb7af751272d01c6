// The whole of the writing matrix, cell by cell, for several seeds: which way a change goes through the server is drawn.  Shows P7.
import { expect, test } from 'vitest'
import { aTriedWorld } from './matrix/a-tried-world.ts'
import { databaseAllowsAll, engineWritesAll, withPatches, type Patch } from './matrix/walls.ts'
import { writeMatrix } from './matrix/write-matrix.ts'

const { database, world, past } = await aTriedWorld()
const walls: [string, readonly Patch[]][] = [
  ['both walls', []],
  ['the database alone', engineWritesAll],
  ['the engine alone', databaseAllowsAll],
]

test.each(walls)(
  '[P7] nobody writes what is not theirs, nor hears of it: all cells, with %s',
  async (name, patches) => {
    for (const seed of [1, 2, 3, 4, 5]) {
      const { leaks, faults, cells } = await withPatches(database.admin, patches, () => writeMatrix(world, past, { seed, share: 1 })) // prettier-ignore
      console.info(`matrix, writing, ${name}: ${cells} cells, seed ${seed}`)
      expect({ leaks, faults: name === 'the database alone' ? [] : faults }).toEqual({ leaks: [], faults: [] })
    }
  },
)
