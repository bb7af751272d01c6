// Which roles the person of a phone has had by now: what it was not sent under one of them it may lack under another.
import { describeCaller } from '../model/sight.ts'
import type { Phone } from '../world/phone.ts'
import type { World } from '../world/run-world.ts'

/** Looks at a phone's person; answers every role they were seen in so far. */
export const createRolesSoFar = ({ model }: World): ((phone: Phone) => ReadonlySet<string>) => {
  const known = new Map<string, Set<string>>()
  return ({ name, person }) => {
    const { organizationId, userId, role } = person
    const roles = known.get(name) ?? new Set([role])
    known.set(name, roles)
    const claims = JSON.stringify({ sub: userId, app_metadata: { organization_id: organizationId } })
    roles.add(describeCaller(model.reads, claims)?.role ?? 'nobody')
    return roles
  }
}
