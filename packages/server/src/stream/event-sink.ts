// One open answer of server-sent events: what is sent goes out in order, and whoever does not take it in time is cut off;
// they resume by the id of the last event they have. A helper that only closes the body would wait for such a reader.

/** Milliseconds a reader may take for what was sent before it counts as gone. */
const slowReaderMs = 10_000

export const eventStreamHeaders = {
  'Content-Type': 'text/event-stream; charset=utf-8',
  'Cache-Control': 'no-store',
  // a proxy in between would keep events back until it has a page of them
  'X-Accel-Buffering': 'no',
}

/** `data` is JSON; line breaks inside it are white space. */
export type SentEvent = { event: string; data: string; id?: string }
export type EventSink = {
  body: ReadableStream<Uint8Array>
  /** False: nobody takes it any more. */
  send: (event: SentEvent) => Promise<boolean>
  close: () => void
}

/** `stop` is called off by the sink when its reader goes away, and by others to end it. */
export const createEventSink = (stop: AbortController, slowMs = slowReaderMs): EventSink => {
  let taken = () => {}
  let isOver = false
  let controller!: ReadableStreamDefaultController<Uint8Array>
  const body = new ReadableStream<Uint8Array>(
    {
      start: (made) => void (controller = made),
      pull: () => taken(),
      cancel: () => {
        isOver = true
        stop.abort()
      },
    },
    { highWaterMark: 1 },
  )
  return {
    body,
    async send(event) {
      if (isOver || stop.signal.aborted) return false
      const room = new Promise<boolean>((resolve) => (taken = () => resolve(true)))
      controller.enqueue(encoder.encode(textOf(event)))
      if ((controller.desiredSize ?? 0) > 0 || (await orGivenUp(room, stop.signal, slowMs))) return true
      if (!isOver && !stop.signal.aborted) {
        isOver = true
        // an error, not an end: an end would be queued behind what this reader does not take
        controller.error(tooSlow())
        stop.abort()
      }
      return false
    },
    close: () => {
      if (!isOver) controller.close()
      isOver = true
    },
  }
}

// the HTTP server prints it and destroys the connection; where it came from says nothing
const tooSlow = () => Object.assign(new Error('the reader of a stream is too slow'), { stack: undefined })

const encoder = new TextEncoder()

const textOf = ({ event, data, id }: SentEvent): string => {
  const lines = data.split(/\r\n|\r|\n/).map((line) => `data: ${line}`)
  return [`event: ${event}`, ...(id === undefined ? [] : [`id: ${id}`]), ...lines, '', ''].join('\n')
}

const orGivenUp = (room: Promise<boolean>, signal: AbortSignal, ms: number): Promise<boolean> =>
  new Promise((resolve) => {
    const end = (isTaken: boolean) => {
      clearTimeout(timer)
      signal.removeEventListener('abort', giveUp)
      resolve(isTaken)
    }
    const giveUp = () => end(false)
    const timer = setTimeout(giveUp, ms)
    signal.addEventListener('abort', giveUp, { once: true })
    void room.then(end)
  })
