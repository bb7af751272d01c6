// P9: a server that was put back to an older copy is noticed by every phone that heard of something it forgot, before that phone
// takes anything more from it. An answer that was on its way when the copy was put back still says what was true before.
import type { Phone } from '../world/phone.ts'
import { type MakeChecker } from './checker.ts'
import { createHearsOfBefore } from './hears-of-before.ts'
import { isOfThisHistory } from './is-of-this-history.ts'

export const restoreNoticed: MakeChecker = (world, report) => {
  const mustNotice = new Map<string, string>()
  const before = createHearsOfBefore()
  const look = (phone: Phone) => {
    if (isOfThisHistory(world, phone)) mustNotice.delete(phone.name)
    else mustNotice.set(phone.name, phone.state()!.cursor!)
  }
  return {
    hear: (happening) => {
      before.hear(happening)
      switch (happening.what) {
        case 'restored':
          for (const phone of world.phones) look(phone)
          return
        case 'stored': {
          if (before.is(happening.phone)) {
            look(world.phones.find(({ name }) => name === happening.phone)!)
            return
          }
          const cursor = mustNotice.get(happening.phone)
          if (cursor === undefined || happening.state.cursor === cursor) return
          mustNotice.delete(happening.phone)
          if (!happening.state.isReloading)
            report(`${happening.phone} goes on from where the restored server never was`)
        }
      }
    },
    conclude: () => {
      for (const phone of mustNotice.keys()) report(`${phone} never noticed that the server was restored`)
    },
  }
}
