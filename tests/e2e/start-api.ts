// Starts the real thing for a browser test: API, database and web app, as `npm start` does, in a home of its own and on a
// free port. Hands back its address once both the API and the app are there.
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { once } from 'node:events'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

const root = path.resolve(import.meta.dirname, '../..')
const startMs = 55_000

export type RunningApi = { address: string; stop: () => Promise<void> }

export const startApi = async (): Promise<RunningApi> => {
  const home = mkdtempSync(path.join(os.tmpdir(), 'wedsync-e2e-'))
  const address = `http://127.0.0.1:${await freePort()}`
  const child = spawn(process.execPath, [path.join(root, 'apps/api/src/main.ts')], {
    cwd: root,
    env: {
      ...process.env,
      DATABASE_URL: '',
      PORT: new URL(address).port,
      WEDSYNC_HOME: home,
      RATE_LIMIT_PER_MINUTE: '0',
      LOG_LEVEL: 'warn',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      said += text
    })
  const stop = async (): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGTERM')
      await once(child, 'exit')
    }
    rmSync(home, { recursive: true, force: true })
  }

  for (const end = performance.now() + startMs; performance.now() < end;) {
    if (child.exitCode !== null) break
    // until the app is built, the page says so and has no place for it
    const page = await fetch(address).then(
      (response) => response.text(),
      () => '',
    )
    if (page.includes('id="root"')) return { address, stop }
    await sleep(200)
  }
  await stop()
  throw new Error(`The API with its app did not start:\n${said.slice(-2000)}`)
}

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
