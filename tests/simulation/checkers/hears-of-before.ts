// An answer that was on its way when an older copy was put back still says what was true before; which phones are told so. Hears
// what happens, and has to hear it before whoever asks.
import type { Happening } from '../world/events.ts'

export type HearsOfBefore = {
  hear: (happening: Happening) => void
  /** Whether what a phone heard last was answered by a server that has been put back since. */
  is: (phone: string) => boolean
}

export const createHearsOfBefore = (): HearsOfBefore => {
  const served = new Set<string>()
  let servedBefore: ReadonlySet<string> = new Set()
  const hears = new Set<string>()
  return {
    hear: (happening) => {
      if (happening.what === 'restored') servedBefore = new Set(served)
      if (happening.what === 'served') served.add(`${happening.phone} ${happening.request}`)
      if (happening.what !== 'heard') return
      if (servedBefore.has(`${happening.phone} ${happening.request}`)) hears.add(happening.phone)
      else hears.delete(happening.phone)
    },
    is: (phone) => hears.has(phone),
  }
}
