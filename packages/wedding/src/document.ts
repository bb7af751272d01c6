// A file about the wedding, known by its hash: contract, floor plan, certificate. `versions` are those before this one, the
// oldest first; the files themselves travel another way. `visibility` says for whom, as for notes.
import { ask, bool, collection, idOf, int, leastGiven, listOf, oneOf, scalar, text } from '@wedsync/merge'
import { managers, planning, team } from './roles.ts'
import { fewestFirst, isMadeWider } from './visibility.ts'

const earlier = { hash: text({ max: 128, min: 1 }).required(), size: int({ min: 0, max: 1e12 }) }

export const document = collection(
  'documents',
  // prettier-ignore
  {
    client_id: idOf('clients').required().fixed().called('the wedding').weighs('critical').guarded(),
    title: text({ max: 200, min: 1 }).required().merges(scalar).trusts(...planning).weighs('medium'),
    hash: text({ max: 128 }).called('the file').merges(ask).weighs('medium').together('file'),
    size: int({ min: 0, max: 1e12 }).called('the size of the file').merges(ask).weighs('medium').together('file'),
    versions: listOf(earlier, { by: 'hash' }).byDefault([]).called('the versions before').merges(ask).weighs('medium').together('file'),
    pinned_offline: bool().byDefault(false).called('whether phones keep it').merges(scalar).trusts(...planning, 'assistant').weighs('low'),
    visibility: oneOf('team', 'venue', 'vendor', 'couple', 'all').byDefault('team').called('who may read it').merges(leastGiven(...fewestFirst)).trusts('owner').weighs('critical').guarded().approvedBy(managers, isMadeWider),
  },
  {
    scope: 'wedding',
    audience: [
      { roles: team, where: { is: 'any' } },
      { roles: ['venue'], where: { is: 'one-of', field: 'visibility', values: ['venue', 'all'] } },
      { roles: ['vendor'], where: { is: 'one-of', field: 'visibility', values: ['vendor', 'all'] } },
      { roles: ['couple'], where: { is: 'one-of', field: 'visibility', values: ['couple', 'all'] } },
    ],
    createdBy: team,
    deletedBy: team,
    refersTo: { client_id: { table: 'clients', onDelete: 'delete' } },
  },
)
