// Something to be done before the day or on it, who looks after it, and its checklist.
import {
  bool,
  collection,
  idOf,
  idsOf,
  keyed,
  listOf,
  oneOf,
  scalar,
  set,
  stages,
  text,
  wallTime,
} from '@wedsync/merge'
import { planning, team } from './roles.ts'

const steps = ['open', 'doing', 'done'] as const
const line = { id: text({ max: 64, min: 1 }).required(), text: text({ max: 500 }).required(), done: bool().byDefault(false) } // prettier-ignore

export const task = collection(
  'tasks',
  // prettier-ignore
  {
    client_id: idOf('clients').required().fixed().called('the wedding').weighs('critical').guarded(),
    title: text({ max: 200, min: 1 }).required().merges(scalar).trusts(...planning).weighs('medium'),
    due: wallTime().called('when it is due').merges(scalar).trusts(...planning).weighs('medium'),
    owner_id: idOf('people').called('who looks after it').merges(scalar).trusts(...planning).weighs('medium'),
    priority: oneOf('low', 'normal', 'high').byDefault('normal').merges(scalar).trusts(...planning).weighs('low'),
    status: oneOf(...steps).byDefault('open').called('how far it is').merges(stages(...steps)).weighs('medium'),
    checklist: listOf(line, { by: 'id' }).byDefault([]).merges(keyed({ text: scalar, done: stages(false, true) }, 'id')).trusts(...planning).weighs('medium'),
    depends_on: idsOf('tasks').byDefault([]).called('what it waits for').merges(set).weighs('medium'),
  },
  {
    scope: 'wedding',
    // Silent: tasks are the team's own work; nobody else is told of them.
    audience: [{ roles: team, where: { is: 'any' } }],
    createdBy: team,
    deletedBy: team,
    refersTo: {
      client_id: { table: 'clients', onDelete: 'delete' },
      owner_id: { table: 'people', onDelete: 'null' },
    },
  },
)
