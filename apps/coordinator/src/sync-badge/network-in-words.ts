// What is beside the badge: nothing where all is well, else in two or three words what is in the way.
import { type SyncStatus } from '@wedsync/client'

export const networkInWords = ({
  isPaused,
  network,
  phase,
}: Pick<SyncStatus, 'isPaused' | 'network' | 'phase'>): string => {
  if (isPaused) return 'signal switched off'
  if (network === 'offline') return 'no signal'
  if (phase === 'signed-out') return 'sign in to share'
  if (phase === 'blocked') return 'needs a newer version'
  return network === 'degraded' ? 'weak signal' : ''
}

/** What is in the way, at length: what happened to the work first. Nothing where nothing is. */
export const troubleInWords = ({ network, error }: Pick<SyncStatus, 'network' | 'error'>): string | null =>
  error !== null && network === 'degraded'
    ? 'Your work is safe on this phone. The signal is weak just now; it is tried again and again.'
    : error
