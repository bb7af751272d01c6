// Takes somebody who answers batches over HTTP; lets all devices send theirs in a closed loop, each one batch at a time,
// and hands back throughput, latencies and the processor time it took. Every answer is read, and one that is not all
// "applied" ends the run: a batch that is refused is quick, and would make the slower side look fast.
import http from 'node:http'
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
  /** Server and database together, a batch; null where the system does not say. */
  cpuMsPerBatch: number | null
}

export const measureW1 = async (target: Target, { devices, batches, round, postgresPid }: W1): Promise<Figures> => {
  const agent = new http.Agent({ keepAlive: true, maxSockets: devices })
  const latencies: number[] = []
  const roots = [target.pid, postgresPid]
  const cpuBefore = processorMs(roots)
  const started = performance.now()
  await Promise.all(
    Array.from({ length: devices }, async (_, device) => {
      for (let batch = 0; batch < batches; batch += 1) {
        const { body, headers } = target.request(device, batch, round)
        const sent = performance.now()
        const answer = await post(agent, target.url, body, headers)
        latencies.push(performance.now() - sent)
        target.take(device, answer)
      }
    }),
  )
  const seconds = (performance.now() - started) / 1000
  const cpuAfter = processorMs(roots)
  agent.destroy()

  latencies.sort((one, other) => one - other)
  const at = (share: number) => latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * share))]!
  return {
    itemsPerSecond: (latencies.length * 50) / seconds,
    p50Ms: at(0.5),
    p95Ms: at(0.95),
    p99Ms: at(0.99),
    cpuMsPerBatch: cpuBefore === null || cpuAfter === null ? null : (cpuAfter - cpuBefore) / latencies.length,
  }
}

const post = (agent: http.Agent, url: string, body: string, headers: Record<string, string>): Promise<string> =>
  new Promise((resolve, reject) => {
    const bytes = Buffer.from(body)
    const all = { 'content-type': 'application/json', 'content-length': bytes.length, ...headers }
    const request = http.request(url, { method: 'POST', agent, headers: all }, (response) => {
      const parts: Buffer[] = []
      response.on('data', (part: Buffer) => parts.push(part))
      response.on('error', reject)
      response.on('end', () => {
        const text = Buffer.concat(parts).toString('utf8')
        if (response.statusCode === 200) resolve(text)
        else reject(new Error(`${url} answered ${response.statusCode}: ${text.slice(0, 500)}`))
      })
    })
    request.on('error', reject)
    request.end(bytes)
  })
