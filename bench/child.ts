// Takes a program of ours and its environment; hands back the process once it has said where it listens. Servers run in a
// process of their own, so that they and the devices do not share one event loop.
import { fork } from 'node:child_process'
import { once } from 'node:events'

export type Child = { baseUrl: string; pid: number; stop: () => Promise<void> }

/** As `npm start` has it, for every side's server: what a batch is made of dies young, and is not carried about before it does. */
const youngSpace = ['--min-semi-space-size=64', '--max-semi-space-size=64']

/** Migrations and a first connection, on a busy machine. */
const startMs = 60_000

export const startChild = async (program: string, environment: Record<string, string>): Promise<Child> => {
  const child = fork(program, {
    execArgv: youngSpace,
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  const ended = once(child, 'exit')
  const said = await Promise.race([
    once(child, 'message', { signal: AbortSignal.timeout(startMs) }) as Promise<[{ baseUrl: string }]>,
    ended.then(([code]) => Promise.reject(new Error(`${program} ended with ${String(code)} before it listened`))),
  ])
  return {
    baseUrl: said[0].baseUrl,
    pid: child.pid!,
    async stop() {
      child.kill('SIGTERM')
      await ended
    },
  }
}
