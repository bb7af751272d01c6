// Something somebody wrote down: an idea, a problem with the set-up, an incident, a call. `visibility` says for whom.
// A vendor can leave a note for the team; what they write there they do not see again.
import { collection, idOf, leastGiven, longText, oneOf, scalar, text, textRule } from '@wedsync/merge'
import { managers, planning, team } from './roles.ts'
import { fewestFirst, isMadeWider } from './visibility.ts'

export const note = collection(
  'notes',
  // prettier-ignore
  {
    client_id: idOf('clients').required().fixed().called('the wedding').weighs('critical').guarded(),
    body: longText().required().called('the note').merges(textRule).weighs('low').writeBy(...team, 'vendor'),
    category: oneOf('idea', 'setup_issue', 'incident', 'call').byDefault('idea').called('the kind of note').merges(scalar).trusts(...planning).weighs('low').writeBy(...team, 'vendor'),
    priority: oneOf('low', 'medium', 'high').byDefault('medium').merges(scalar).trusts(...planning).weighs('low').writeBy(...team, 'vendor'),
    location: text({ max: 200 }).called('the place').merges(scalar).trusts(...planning).weighs('low').writeBy(...team, 'vendor'),
    visibility: oneOf('team', 'venue', 'vendor', 'couple', 'all').byDefault('team').called('who may read it').merges(leastGiven(...fewestFirst)).trusts('owner').weighs('critical').guarded().approvedBy(managers, isMadeWider).writeBy(...team),
  },
  {
    scope: 'wedding',
    audience: [
      { roles: team, where: { is: 'any' } },
      { roles: ['venue'], where: { is: 'one-of', field: 'visibility', values: ['venue', 'all'] } },
      { roles: ['vendor'], where: { is: 'one-of', field: 'visibility', values: ['vendor', 'all'] } },
      { roles: ['couple'], where: { is: 'one-of', field: 'visibility', values: ['couple', 'all'] } },
    ],
    createdBy: [...team, 'vendor'],
    updatedBy: team,
    deletedBy: team,
    refersTo: { client_id: { table: 'clients', onDelete: 'delete' } },
  },
)
