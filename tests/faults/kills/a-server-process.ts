// A server in a process of its own, to be killed without a word and started again at the same address.
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { atTheEnd, secret } from '../../../packages/server/src/testing/a-wedding.ts'

const startsMax = 5
const program = path.join(import.meta.dirname, 'serve.ts')

export const aServerProcess = async (databaseUrl: string) => {
  let port = '0'
  let child: ChildProcess
  const start = async (): Promise<string> => {
    child = spawn(process.execPath, [program, databaseUrl, port, secret, '20261123090400'], {
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    child.stdin!.on('error', () => undefined)
    const [address] = (await Promise.race([
      once(createInterface({ input: child.stdout! }), 'line'),
      once(child, 'exit').then(() => Promise.reject(new Error('the server did not start'))),
    ])) as [string]
    port = new URL(address).port
    return address
  }
  const kill = async (): Promise<void> => {
    const gone = once(child, 'exit')
    child.kill('SIGKILL')
    await gone
  }
  /** Where the database does not answer in time it ends by itself, and is started once more. */
  const startUntilItStands = async (): Promise<string> => {
    for (let tries = 1; ; tries += 1)
      try {
        return await start()
      } catch (error) {
        if (tries === startsMax) throw error
      }
  }
  const address = await startUntilItStands()
  atTheEnd(() => Promise.resolve(void child.kill('SIGKILL')))
  return {
    address,
    /** Resolves when it is gone. */
    kill,
    startAgain: startUntilItStands,
    isReady: (): Promise<boolean> =>
      fetch(new URL('/api/health/ready', address)).then(
        ({ ok }) => ok,
        () => false,
      ),
  }
}
