// Leaving: says what stays on this phone and what becomes of it, before anything is done.
import { useSyncStatus } from '@wedsync/client/react'
import { Sheet } from '../frame/sheet.tsx'
import { signedIn } from './signed-in.ts'
import { type Person } from './signed-in-person.ts'
import { closeEngineOf } from './use-engine-of.ts'

export const SignOutSheet = ({ person, onClose }: { person: Person; onClose: () => void }) => {
  const { waiting } = useSyncStatus()

  const leave = async (): Promise<void> => {
    const leaving = signedIn.current()
    location.hash = ''
    // first the screens, then what they look through
    signedIn.leave()
    if (leaving) await closeEngineOf(leaving)
  }

  return (
    <Sheet title="Sign out" onClose={onClose}>
      {waiting > 0 ? (
        <p>
          {waiting === 1 ? 'One change is' : `${waiting} changes are`} saved on this phone and not shared yet. They stay
          here, and go out when {person.name} signs in again on this phone.
        </p>
      ) : (
        <p>Everything you wrote is shared. The plan stays on this phone, so it opens here again without a signal.</p>
      )}
      <div className="sheet__foot">
        <button className="button" type="button" onClick={onClose}>
          Stay
        </button>
        <button className="button button--main" type="button" onClick={() => void leave()}>
          Sign out
        </button>
      </div>
    </Sheet>
  )
}
