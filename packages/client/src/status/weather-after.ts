// Takes the end of a run; says what it means for the person. What happened to the work comes first.
import { type RunEnd } from '../push/push-loop.ts'
import { type SyncStatus } from './sync-status.ts'

/** The part of the status that a run's end decides. */
export const weatherAfter = (end: RunEnd): Partial<Pick<SyncStatus, 'phase' | 'network' | 'error'>> => {
  switch (end.kind) {
    case 'done':
      return { phase: 'ready', network: 'online', error: null }
    case 'called-off':
      return {}
    case 'signed-out':
      return {
        phase: 'signed-out',
        ...(end.token !== null && { network: 'online' }),
        error: `${safe} Sign in again to share it.`,
      }
    case 'blocked':
      return { phase: 'blocked', network: 'online', error: `${safe} ${untilThen[end.why]}` }
    case 'failed':
      // without a signal, or told to come back a little later, nothing is wrong
      if (end.network === 'online' && end.message === null) return { phase: 'ready', network: 'online', error: null }
      if (end.network === 'offline') return { phase: 'ready', network: 'offline', error: null }
      return {
        phase: 'ready',
        network: end.network,
        error: `${safe} ${end.message ?? 'It cannot be shared just now; we keep trying.'}`,
      }
  }
}

const untilThen = {
  old: 'Update the app to share it.',
  ahead: 'This app is newer than the place it shares with; it is shared as soon as that is updated, too.',
  'other-window': 'Another version of the app is open in another window. Reload this one to go on.',
}

const safe = 'Your work is safe on this phone.'
