// Tables as they are and as they were a version earlier, for the tests of this package: a field for every way to be said otherwise.
import { collection } from '../collection.ts'
import { added, schemaHistory, type Schema } from '../schema/schema-history.ts'
import { oneLabel, removed, renamed, respelled } from '../schema/wording.ts'
import { bool, idOf, labels, oneOf, text } from '../values.ts'

const team = ['planner']

export const people = collection(
  'people',
  { name: text({ max: 40 }).required() },
  { scope: 'organization', createdBy: team, audience: [{ roles: team, where: { is: 'any' } }] },
)

const papers = collection('papers', { name: text({ max: 40 }) }, { scope: 'organization' })

export const tasks = collection(
  'tasks',
  {
    title: text({ max: 40, min: 1 }).required(),
    place: text({ max: 40 }),
    status: oneOf('open', 'doing', 'done', 'dropped').byDefault('open'),
    phones: labels().byDefault({}),
    owner: idOf('people'),
    keeper: idOf('people'),
    pressing: bool().byDefault(true),
  },
  {
    scope: 'organization',
    createdBy: ['planner'],
    updatedBy: ['planner', 'helper'],
    deletedBy: ['owner'],
    audience: [
      { roles: ['planner'], where: { is: 'any' } },
      { roles: ['helper'], where: { is: 'me', field: 'owner' } },
      { roles: ['keeper'], where: { is: 'me', field: 'keeper' } },
      { roles: ['guest'], where: { is: 'me', field: 'id' } },
      { roles: ['vendor'], where: { is: 'me', field: 'title' } },
    ],
    writtenWhere: [{ roles: ['helper'], where: { is: 'me', field: 'owner' } }],
    refersTo: {
      owner: { table: 'people', onDelete: 'null' },
      keeper: { table: 'people', onDelete: 'null' },
    },
    unique: [
      ['title', 'place'],
      ['title', 'keeper'],
    ],
  },
)

/** Version 1, one step back. There were no papers then, a task was done or not, and it had a colour. Made anew for each test. */
export const yesterday = (): Schema =>
  schemaHistory({
    current: 2,
    collections: [people, papers, tasks],
    steps: [
      {
        newTables: ['papers'],
        tables: {
          tasks: {
            room: renamed('place'),
            done: respelled('status', bool(), [[false, 'open', 'doing'], [true, 'done']], { shown: [[true, 'dropped']] }), // prettier-ignore
            mobile: oneLabel('phones', 'mobile'),
            helper: renamed('owner'),
            keeper: added,
            pressing: added,
            colour: removed(text({ max: 9 }), { shown: 'red' }),
          },
        },
      },
    ],
  }).past(1)!
