// Tells whoever listens what an answer brought, once it is safely stored.
import { type SyncResponse } from '@wedsync/protocol'
import { type Events } from '../events/create-events.ts'
import { isNewlyForPerson, type Heard } from '../pull/apply-page.ts'

/** One event for each thing worth knowing. */
export const announce = (events: Events, heard: readonly Heard[], response?: SyncResponse): void => {
  for (const one of heard) {
    const { before, after, receipt } = one
    if (isNewlyForPerson(one) && receipt.kind === 'failed') {
      const { code, message } = receipt.failure
      events.emit('changeFailed', { changeId: after.changeId, table: after.table, id: after.id, code, message })
    }
    if (isNewlyForPerson(one) && receipt.kind === 'waiting') events.emit('conflictDetected', receipt.conflict)
    if (before.state === 'held' && after.state === 'settled' && before.receipt?.kind === 'waiting') {
      events.emit('conflictResolved', { ...before.receipt.conflict, status: 'resolved' })
    }
    if (receipt.kind === 'processed' && receipt.conflict) {
      if (before.state !== 'settled') {
        events.emit('conflictDetected', receipt.conflict)
        events.emit('conflictResolved', receipt.conflict)
      }
    }
  }
  if (response) events.emit('syncCompleted', response.sessionId, response.metrics)
}
