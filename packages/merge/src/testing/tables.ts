// Small tables for the tests of this package, with one field of every sort.
import { collection } from '../collection.ts'
import { ask } from '../rules/ask.ts'
import { keyed } from '../rules/keyed.ts'
import { scalar } from '../rules/scalar.ts'
import { set } from '../rules/set.ts'
import { stages } from '../rules/stages.ts'
import { textRule } from '../rules/text.ts'
import { answers, listOf } from '../structured-values.ts'
import { bool, idOf, idsOf, instant, int, labels, longText, oneOf, text, wallTime } from '../values.ts'

export const weddingId = '10000000-0000-4000-8000-000000000001'

export const items = collection(
  'items',
  {
    client_id: idOf('clients').required().fixed().called('the wedding').weighs('critical').guarded(),
    title: text({ max: 40, min: 1 }).required().merges(scalar).trusts('owner', 'planner'),
    place: text({ max: 40 }).merges(scalar).trusts('owner', 'planner').writeBy('planner', 'venue'),
    starts: wallTime()
      .called('the start')
      .merges(scalar)
      .trusts('owner', 'planner')
      .weighs('high')
      .together('schedule'),
    minutes: int({ min: 0, max: 600 }).byDefault(15).merges(scalar).trusts('owner', 'planner').together('schedule'),
    seen: instant().merges(ask),
    people: idsOf('people').byDefault([]).merges(set),
    phones: labels().byDefault({}).merges(ask).weighs('high'),
    note: longText().merges(textRule).weighs('low').readBy('planner'),
    status: oneOf('planned', 'done', 'skipped')
      .byDefault('planned')
      .merges(stages('planned', 'done', 'skipped').asksFor(['done', 'skipped'])),
    money: int().merges(scalar).trusts('owner', 'planner').weighs('critical'),
    open: bool().byDefault(false).merges(scalar).trusts('owner', 'planner').guarded(),
    fixed: bool().byDefault(false).weighs('low'),
  },
  {
    scope: 'wedding',
    audience: [
      { roles: ['owner', 'planner', 'venue'], where: { is: 'any' } },
      { roles: ['vendor'], where: { is: 'one-of', field: 'open', values: [true] } },
    ],
    createdBy: ['owner', 'planner', 'vendor'],
    updatedBy: ['owner', 'planner', 'venue'],
    deletedBy: ['owner'],
    writtenWhere: [{ roles: ['planner'], where: { is: 'my-wedding', field: 'client_id' } }],
    refersTo: { client_id: { table: 'clients', onDelete: 'delete' } },
    unique: [['client_id', 'title']],
    criticalIn: (item) => (item['fixed'] === true ? ['starts'] : []),
    raises: (item, { scopeRecord }) =>
      item['open'] === true || scopeRecord?.['live'] === true ? 'this is a key moment' : null,
  },
)

/** A list whose lines are told apart by their ids, answers question by question, and one of each that is compared whole. */
export const lists = collection(
  'lists',
  {
    lines: listOf(
      { id: text({ max: 9, min: 1 }).required(), text: text({ max: 40 }).required(), done: bool().byDefault(false) },
      { by: 'id' },
    )
      .byDefault([])
      .called('the checklist')
      .merges(keyed({ text: scalar, done: stages(false, true) }, 'id'))
      .trusts('owner', 'planner')
      .weighs('low'),
    files: listOf({ id: text({ max: 9, min: 1 }).required() }, { by: 'id' })
      .byDefault([])
      .merges(ask),
    answers: answers().byDefault({}).merges(keyed(scalar)).trusts('couple'),
    sealed: answers().byDefault({}).merges(ask),
  },
  { scope: 'organization', wholeWeighs: 'high' },
)

export const weddings = collection(
  'clients',
  { names: text({ max: 40 }).required() },
  { scope: 'wedding', isScope: true },
)
