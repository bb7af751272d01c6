// Says that a newer version of the app lies ready. It never opens by itself.
import { useSyncExternalStore } from 'react'
import { newerVersion } from './keep-app-on-phone.ts'

export const NewerVersion = () => {
  const isReady = useSyncExternalStore(newerVersion.subscribe, newerVersion.isReady)
  if (!isReady) return null
  return (
    <div className="undo">
      <span>A newer version is ready. Your work stays on this phone.</span>
      <button type="button" onClick={newerVersion.open}>
        Open it
      </button>
    </div>
  )
}
