// Somebody does several things in one action: two or three edits, now and then one from a sheet that was open before, and at the end
// they do away with something of it. Where actions are mixed, they save another action in between, or edits of none.
import { diceFor, type Dice } from './dice.ts'
import { edit, shownBy } from './on-a-phone.ts'
import type { Phone } from './phone.ts'
import type { Deed } from './plan.ts'
import type { DeedParts } from './world.ts'

export const saveTogether = async (deed: Deed, phone: Phone, dice: Dice, parts: DeedParts): Promise<void> => {
  const { plan } = parts.world
  const groupId = dice.id()
  const sheet = diceFor(plan.seed, 'deed', deed.id, 'sheet together')
  const looked = plan.hasSheetsTogether && sheet.is(0.4) ? shownBy(phone) : null
  const saveBetween = betweenActions(deed, phone, parts)
  for (let nth = 0; nth < dice.between(2, 3); nth += 1) {
    await edit(deed, phone, dice.pick(['save', 'save', 'create']), dice, parts, { groupId, mark: markOf(deed, nth) })
    await saveBetween(nth, recordsOf(phone, groupId))
  }
  const own = recordsOf(phone, groupId)
  // what they began before it all, of something they edited since
  if (looked && own.size > 0)
    await edit(deed, phone, 'save', sheet, parts, {
      ...{ groupId, mark: markOf(deed, 'sheet') },
      looked: looked.filter(({ id }) => own.has(id)),
    })
  // now and then somebody does away in one action with what they changed in it
  if (own.size > 0 && diceFor(plan.seed, 'deed', deed.id, 'undo').is(0.2))
    await edit(deed, phone, 'remove', dice, parts, { groupId, mark: markOf(deed, 'end'), own })
}

const markOf = (deed: Deed, part: number | string): string => `${deed.phone}:${deed.id}.${part}`

const recordsOf = (phone: Phone, groupId: string): ReadonlySet<string> =>
  new Set(phone.outbox().flatMap((entry) => (entry.change.groupId === groupId ? [entry.id] : [])))

const betweenActions = (deed: Deed, phone: Phone, parts: DeedParts) => {
  const { plan } = parts.world
  const dice = diceFor(plan.seed, 'deed', deed.id, 'mixed')
  const groupId = plan.mixesActions && dice.is(0.6) ? dice.id() : null
  return async (nth: number, own: ReadonlySet<string>): Promise<void> => {
    if (groupId === null || dice.is(0.2)) return
    await edit(deed, phone, 'save', dice, parts, {
      mark: markOf(deed, `${nth}.between`),
      ...(dice.is(0.7) && { groupId }),
      // mostly what the other action is about as well
      ...(own.size > 0 && dice.is(0.6) && { own }),
    })
  }
}
