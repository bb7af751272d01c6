// Decides what is on the screen: the door, or the weddings of whoever is signed in on this phone. No network is asked.
import { SyncProvider } from '@wedsync/client/react'
import { useSyncExternalStore } from 'react'
import { BrokenScreen } from './frame/broken-screen.tsx'
import { UndoProvider } from './frame/undo-provider.tsx'
import { SignIn } from './sign-in/sign-in.tsx'
import { signedIn } from './sign-in/signed-in.ts'
import { useEngineOf } from './sign-in/use-engine-of.ts'
import { type SignedInPerson } from './sign-in/signed-in-person.ts'
import { Weddings } from './weddings/weddings.tsx'

export const App = () => {
  const person = useSyncExternalStore(signedIn.subscribe, signedIn.current)
  return person ? <Open key={person.user.id} person={person} /> : <SignIn />
}

const Open = ({ person }: { person: SignedInPerson }) => {
  const opened = useEngineOf(person)
  if (opened === 'failed') return <BrokenScreen />
  // the store opens in a blink; a word would only flicker
  if (opened === 'opening') return <main aria-busy="true" aria-label="Opening" />
  return (
    <SyncProvider engine={opened}>
      <UndoProvider>
        <Weddings person={person.user} />
      </UndoProvider>
    </SyncProvider>
  )
}
