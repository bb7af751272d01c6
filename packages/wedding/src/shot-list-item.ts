// A photograph somebody wants: who is in it, and where.
import { bool, collection, idOf, oneOf, scalar, stages, text } from '@wedsync/merge'
import { planning, team } from './roles.ts'

export const shotListItem = collection(
  'shot_list_items',
  // prettier-ignore
  {
    client_id: idOf('clients').required().fixed().called('the wedding').weighs('critical').guarded(),
    description: text({ max: 500, min: 1 }).required().called('the shot').merges(scalar).trusts(...planning).weighs('low'),
    people: text({ max: 500 }).called('who is in it').merges(scalar).trusts(...planning).weighs('low'),
    location: text({ max: 200 }).called('the place').merges(scalar).trusts(...planning).weighs('low'),
    priority: oneOf('low', 'normal', 'high').byDefault('normal').merges(scalar).trusts(...planning).weighs('low'),
    done: bool().byDefault(false).called('whether it is taken').merges(stages(false, true)).weighs('low'),
  },
  {
    scope: 'wedding',
    // Silent: the photographer is a vendor, and vendors read what is named for them; the list is the team's.
    audience: [{ roles: team, where: { is: 'any' } }],
    createdBy: team,
    deletedBy: team,
    refersTo: { client_id: { table: 'clients', onDelete: 'delete' } },
  },
)
