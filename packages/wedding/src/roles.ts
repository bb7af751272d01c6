// Who works on a wedding, and the groups that rights speak of. The engine takes these words as they are.
import { roles, type Role } from '@wedsync/protocol'

/** What each role is, in words. */
export const roleWords: Readonly<Record<Role, string>> = {
  owner: 'runs the planning company, sees and changes every wedding, has the last word',
  planner: 'plans the weddings assigned to them, decides conflicts; one planner of a wedding is its lead',
  assistant: 'works on assigned weddings, changes all but payments, people, access, locks and freezes',
  venue: 'the house: sees the run sheet, speaks for rooms, access and curfew',
  vendor: 'sees what guests see and what is theirs, keeps their own arrival and phone',
  couple: 'sees the plan their guests see, without internal notes',
  viewer: 'sees the guest-visible run sheet without notes, changes nothing',
}

export const everyone: readonly Role[] = roles
export const team = ['owner', 'planner', 'assistant'] as const satisfies Role[]
export const managers = ['owner', 'planner'] as const satisfies Role[]
export const teamAndVenue = [...team, 'venue'] as const satisfies Role[]
export const crew = [...team, 'venue', 'vendor'] as const satisfies Role[]
export const allButViewer = [...crew, 'couple'] as const satisfies Role[]

/** From the role that may least to the one that may most; of those in one bracket each may what the others may not. */
export const leastFirst = ['viewer', ['venue', 'vendor', 'couple'], 'assistant', 'planner', 'owner'] as const

/** Authority, highest first: the owner, then the lead of this wedding, then any planner. `lead` is no role of its own. */
export const planning = ['owner', 'lead', 'planner'] as const
