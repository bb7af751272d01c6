// The engine in a React component: how it stands with the work, and a button that hands in edits made elsewhere. Written without
// JSX, so that Node runs it as it is.
import { type OfflineChange } from '@wedsync/client'
import { SyncProvider, useSyncEngine, type SyncHook } from '@wedsync/client/react'
import { createElement } from 'react'
import { renderToStaticMarkup } from 'react-dom/server'
import { aPhone, anItem, priya, shared, tidyUp } from './demo.ts'

const SyncBadge = ({ offlineChanges }: { offlineChanges: OfflineChange[] }) => {
  const sync = useSyncEngine()
  const { isOnline, word, pending } = sync
  return createElement(
    'button',
    { disabled: !isOnline, onClick: () => void handIn(sync, offlineChanges) },
    `${word}, ${pending} waiting`,
  )
}

const handIn = ({ syncChanges }: Pick<SyncHook, 'syncChanges'>, offlineChanges: OfflineChange[]) =>
  syncChanges(offlineChanges, { conflictResolution: 'merge', validateChecksums: true })

// the engine is started once, outside, and outlives every screen
const planner = await aPhone(priya)
const id = await anItem(planner, 'First dance')
const offlineChanges: OfflineChange[] = [
  {
    changeId: crypto.randomUUID(),
    action: 'update',
    table: 'timeline_items',
    id,
    data: { cue: 'Lights down' },
    base: { cue: null },
  },
]
const show = () => {
  const badge = createElement(SyncBadge, { offlineChanges })
  console.log(renderToStaticMarkup(createElement(SyncProvider, { engine: planner }, badge)))
}

show()
planner.pause()
await planner.save('timeline_items', id, { location: 'The orchard' })
show()
planner.resume()

await handIn(planner, offlineChanges)
await shared(planner)
// the same once more is not done twice: it only asks what became of it
const { success, processed } = await handIn(planner, offlineChanges)
console.log(`${success ? 'all shared' : 'not all shared'}: ${processed.map(({ outcome }) => outcome).join(', ')}`)
show()
const { queue } = await planner.getSyncStatus(planner.user.id)
console.log(`for the server ${queue?.pendingItems} wait`)

await tidyUp(planner, id)
