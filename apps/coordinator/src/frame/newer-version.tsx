// Says that a newer version of the app lies ready, or that this one is too old to share anything. It never opens by itself.
import { useSyncStatus } from '@wedsync/client/react'
import { useSyncExternalStore } from 'react'
import { newerVersion } from './keep-app-on-phone.ts'

export const NewerVersion = () => {
  const isReady = useSyncExternalStore(newerVersion.subscribe, newerVersion.isReady)
  const { phase, error } = useSyncStatus()
  if (isReady)
    return (
      <Offer says="A newer version is ready. Your work stays on this phone." does="Open it" open={newerVersion.open} />
    )
  if (phase !== 'blocked' || error === null) return null
  return <Offer says={error} does="Reload" open={() => void newerVersion.fetch()} />
}

const Offer = ({ says, does, open }: { says: string; does: string; open: () => void }) => (
  <div className="undo" role="status">
    <span>{says}</span>
    <button type="button" onClick={open}>
      {does}
    </button>
  </div>
)
