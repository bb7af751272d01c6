// Takes somebody who answers batches over HTTP; lets all devices send theirs in a closed loop, each one batch at a time,
// and hands back throughput, latencies and the processor time it took. Every answer is read, and one that is not all
// "applied" ends the run: a batch that is refused is quick, and would make the slower side look fast.
import http from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { processorMs } from './processor-time.ts'

/** One side of the comparison, as its devices see it. */
export type Target = {
  name: string
  url: string
  /** The process that answers; the database's are counted beside it. */
  pid: number
  /** The request's body and headers for a device's nth batch of a round. */
  request: (device: number, batch: number, round: number) => { body: string; headers: Record<string, string> }
  /** Takes in the answer, or throws where it is not what W1 is about. */
  take: (device: number, answer: string) => void
}

/** `from` the nth batch of each device up to, and without, the one at `to`. */
export type W1 = { devices: number; from: number; to: number; round: number; postgresPid: number }

/** What one lap took, for as many laps as belong together to be counted as one. */
export type Lap = {
  latencies: number[]
  seconds: number
  serverMs: number | null
  databaseMs: number | null
  busyAnswers: number
}

export type Figures = {
  itemsPerSecond: number
  p50Ms: number
  p95Ms: number
  p99Ms: number
  /** Processor time a batch, of the server and of the database; null where the system does not say. */
  serverMsPerBatch: number | null
  databaseMsPerBatch: number | null
  /** Times a device was told that the server is busy, and came back. */
  busyAnswers: number
}

export const runW1 = async (target: Target, { devices, from, to, round, postgresPid }: W1): Promise<Lap> => {
  const agent = new http.Agent({ keepAlive: true, maxSockets: devices })
  const latencies: number[] = []
  let busyAnswers = 0
  const server = processorClock(target.pid)
  const database = processorClock(postgresPid)
  const started = performance.now()
  await Promise.all(
    Array.from({ length: devices }, async (_, device) => {
      for (let batch = from; batch < to; batch += 1) {
        const { body, headers } = target.request(device, batch, round)
        const sent = performance.now()
        const answer = await sendPatiently(agent, target.url, body, headers, () => (busyAnswers += 1))
        latencies.push(performance.now() - sent)
        target.take(device, answer)
      }
    }),
  )
  const seconds = (performance.now() - started) / 1000
  const serverMs = server()
  const databaseMs = database()
  agent.destroy()

  return { latencies, seconds, serverMs, databaseMs, busyAnswers }
}

/** The figures of laps that belong together, as if they had been one. */
export const figuresOf = (laps: readonly Lap[]): Figures => {
  const sum = (of: (lap: Lap) => number) => laps.reduce((so, lap) => so + of(lap), 0)
  const latencies = laps.flatMap((lap) => lap.latencies).sort((one, other) => one - other)
  const at = (share: number) => latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * share))]!
  const aBatch = (of: (lap: Lap) => number | null) =>
    laps.some((lap) => of(lap) === null) ? null : sum((lap) => of(lap)!) / latencies.length
  return {
    itemsPerSecond: (latencies.length * 50) / sum((lap) => lap.seconds),
    p50Ms: at(0.5),
    p95Ms: at(0.95),
    p99Ms: at(0.99),
    serverMsPerBatch: aBatch((lap) => lap.serverMs),
    databaseMsPerBatch: aBatch((lap) => lap.databaseMs),
    busyAnswers: sum((lap) => lap.busyAnswers),
  }
}

/** A stop-watch of the processor time of a process and its descendants. */
const processorClock = (pid: number): (() => number | null) => {
  const before = processorMs([pid])
  return () => {
    const after = processorMs([pid])
    return before === null || after === null ? null : after - before
  }
}

/** As a phone does: a server that is busy is asked again when it says so. The waiting counts as latency. */
const sendPatiently = async (
  agent: http.Agent,
  url: string,
  body: string,
  headers: Record<string, string>,
  wasBusy: () => void,
): Promise<string> => {
  for (let tries = 1; ; tries += 1) {
    const { status, text, retryAfter } = await post(agent, url, body, headers)
    if (status === 200) return text
    if (status !== 503 || tries === triesMax) throw new Error(`${url} answered ${status}: ${text.slice(0, 500)}`)
    wasBusy()
    await sleep(retryAfter * 1000)
  }
}

const triesMax = 20

type Answer = { status: number; text: string; retryAfter: number }

const post = (agent: http.Agent, url: string, body: string, headers: Record<string, string>): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const bytes = Buffer.from(body)
    const all = { 'content-type': 'application/json', 'content-length': bytes.length, ...headers }
    const request = http.request(url, { method: 'POST', agent, headers: all }, (response) => {
      const parts: Buffer[] = []
      response.on('data', (part: Buffer) => parts.push(part))
      response.on('error', reject)
      response.on('end', () => {
        const text = Buffer.concat(parts).toString('utf8')
        resolve({ status: response.statusCode ?? 0, text, retryAfter: Number(response.headers['retry-after'] ?? 1) })
      })
    })
    // a connection that the server closed while its device waited: what was sent may or may not have arrived
    request.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ECONNRESET') resolve({ status: 503, text: error.message, retryAfter: 0 })
      else reject(error)
    })
    request.end(bytes)
  })
