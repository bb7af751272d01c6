// Somebody the company works with, with an account or without: the name behind "Owner: Priya".
import { collection, leastGiven, oneOf, scalar, text } from '@wedsync/merge'
import { everyone, leastFirst, managers, planning, team } from './roles.ts'

export const person = collection(
  'people',
  // prettier-ignore
  {
    name: text({ max: 120, min: 1 }).required().merges(scalar).trusts(...planning).weighs('medium'),
    role: oneOf(...everyone).byDefault('viewer').called('the role').merges(leastGiven(...leastFirst)).trusts('owner').weighs('critical').guarded().writeBy('owner'),
    contact_kind: oneOf('employee', 'freelancer', 'couple', 'family', 'vendor', 'venue', 'other').byDefault('other').called('the kind of contact').merges(scalar).trusts(...planning).weighs('low'),
  },
  {
    scope: 'organization',
    audience: [
      { roles: team, where: { is: 'any' } },
      { roles: everyone, where: { is: 'me', field: 'id' } },
      { roles: everyone, where: { is: 'one-of', field: 'role', values: [...team] } },
    ],
    createdBy: managers,
    deletedBy: ['owner'],
  },
)
