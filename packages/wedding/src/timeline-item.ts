// One line of the day's running order: "16:30  First dance".
import {
  ask,
  bool,
  collection,
  firstStands,
  idOf,
  idsOf,
  instant,
  int,
  keepsPlan,
  leastGiven,
  longText,
  observed,
  oneOf,
  publicTextRule,
  scalar,
  set,
  shift,
  sortKey,
  stages,
  text,
  textRule,
  wallTime,
  whenClose,
  type Plan,
} from '@wedsync/merge'
import { type CascadeDependency, type CascadeItem } from './cascade/cascade-records.ts'
import { projectTimes } from './cascade/project-times.ts'
import { allButViewer, crew, managers, planning, team, teamAndVenue } from './roles.ts'

const kinds = [
  'ceremony',
  'portrait',
  'meal',
  'speech',
  'music',
  'load_in',
  'strike',
  'transport',
  'buffer',
  'milestone',
] as const
/** How many minutes items take of others whose time is fixed. */
const missedMin: Plan['missedMin'] = (records) => {
  const { warnings } = projectTimes(
    (records.get('timeline_items') ?? []) as unknown as CascadeItem[],
    (records.get('timeline_dependencies') ?? []) as unknown as CascadeDependency[],
  )
  return warnings.reduce((sum, one) => sum + (one.kind === 'overrun' ? one.minutes : 0), 0)
}

const steps = ['planned', 'ready', 'started', 'done', 'skipped'] as const

export const timelineItem = collection(
  'timeline_items',
  // prettier-ignore
  {
    client_id: idOf('clients').required().fixed().called('the wedding').weighs('critical').guarded(),
    title: text({ max: 200, min: 1 }).required().merges(scalar).trusts(...planning).weighs('medium'),
    kind: oneOf(...kinds).byDefault('milestone').merges(scalar).trusts(...planning).weighs('low'),
    planned_start: wallTime().called('the start').merges(shift).weighs('high').together('schedule'),
    duration_min: int({ min: 0, max: 2880 }).byDefault(15).called('the length').merges(keepsPlan(scalar)).trusts(...planning).weighs('medium').together('schedule'),
    anchor: oneOf('soft', 'hard').byDefault('soft').called('whether the time is fixed').merges(scalar).trusts(...planning).weighs('high').readBy(...allButViewer),
    min_duration_min: int({ min: 0, max: 2880 }).called('the shortest length').merges(keepsPlan(scalar)).trusts(...planning).weighs('medium').readBy(...allButViewer),
    compressible: bool().byDefault(false).called('whether it can be shortened').merges(firstStands).trusts(...planning, 'assistant').weighs('low').readBy(...allButViewer),
    location: text({ max: 200 }).called('the place').merges(scalar).trusts('owner', 'venue', 'lead', 'planner').weighs('medium').writeBy(...teamAndVenue),
    owner_id: idOf('people').called('who looks after it').merges(scalar).trusts(...planning).weighs('medium').readBy(...crew),
    participant_ids: idsOf('people').byDefault([]).called('who takes part').merges(set).weighs('medium').readBy(...crew),
    vendor_id: idOf('vendor_contacts').called('the vendor').merges(scalar).trusts(...planning).weighs('medium').readBy(...allButViewer),
    cue: text({ max: 500 }).merges(whenClose(ask, scalar)).trusts('owner').weighs('high').readBy(...crew),
    public_note: longText().called('the note for everyone').merges(publicTextRule).weighs('low').readBy(...allButViewer),
    internal_note: longText().called('the internal note').merges(textRule).weighs('low').readBy(...team),
    guest_visible: bool().byDefault(false).called('whether guests see it').merges(leastGiven(false, true)).trusts('owner').weighs('critical').guarded(),
    key_moment: bool().byDefault(false).called('whether it is a key moment').merges(scalar).trusts(...planning).weighs('medium').readBy(...allButViewer),
    locked: bool().byDefault(false).called('the lock').merges(scalar).trusts(...planning).weighs('high').readBy(...allButViewer).writeBy(...managers),
    status: oneOf(...steps).byDefault('planned').merges(stages(...steps).asksFor(['done', 'skipped'])).weighs('high'),
    actual_start: instant().called('when it began').merges(observed()).weighs('medium').writeBy(...teamAndVenue),
    actual_end: instant().called('when it ended').merges(observed('latest')).weighs('medium').writeBy(...teamAndVenue),
    sort_key: sortKey().called('the order').merges(firstStands).trusts(...planning, 'assistant').weighs('low'),
  },
  {
    scope: 'wedding',
    audience: [
      { roles: teamAndVenue, where: { is: 'any' } },
      { roles: ['vendor', 'couple', 'viewer'], where: { is: 'one-of', field: 'guest_visible', values: [true] } },
      { roles: ['vendor'], where: { is: 'mine', field: 'vendor_id', table: 'vendor_contacts', owner: 'person_id' } },
    ],
    createdBy: team,
    updatedBy: teamAndVenue,
    deletedBy: team,
    refersTo: {
      client_id: { table: 'clients', onDelete: 'delete' },
      owner_id: { table: 'people', onDelete: 'null' },
      vendor_id: { table: 'vendor_contacts', onDelete: 'null' },
    },
    // in the freeze a fixed time neither moves nor stops being fixed
    frozenWhere: [
      { fields: ['planned_start', 'duration_min', 'anchor'], where: { field: 'anchor', values: ['hard'] } },
    ],
    criticalIn: (item) => (item['anchor'] === 'hard' ? ['planned_start', 'duration_min', 'anchor'] : []),
    plan: {
      fields: ['duration_min', 'min_duration_min'],
      tables: ['timeline_items', 'timeline_dependencies'],
      missedMin,
    },
    awaitedBy: { table: 'timeline_dependencies', field: 'from_id' },
    raises: (item) => (item['key_moment'] === true ? 'this is a key moment' : null),
  },
)
