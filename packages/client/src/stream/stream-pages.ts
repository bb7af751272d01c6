// Takes the text of a stream as it comes; hands on its pages. What comes between two digests belongs together, and counts
// only once the second of them shows that all of it is there, as it was sent and in its turn.  Keeps P5.
import { createParser, type EventSourceMessage } from 'eventsource-parser'
import { hashOfText, StreamDigest, streamDigestText, StreamPing, SyncResponse, type Json } from '@wedsync/protocol'

export type StreamPage = { response: SyncResponse }

/** The pages of the stream that answers this request and continues this cursor; null: this is not our wire, or not all of it. */
export const createPages = (cursorBefore: string, requestId: string) => {
  let cursor = cursorBefore
  let digest = requestId
  let unproven: EventSourceMessage[] = []
  let ready: (StreamPage | null)[] = []

  const close = (said: string) => {
    const events = unproven
    unproven = []
    const proof = StreamDigest.safeParse(jsonOrNull(said))
    const isWhole = proof.data?.digest === hashOfText(streamDigestText(digest, events))
    const page = isWhole ? pageOf(events, cursor) : null
    if (!proof.success || !page) return ready.push(null)
    digest = proof.data.digest
    cursor = page.response.cursor
    return page.hasNews ? ready.push({ response: page.response }) : null
  }
  const onEvent = (message: EventSourceMessage) => {
    if (message.event === 'digest') close(message.data)
    // behind a ping nothing else comes: this server gives no digests, or one was lost
    else if (unproven.at(-1)?.event === 'ping') ready.push(null)
    else unproven.push(message)
  }
  const parser = createParser({ onEvent })
  return {
    feed: (text: string) => parser.feed(text),
    taken: () => {
      const taken = ready
      ready = []
      return taken
    },
  }
}

const pageOf = (events: readonly EventSourceMessage[], before: string) => {
  let cursor = before
  let ping: Json = null
  const gathered: Record<string, Json> = {}
  for (const { event, data, id } of events) {
    if (event === 'revoked') gathered['revokedScopes'] = jsonOrNull(data)
    else if (event === 'settled') gathered['settled'] = jsonOrNull(data)
    else if (event === 'change') {
      gathered['serverChanges'] = jsonOrNull(data)
      cursor = id ?? cursor
    } else if (event === 'ping') ping = jsonOrNull(data)
    // an event of a name we do not know is of a server that is newer than we are
  }
  const end = StreamPing.safeParse(ping)
  const read = SyncResponse.safeParse({ ...nothing, ...gathered, ...end.data, cursor })
  return end.success && read.success ? { response: read.data, hasNews: Object.keys(gathered).length > 0 } : null
}

const jsonOrNull = (text: string): Json => {
  try {
    return JSON.parse(text) as Json
  } catch {
    return null
  }
}

// the parts of an answer that a stream never carries
const nothing = {
  ...{ success: true, sessionId: '', processed: [], conflicts: [], failures: [], settled: [], serverChanges: [] },
  ...{
    revokedScopes: [],
    metrics: { itemsProcessed: 0, conflictCount: 0, errorCount: 0, throughput: 0 },
    processingTime: 0,
  },
}
