// Remembers who is signed in on this phone, and who was: opening the app needs neither a network nor a token that still
// holds. Signing out forgets the token and nothing else; each person's work stays in their own store.
import { readSignedInPerson, type SignedInPerson } from './signed-in-person.ts'

const nowKey = 'wedsync.signed-in'
const knownKey = 'wedsync.known-here'

const read = (key: string): unknown => {
  try {
    return JSON.parse(localStorage.getItem(key) ?? 'null')
  } catch {
    return null
  }
}

const write = (key: string, value: unknown): void => {
  try {
    localStorage.setItem(key, JSON.stringify(value))
  } catch {
    // no room or no permission: this person stays signed in until the page is closed
  }
}

let person = readSignedInPerson(read(nowKey))
const listeners = new Set<() => void>()

// signing out in one tab signs out all of them
addEventListener('storage', ({ key }) => {
  if (key !== nowKey) return
  person = readSignedInPerson(read(nowKey))
  for (const listener of listeners) listener()
})

const become = (next: SignedInPerson | null): void => {
  person = next
  write(nowKey, next)
  for (const listener of listeners) listener()
}

export const signedIn = {
  current: (): SignedInPerson | null => person,
  token: (): string | null => person?.token ?? null,
  subscribe: (listener: () => void): (() => void) => {
    listeners.add(listener)
    return () => listeners.delete(listener)
  },
  enter: (next: SignedInPerson): void => {
    const others = signedIn.knownHere().filter(({ user }) => user.id !== next.user.id)
    write(knownKey, [{ ...next, token: null }, ...others])
    become(next)
  },
  leave: (): void => become(null),
  /** People who were signed in on this phone before, the latest first. */
  knownHere: (): SignedInPerson[] => {
    const kept = read(knownKey)
    return Array.isArray(kept) ? kept.map(readSignedInPerson).filter((one) => one !== null) : []
  },
}
