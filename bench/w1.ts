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

export type W1 = { devices: number; batches: number; round: number; postgresPid: number }

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

export const measureW1 = async (target: Target, { devices, batches, round, postgresPid }: W1): Promise<Figures> => {
  const agent = new http.Agent({ keepAlive: true, maxSockets: devices })
  const latencies: number[] = []
  let busyAnswers = 0
  const server = processorClock(target.pid)
  const database = processorClock(postgresPid)
  const started = performance.now()
  await Promise.all(
    Array.from({ length: devices }, async (_, device) => {
      for (let batch = 0; batch < batches; batch += 1) {
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

  latencies.sort((one, other) => one - other)
  const at = (share: number) => latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * share))]!
  return {
    itemsPerSecond: (latencies.length * 50) / seconds,
    p50Ms: at(0.5),
    p95Ms: at(0.95),
    p99Ms: at(0.99),
    serverMsPerBatch: serverMs === null ? null : serverMs / latencies.length,
    databaseMsPerBatch: databaseMs === null ? null : databaseMs / latencies.length,
    busyAnswers,
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
