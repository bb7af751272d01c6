// Hands back the port to start on: the one remembered from last time, else the one wished for, and when that is taken by
// somebody else any free one. What was chosen is remembered, so that a person's psql finds the database again.
import { readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'

export const choosePort = async (portFile: string, wish: number): Promise<number> => {
  const known = readPort(portFile)
  const port = await freePort(known ?? wish).catch(() => freePort(0))
  if (port !== known) writeFileSync(portFile, `${port}\n`)
  return port
}

const freePort = (port: number): Promise<number> =>
  new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen({ port, host: '127.0.0.1', exclusive: true }, () => {
      const address = probe.address()
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : port))
    })
  })

const readPort = (file: string): number | undefined => {
  try {
    const port = Number(readFileSync(file, 'utf8'))
    return Number.isInteger(port) && port > 0 && port < 65536 ? port : undefined
  } catch {
    return undefined
  }
}
