// Somebody who is invited: whether they come, what they eat, what they must not eat, and whether they are there.
// The couple has the last word on who their guests are and what they need; the team on what happened at the door.
import { bool, collection, idOf, instant, listOf, longText, observed, oneOf, safeSet, scalar, set, stages, text, textRule, words } from '@wedsync/merge' // prettier-ignore
import { isHeadcountDue } from './is-headcount-due.ts'
import { planning, team } from './roles.ts'

const steps = ['expected', 'arrived', 'left'] as const
const allergy = { name: text({ max: 80, min: 1 }).required(), severity: text({ max: 40 }) }
const teamAndCouple = [...team, 'couple'] as const

export const guest = collection(
  'guests',
  // prettier-ignore
  {
    client_id: idOf('clients').required().fixed().called('the wedding').weighs('critical').guarded(),
    name: text({ max: 200, min: 1 }).required().called('the name of the guest').merges(scalar).trusts('couple', ...planning).weighs('medium'),
    household: text({ max: 200 }).merges(scalar).trusts('couple', ...planning).weighs('low'),
    rsvp: oneOf('none', 'yes', 'no', 'maybe').byDefault('none').called('the answer to the invitation').merges(scalar).trusts('couple', ...planning).weighs('medium'),
    meal_choice: text({ max: 200 }).called('the meal').merges(scalar).trusts('couple', ...planning).weighs('medium'),
    dietary: words().byDefault([]).called('the dietary needs').merges(set).trusts('couple', ...planning).weighs('high'),
    allergies: listOf(allergy, { by: 'name', max: 50, isOrdered: false }).byDefault([]).called('the allergies').merges(safeSet('name')).trusts('couple', ...planning).weighs('critical').guarded(),
    accessibility: text({ max: 500 }).called('what makes it accessible').merges(scalar).trusts('couple', ...planning).weighs('high'),
    plus_one: bool().byDefault(false).called('whether they bring somebody').merges(scalar).trusts('couple', ...planning).weighs('medium'),
    child: bool().byDefault(false).called('whether it is a child').merges(scalar).trusts('couple', ...planning).weighs('medium'),
    vip: bool().byDefault(false).called('whether they sit in front').merges(scalar).trusts('couple', ...planning).weighs('low'),
    // What happened at the door is seen by those who stand there.
    check_in_status: oneOf(...steps).byDefault('expected').called('whether they are there').merges(stages(...steps)).weighs('low').writeBy(...team),
    checked_in_at: instant().called('when they came').merges(observed()).weighs('low').writeBy(...team),
    // Silent: the couple reads guests, but what somebody brings may be a surprise; the team alone.
    gift_notes: longText().called('the notes about gifts').merges(textRule).weighs('low').readBy(...team).writeBy(...team),
  },
  {
    scope: 'wedding',
    // Silent: neither the house nor a vendor nor a viewer reads about a guest's health; numbers go to them, not names.
    audience: [{ roles: teamAndCouple, where: { is: 'any' } }],
    createdBy: teamAndCouple,
    // Nobody deletes what they do not read whole: a seat and notes go with it. A couple says `no` for a guest.
    deletedBy: team,
    wholeWeighs: 'critical',
    raises: (_guest, { scopeRecord, contested, at }) =>
      contested.some((field) => field === 'rsvp' || field === 'plus_one') && isHeadcountDue(scopeRecord ?? {}, at)
        ? 'the headcount is due already'
        : null,
    alike: [
      {
        sameWords: ['household', 'name'],
        kind: 'proposal',
        reason:
          'Somebody of this name is in the same household already, from another phone. Is it another guest, or the same?',
      },
    ],
    refersTo: { client_id: { table: 'clients', onDelete: 'delete' } },
  },
)
