// One deed of a plan: somebody does something, or something befalls them.
import type { LedgerRow } from '../model/rows.ts'
import { administer } from './administer.ts'
import { syncPathOf } from './api-calls.ts'
import { diceFor, type Dice } from './dice.ts'
import { pickDouble } from './double.ts'
import { decide, edit, hasConflict, shownBy } from './on-a-phone.ts'
import type { Phone } from './phone.ts'
import type { Deed } from './plan.ts'
import { saveTogether } from './save-together.ts'
import type { DeedParts } from './world.ts'

const dayMs = 24 * 60 * 60_000

export const doDeed = async (deed: Deed, parts: DeedParts): Promise<void> => {
  const { world, says } = parts
  const dice = diceFor(world.plan.seed, 'deed', deed.id)
  const phone = world.phones.find(({ name }) => name === deed.phone)
  phone?.takeAnotherTab()
  switch (deed.does) {
    case 'save':
      return saveWithASheetOpen(deed, phone!, dice, parts)
    case 'create':
    case 'remove':
      return edit(deed, phone!, deed.does, dice, parts)
    case 'group':
      return saveTogether(deed, phone!, dice, parts)
    case 'double': {
      const made = pickDouble({ seed: world.plan.seed, dice, shown: shownBy(phone!), role: phone!.person.role })
      const groupId = made.length > 1 && dice.is(0.5) ? dice.id() : null
      for (const [nth, one] of made.entries()) {
        const mark = `${deed.phone}:${deed.id}.${nth}`
        await edit(deed, phone!, 'create', dice, parts, groupId === null ? undefined : { groupId, mark }, one)
      }
      return
    }
    case 'decide':
      return decide(deed, [phone!, ...world.phones].find(hasConflict) ?? phone!, dice, parts)
    case 'dismiss': {
      // whoever has one
      const one = [phone!, ...world.phones].find((any) => any.outbox().some(({ state }) => state === 'stuck'))
      if (!one) return
      says(deed, `${one.name} throws a stuck change away`)
      await one.engine()?.dismiss(dice.pick(one.outbox().filter(({ state }) => state === 'stuck')).changeId)
      return
    }
    case 'handle': {
      const open = [...world.model.reads.all<LedgerRow>('ledger')]
        .map(([, row]) => row)
        .filter(({ status }) => ['failed', 'pending', 'conflict'].includes(status))
      if (open.length === 0) return
      const { changeId } = dice.pick(open)
      const method = dice.pick(['POST', 'DELETE'])
      const status = await parts.call(phone!, method, syncPathOf(changeId))
      says(deed, `${phone!.name} ${method === 'POST' ? 'tries again' : 'gives up'} ${changeId.slice(0, 8)}: ${status}`)
      return
    }
    case 'ask':
      says(deed, `${phone!.name} asks now`)
      void phone!.engine()?.syncNow()
      return
    case 'offline':
      says(deed, `${phone!.name} has no signal for ${deed.ms} ms`)
      parts.cut(phone!.name, deed.ms!)
      return
    case 'die':
      says(deed, `${phone!.name} dies for ${deed.ms} ms`)
      phone!.crash()
      world.time.set(() => void phone!.boot(), deed.ms!)
      return
    case 'lostStore':
      says(deed, `${phone!.name} dies for ${deed.ms} ms, and its store is thrown away`)
      phone!.loseStore()
      world.time.set(() => void phone!.boot(), deed.ms!)
      return
    case 'upgrade':
      says(deed, `${phone!.name} gets today's app`)
      phone!.replaceApp()
      phone!.crash()
      void phone!.boot()
      return
    case 'wrongClock': {
      const ms = dice.pick([-30 * dayMs, -2 * dayMs, -60_000, 60_000, 2 * dayMs, 30 * dayMs])
      says(deed, `${phone!.name}'s clock jumps by ${ms} ms`)
      phone!.skewBy(ms)
      return
    }
    case 'signedOut':
      says(deed, `${phone!.name} is signed out for ${deed.ms} ms`)
      phone!.setTokenUntil(world.time.now())
      world.time.set(() => phone!.setTokenUntil(Infinity), deed.ms!)
      return
    case 'serverDies':
      says(deed, 'a server dies')
      dice.pick(world.nodes).crash()
      return
    case 'backup':
      says(deed, `a backup is taken, and put back in ${deed.ms} ms`)
      parts.backup()
      world.time.set(() => {
        if (world.isQuiet()) return
        says(deed, 'the backup is put back')
        parts.restore()
      }, deed.ms!)
      return
    default:
      return administer(deed, dice, parts)
  }
}

// where people edit parts, some began the next edit before this one, and save it later: what they saw then is what it is made of
const saveWithASheetOpen = async (deed: Deed, phone: Phone, dice: Dice, parts: DeedParts): Promise<void> => {
  const { world, faults } = parts
  const sheet = diceFor(world.plan.seed, 'deed', deed.id, 'sheet')
  const looked = world.plan.hasSheets && sheet.is(0.25) ? shownBy(phone) : null
  await edit(deed, phone, 'save', dice, parts)
  if (!looked) return
  const save = () => edit(deed, phone, 'save', sheet, parts, { mark: `${deed.phone}:${deed.id}.sheet`, looked })
  world.time.set(() => void save().catch((thrown: unknown) => faults.push(thrown)), sheet.pick([1, 400, 5_000, 20_000]))
}
