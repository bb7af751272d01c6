// Takes a batch; carries it to the server and hands on what the answer means.
import { type Batch } from '../outbox/take-batch.ts'
import { type Device } from '../settings.ts'
import { type Transport } from '../transport/create-transport.ts'
import { readAnswer, type Answer } from './read-answer.ts'
import { nextPageAt, requestFor } from './request-for.ts'

type Parts = {
  device: Device
  transport: Transport
  onSending: (isSending: boolean) => void
  storagePersisted: () => boolean | null
}

/** One question; `isFirst` of its run, or a batch that carries changes, says how this device stands. */
export const askServer = async (parts: Parts, batch: Batch, isFirst: boolean): Promise<Answer | 'called-off'> => {
  const { transport, device } = parts
  const carriesChanges = batch.changes.length > 0
  const isNextPage = !carriesChanges && !isFirst && batch.cursor !== null
  if (carriesChanges) parts.onSending(true)
  try {
    const sent = isNextPage
      ? await transport.get(nextPageAt(batch, device))
      : await transport.post('/api/offline/sync', requestFor(batch, device, parts.storagePersisted()))
    if ('answer' in sent)
      return readAnswer(
        sent.answer,
        batch.changes.map(({ changeId }) => changeId),
      )
    if (sent.failed === 'called-off') return 'called-off'
    const wasSlow = sent.failed === 'too-slow'
    return { kind: 'nothing', network: wasSlow ? 'degraded' : 'offline', retryAfterMs: null, wasSlow }
  } finally {
    if (carriesChanges) parts.onSending(false)
  }
}
