// Takes a page of the stream and the cursor it continues; applies it as a pull's, but only while that cursor is the store's:
// a page that continues something else could take the view backwards.  Keeps P5, P6 (rule 20).
import { type Events } from '../events/create-events.ts'
import { applyPage } from '../pull/apply-page.ts'
import { announce } from '../push/announce.ts'
import { type Device } from '../settings.ts'
import { readState } from '../store/read-state.ts'
import { type Store } from '../store/store.ts'
import { type StreamPage } from './stream-pages.ts'

type Parts = { store: Store; device: Device; events: Events; onStored: () => Promise<void> }

/** True when it was applied. */
export const applyStreamPage = async (parts: Parts, { response }: StreamPage, cursor: string): Promise<boolean> => {
  const state = await parts.store.view(readState)
  if (state.cursor !== cursor) return false
  const applied = await applyPage(parts, state.turn, response)
  if (!applied) return false
  announce(parts.events, applied.news)
  await parts.onStored()
  return true
}
