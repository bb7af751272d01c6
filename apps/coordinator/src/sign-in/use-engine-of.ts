// Opens a person's store on this phone, once, and keeps it open while they are signed in, whatever screen is shown.
import { startSync, type SyncEngine } from '@wedsync/client'
import { allCollections, weddingSchemas } from '@wedsync/wedding'
import { useSyncExternalStore } from 'react'
import { renewWhenSignedOut } from './renew-when-signed-out.ts'
import { type SignedInPerson } from './signed-in-person.ts'
import { signedIn } from './signed-in.ts'

type Opened = 'opening' | 'failed' | SyncEngine

const openedByUser = new Map<string, Opened>()
const listeners = new Set<() => void>()

/** The engine of this person, as soon as it stands. */
export const useEngineOf = ({ user }: SignedInPerson): Opened =>
  useSyncExternalStore(
    (onChange) => {
      listeners.add(onChange)
      open(user)
      return () => listeners.delete(onChange)
    },
    () => openedByUser.get(user.id) ?? 'opening',
  )

/** Ends the work of this person's engine; what they wrote stays in their store. */
export const closeEngineOf = async ({ user }: SignedInPerson): Promise<void> => {
  const opened = openedByUser.get(user.id)
  openedByUser.delete(user.id)
  if (typeof opened === 'object') await opened.stop()
}

const open = (user: SignedInPerson['user']): void => {
  if (openedByUser.has(user.id)) return
  const set = (opened: Opened) => {
    openedByUser.set(user.id, opened)
    for (const listener of listeners) listener()
  }
  set('opening')
  startSync({
    ...{ baseUrl: '', collections: allCollections, schemas: weddingSchemas, user },
    ...{ token: signedIn.token, platform: 'web' },
  })
    .then((engine) => {
      renewWhenSignedOut(engine)
      set(engine)
    })
    .catch((error: unknown) => {
      console.error(error)
      set('failed')
    })
}
