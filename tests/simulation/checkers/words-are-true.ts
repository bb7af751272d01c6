// P10, on the phone: whoever reads "Shared" has nothing left that is not; what is unknown is never told as well.
import { type MakeChecker } from './checker.ts'

export const wordsAreTrue: MakeChecker = (world, report) => ({
  hear: (happening) => {
    if (happening.what !== 'saved') return
    const phone = world.phones.find(({ name }) => name === happening.phone)!
    const status = phone.engine()?.status()
    const open = phone
      .outbox()
      .filter(({ changeId, state }) => changeId === happening.entry.changeId && state !== 'settled')
    if (status?.word === 'Shared' && open.length > 0) report(`${phone.name} just saved something, and is told "Shared"`)
  },
  conclude: () => {
    for (const phone of world.phones) {
      const status = phone.engine()?.status()
      const open = phone.outbox().filter(({ state }) => state !== 'settled')
      if (!status) report(`${phone.name} is not running`)
      else if ((status.word === 'Shared') !== (open.length === 0))
        report(`${phone.name} says "${status.word}" with ${open.length} changes open`)
    }
  },
})
