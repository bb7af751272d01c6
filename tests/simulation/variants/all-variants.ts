// The engine, wrong in one way each. Every one has to be caught, and every checker has to catch one.
import { variantsOfTheDatabase } from './of-the-database.ts'
import { variantsOfParts } from './of-parts.ts'
import { variantsOfThePhone } from './of-the-phone.ts'
import { variantsOfTheServer } from './of-the-server.ts'
import type { Variant } from './variant.ts'

export const allVariants: readonly Variant[] = [
  ...variantsOfTheDatabase,
  ...variantsOfTheServer,
  ...variantsOfThePhone,
  ...variantsOfParts,
]

/** Throws for a name nobody has. */
export const variantCalled = (name: string): Variant => {
  const found = allVariants.find((one) => one.name === name)
  if (found) return found
  throw new Error(`no variant is called "${name}"; there are:\n${allVariants.map((one) => `  ${one.name}`).join('\n')}`)
}
