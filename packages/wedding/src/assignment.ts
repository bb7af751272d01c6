// Who works on which wedding, and who of them leads it. A planner hands out only the weddings they hold themselves.
import { bool, collection, idOf, scalar } from '@wedsync/merge'
import { everyone, managers, team } from './roles.ts'

export const assignment = collection(
  'assignments',
  // prettier-ignore
  {
    person_id: idOf('people').required().fixed().called('the person').weighs('critical').guarded(),
    client_id: idOf('clients').required().fixed().called('the wedding').weighs('critical').guarded(),
    is_lead: bool().byDefault(false).called('who leads the wedding').merges(scalar).trusts('owner').weighs('critical').guarded(),
  },
  {
    scope: 'organization',
    audience: [
      { roles: team, where: { is: 'any' } },
      { roles: everyone, where: { is: 'me', field: 'person_id' } },
    ],
    createdBy: managers,
    updatedBy: managers,
    deletedBy: managers,
    writtenWhere: [
      { roles: ['owner'], where: { is: 'any' } },
      { roles: ['planner'], where: { is: 'my-wedding', field: 'client_id' } },
    ],
    refersTo: {
      person_id: { table: 'people', onDelete: 'delete' },
      client_id: { table: 'clients', onDelete: 'delete' },
    },
    unique: [['person_id', 'client_id']],
  },
)
