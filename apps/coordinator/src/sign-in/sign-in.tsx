// The door: who works here today. One tap signs in. With no signal, those who were here before can open their own store.
import { useEffect, useState } from 'react'
import { OnwardIcon } from '../frame/icons.tsx'
import { readDemoPeople, signInAs, type DemoPerson } from './demo-people.ts'
import { signedIn } from './signed-in.ts'
import { roleInWords } from './signed-in-person.ts'

export const SignIn = () => {
  const [people, setPeople] = useState<DemoPerson[] | null | 'asking'>('asking')
  const [problem, setProblem] = useState<string | null>(null)

  const ask = (): void => {
    void readDemoPeople().then(setPeople)
  }
  useEffect(() => {
    ask()
    addEventListener('online', ask)
    return () => removeEventListener('online', ask)
  }, [])

  const enter = async (email: string): Promise<void> => {
    const person = (await signInAs(email)) ?? signedIn.knownHere().find((known) => known.email === email)
    if (person) signedIn.enter(person)
    else setProblem('Signing in did not work just now. Try again in a moment.')
  }

  return (
    <main className="cover">
      <img className="cover__mark" src="/icon.svg" alt="" width="56" height="56" />
      <h1>The day, the same on every phone</h1>
      <p className="cover__says">With a signal or without. Who are you today?</p>
      {problem && (
        <p className="notice notice--brick" role="alert">
          {problem}
        </p>
      )}
      {people === null ? (
        <NoSignal onEnter={enter} />
      ) : (
        people !== 'asking' && <People people={people} onEnter={enter} />
      )}
    </main>
  )
}

type Enter = { onEnter: (email: string) => Promise<void> }

const People = ({ people, onEnter }: Enter & { people: readonly DemoPerson[] }) => (
  <ul aria-label="People who can sign in">
    {people.map(({ email, name, role }) => (
      <li key={email}>
        <button className="plain-row" type="button" onClick={() => void onEnter(email)}>
          <span>
            <strong>{name}</strong>
            <small>{roleInWords(role)}</small>
          </span>
          <OnwardIcon />
        </button>
      </li>
    ))}
  </ul>
)

const NoSignal = ({ onEnter }: Enter) => {
  const known = signedIn.knownHere()
  return (
    <>
      <p className="notice" role="status">
        There is no signal.{' '}
        {known.length === 0
          ? 'The first time on a phone needs one; after that the day opens without.'
          : 'What was saved on this phone is here, and can be opened.'}
      </p>
      <People
        people={known.map(({ email, user }) => ({ email, name: user.name, role: user.role }))}
        onEnter={onEnter}
      />
    </>
  )
}
