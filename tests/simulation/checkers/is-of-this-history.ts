// Whether a phone stands somewhere in the history the server has: after an older copy was put back, it may have heard of what is gone.
import type { Cursor } from '../../../packages/server/src/pull/cursor.ts'
import { inOrganization, type Mark } from '../model/rows.ts'
import type { Phone } from '../world/phone.ts'
import type { World } from '../world/world.ts'

/** True as well for a phone that has not heard anything yet. */
export const isOfThisHistory = ({ model }: World, { state, person }: Phone): boolean => {
  const cursor = state()?.cursor ?? null
  if (cursor === null) return true
  const read = cursorIn(cursor)
  if (read === null) return false
  const { markAt, mark } = read
  if (markAt === 0) return true
  return model.reads.get<Mark>('mark', inOrganization(person.organizationId, String(markAt)))?.mark === mark
}

// a phone that believes what was damaged may hold anything
const cursorIn = (cursor: string): Cursor | null => {
  try {
    return JSON.parse(Buffer.from(cursor.split('.')[0]!, 'base64url').toString()) as Cursor
  } catch {
    return null
  }
}
