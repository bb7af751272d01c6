// The answers to a form, by the id of each question. A couple drafts and submits; what was approved is the team's.
import { answers, collection, idOf, keyed, oneOf, scalar, stages } from '@wedsync/merge'
import { team } from './roles.ts'

const steps = ['draft', 'submitted', 'approved'] as const
const teamAndCouple = [...team, 'couple'] as const

export const formResponse = collection(
  'form_responses',
  // prettier-ignore
  {
    client_id: idOf('clients').required().fixed().called('the wedding').weighs('critical').guarded(),
    form_id: idOf('forms').required().fixed().called('the form').weighs('high'),
    answers: answers().byDefault({}).called('the answers').merges(keyed(scalar)).trusts('couple').weighs('medium').guarded(),
    status: oneOf(...steps).byDefault('draft').called('how far the answers are').merges(stages(...steps)).weighs('medium'),
  },
  {
    scope: 'wedding',
    audience: [{ roles: teamAndCouple, where: { is: 'any' } }],
    createdBy: teamAndCouple,
    // Silent: answers somebody planned by are not the couple's to delete.
    deletedBy: team,
    writtenWhere: [
      { roles: team, where: { is: 'any' } },
      // Silent: who approves. Not the couple, neither by writing the word nor by changing what was approved.
      { roles: ['couple'], where: { is: 'one-of', field: 'status', values: ['draft', 'submitted'] } },
    ],
    // to be approved still goes on in the freeze; to be answered anew does not
    frozenWhere: [
      { fields: ['answers'], where: { field: 'status', values: ['submitted', 'approved'] } },
      { fields: ['status'], where: { field: 'status', values: ['submitted', 'approved'] }, to: ['draft'] },
    ],
    refersTo: {
      client_id: { table: 'clients', onDelete: 'delete' },
      form_id: { table: 'forms', onDelete: 'delete' },
    },
    raises: (response) => (response['status'] === 'draft' ? null : 'these answers were handed in'),
  },
)
