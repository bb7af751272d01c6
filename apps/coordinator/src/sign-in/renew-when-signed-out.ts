// A token holds for some hours, a wedding day may hold for longer. When the other side no longer takes it, a new one is
// fetched in the background; until then everything is saved on this phone as before.
import { type SyncEngine } from '@wedsync/client'
import { signInAs } from './demo-people.ts'
import { signedIn } from './signed-in.ts'

const againAfterMs = 60_000

/** Watches one engine for as long as the page lives. */
export const renewWhenSignedOut = (engine: SyncEngine): void => {
  const status = engine.watchStatus()
  let isTrying = false

  const renew = async (): Promise<void> => {
    const person = signedIn.current()
    if (isTrying || person?.user.id !== engine.user.id || status.current().phase !== 'signed-out') return
    isTrying = true
    const fresh = await signInAs(person.email)
    if (fresh?.user.id === engine.user.id && signedIn.current()?.user.id === fresh.user.id) {
      signedIn.enter(fresh)
      await engine.syncNow()
    }
    // a token that is refused at once, or no answer: not again right away
    setTimeout(() => {
      isTrying = false
      void renew()
    }, againAfterMs)
  }

  status.subscribe(() => void renew())
  void renew()
}
