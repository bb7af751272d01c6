// Runs a program as a person does, in a home of its own; hands back what it says and how it ends. Settings of the person who
// runs the tests stay outside.
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'

export const project = path.resolve(import.meta.dirname, '../..')

export type Program = {
  pid: number
  said: () => string
  isOver: () => boolean
  ends: () => Promise<number | null>
  endsOn: (signal: NodeJS.Signals) => Promise<number | null>
}

export const aProgram = (command: string[], settings: Record<string, string>): Program => {
  const clean = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(DATABASE_|JWT_|JWKS_|npm_|HOST$)/.test(name)),
  )
  const env = { ...clean, ...settings }
  const child = spawn(command[0]!, command.slice(1), { cwd: project, env, stdio: ['ignore', 'pipe', 'pipe'] })
  let text = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (more: string) => (text += more))
  const closed = once(child, 'close')
  const ends = async () => {
    await closed
    return child.exitCode
  }
  return {
    pid: child.pid!,
    said: () => text,
    isOver: () => isOver(child),
    ends,
    endsOn: (signal) => {
      child.kill(signal)
      return ends()
    },
  }
}

const isOver = (child: ChildProcess): boolean => child.exitCode !== null || child.signalCode !== null
