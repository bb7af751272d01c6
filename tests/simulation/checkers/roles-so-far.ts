// Which roles the person of a phone has had by now: what it was not sent under one of them it may lack under another.
import { callerOf } from './caller-of.ts'
import type { Phone } from '../world/phone.ts'
import type { World } from '../world/world.ts'

/** Looks at a phone's person; answers every role they were seen in so far. */
export const createRolesSoFar = ({ model }: World): ((phone: Phone) => ReadonlySet<string>) => {
  const known = new Map<string, Set<string>>()
  return ({ name, person }) => {
    const roles = known.get(name) ?? new Set([person.role])
    known.set(name, roles)
    roles.add(callerOf(model.reads, person)?.role ?? 'nobody')
    return roles
  }
}
