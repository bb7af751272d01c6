// A list of questions the team asks the couple: music, food, family. The answers are records of their own.
import { ask, collection, idOf, listOf, scalar, text, words } from '@wedsync/merge'
import { planning, team } from './roles.ts'

const question = {
  id: text({ max: 64, min: 1 }).required(),
  text: text({ max: 500 }).required(),
  kind: text({ max: 40 }).byDefault('text'),
  options: words({ maxLength: 200, isOrdered: true }).byDefault([]),
}

export const form = collection(
  'forms',
  // prettier-ignore
  {
    client_id: idOf('clients').required().fixed().called('the wedding').weighs('critical').guarded(),
    title: text({ max: 200, min: 1 }).required().merges(scalar).trusts(...planning).weighs('medium'),
    questions: listOf(question, { by: 'id' }).byDefault([]).merges(ask).weighs('medium'),
  },
  {
    scope: 'wedding',
    audience: [{ roles: [...team, 'couple'], where: { is: 'any' } }],
    createdBy: team,
    deletedBy: team,
    refersTo: { client_id: { table: 'clients', onDelete: 'delete' } },
  },
)
