// Who signs in, as whom, with which role: the only place rights come from. Only an owner touches it, or a planner
// could make themselves one.
import { collection, id, idOf, leastGiven, oneOf } from '@wedsync/merge'
import { everyone, leastFirst, team } from './roles.ts'

export const membership = collection(
  'memberships',
  // prettier-ignore
  {
    user_id: id().required().fixed().called('the account').weighs('critical').guarded(),
    person_id: idOf('people').required().fixed().called('the person').weighs('critical').guarded(),
    role: oneOf(...everyone).required().merges(leastGiven(...leastFirst)).trusts('owner').weighs('critical').guarded(),
  },
  {
    scope: 'organization',
    audience: [
      { roles: team, where: { is: 'any' } },
      { roles: everyone, where: { is: 'me', field: 'person_id' } },
    ],
    createdBy: ['owner'],
    deletedBy: ['owner'],
    refersTo: { person_id: { table: 'people', onDelete: 'delete' } },
    unique: [['user_id'], ['person_id']],
  },
)
