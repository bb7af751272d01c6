// A couple and their wedding. Its id is the scope: everything with this `client_id` syncs together.
import {
  ask,
  bool,
  collection,
  day,
  int,
  longText,
  oneOf,
  scalar,
  shift,
  stages,
  text,
  textRule,
  timeOfDay,
  wallTime,
  whenClose,
  zone,
} from '@wedsync/merge'
import { beginsAt } from './begins-at.ts'
import { freezeOf } from './freeze-of.ts'
import { isHeadcountDue } from './is-headcount-due.ts'
import { allButViewer, crew, everyone, managers, planning, team, teamAndVenue } from './roles.ts'

const steps = ['lead', 'booked', 'planning', 'final', 'live', 'done'] as const

export const client = collection(
  'clients',
  // prettier-ignore
  {
    names: text({ max: 200, min: 1 }).required().called('the names of the couple').merges(scalar).trusts('owner', 'couple', 'lead', 'planner').weighs('medium').writeBy(...team),
    email: text({ max: 320 }).called('the email of the couple').merges(scalar).trusts('owner', 'couple', 'lead', 'planner').weighs('high').readBy(...team, 'couple').writeBy(...team),
    phone: text({ max: 40 }).called('the phone of the couple').merges(scalar).trusts('owner', 'couple', 'lead', 'planner').weighs('high').readBy(...team, 'couple').writeBy(...team),
    wedding_date: day().required().merges(ask).weighs('critical').guarded().frozen().writeBy(...team),
    time_zone: zone().required().merges(ask).weighs('critical').guarded().frozen().writeBy(...team),
    status: oneOf(...steps).byDefault('planning').called('the status of the wedding').merges(stages(...steps)).weighs('medium').readBy(...team, 'couple').writeBy(...team),
    venue_name: text({ max: 200 }).called('the venue').merges(ask).weighs('critical').guarded().frozen().together('venue').writeBy(...teamAndVenue),
    venue_address: text({ max: 400 }).called('the address of the venue').merges(ask).weighs('critical').guarded().frozen().together('venue').writeBy(...teamAndVenue),
    venue_contact: text({ max: 200 }).called('the contact at the venue').merges(ask).weighs('critical').guarded().frozen().together('venue').readBy(...crew).writeBy(...teamAndVenue),
    access_time: timeOfDay().called('the time the house opens for us').merges(scalar).trusts('venue', ...planning).weighs('high').readBy(...allButViewer).writeBy(...teamAndVenue),
    curfew: timeOfDay().merges(shift).trusts('venue', ...planning).weighs('critical').guarded().frozen().readBy(...allButViewer).writeBy(...teamAndVenue),
    ceremony_start: wallTime().called('the start of the ceremony').merges(shift).trusts(...planning).weighs('critical').guarded().frozen().writeBy(...team),
    sunset: timeOfDay().merges(scalar).trusts(...planning).weighs('low').writeBy(...team),
    headcount: int({ min: 0, max: 100_000 }).merges(ask).weighs('high').frozen().readBy(...allButViewer).writeBy(...team),
    headcount_due_at: day().called('the day the headcount is due').merges(scalar).trusts(...planning).weighs('medium').readBy(...allButViewer).writeBy(...team),
    plan_b_active: bool().byDefault(false).called('plan B').merges(whenClose(stages(false, true), ask)).weighs('critical').guarded().writeBy(...team),
    freeze_from: wallTime().called('the beginning of the freeze').merges(scalar).trusts(...planning).weighs('high').together('freeze').readBy(...allButViewer).writeBy(...managers),
    freeze_to: wallTime().called('the end of the freeze').merges(scalar).trusts(...planning).weighs('high').together('freeze').readBy(...allButViewer).writeBy(...managers),
    emergency_contact: text({ max: 300 }).merges(ask).trusts('lead', 'owner', 'planner').weighs('critical').guarded().readBy(...team, 'couple').writeBy(...team),
    notes: longText().called('the notes about the wedding').merges(textRule).weighs('low').readBy(...team).writeBy(...team),
  },
  {
    scope: 'wedding',
    isScope: true,
    begins: beginsAt,
    freezes: { from: 'freeze_from', to: 'freeze_to', zone: 'time_zone', told: freezeOf },
    audience: [{ roles: everyone, where: { is: 'any' } }],
    createdBy: managers,
    updatedBy: teamAndVenue,
    deletedBy: ['owner'],
    raises: (wedding, { contested, at }) =>
      contested.includes('headcount') && isHeadcountDue(wedding, at) ? 'the headcount is due already' : null,
  },
)
