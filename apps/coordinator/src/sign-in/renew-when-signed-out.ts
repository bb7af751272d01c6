// A token holds for some hours, a wedding day may hold for longer. When the other side no longer takes it, a new one is
// fetched in the background; until then everything is saved on this phone as before.
import { type SyncEngine } from '@wedsync/client'
import { signInAs } from './demo-people.ts'
import { signedIn } from './signed-in.ts'

const againAfterMs = 60_000

/** Watches one engine for as long as the page lives. */
export const renewWhenSignedOut = (engine: SyncEngine): void => {
  const status = engine.watchStatus()
  let waiting: ReturnType<typeof setTimeout> | null = null

  const renew = async (): Promise<void> => {
    const person = signedIn.current()
    if (waiting || person?.user.id !== engine.user.id || status.current().phase !== 'signed-out') return
    // a token that is refused at once, or no answer: not again right away
    waiting = setTimeout(again, againAfterMs)
    const fresh = await signInAs(person.email)
    if (fresh?.user.id !== engine.user.id || signedIn.current()?.user.id !== engine.user.id) return
    signedIn.enter(fresh)
    await engine.syncNow()
  }
  const again = (): void => {
    if (waiting) clearTimeout(waiting)
    waiting = null
    void renew()
  }

  status.subscribe(() => void renew())
  addEventListener('online', again)
  void renew()
}
