// Asks who can sign in on the demo, and signs one of them in. Answers null where there is no signal or nobody to ask.
import { readSignedInPerson, type SignedInPerson } from './signed-in-person.ts'

export type DemoPerson = { email: string; role: string; name: string }

/** The people of the demo, in the order they are given. */
export const readDemoPeople = async (): Promise<DemoPerson[] | null> => {
  const answer = await ask('/api/auth/demo')
  return Array.isArray(answer) ? (answer as DemoPerson[]) : null
}

/** Signs in as one of them, with a fresh token. */
export const signInAs = async (email: string): Promise<SignedInPerson | null> => {
  const answer = await ask('/api/auth/demo', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email }),
  })
  return readSignedInPerson({ ...(answer as object | null), email })
}

const ask = async (path: string, init?: RequestInit): Promise<unknown> => {
  try {
    const response = await fetch(path, { ...init, signal: AbortSignal.timeout(10_000) })
    return response.ok ? await response.json() : null
  } catch {
    return null
  }
}
