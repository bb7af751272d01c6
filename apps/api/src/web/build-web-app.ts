// Takes the app's folder; builds it beside the running server, at low priority, and puts the result in its `dist` at one
// stroke, so that nobody is ever served half an app. Rejects with the reason in one line.
import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { stampName } from './fingerprint-sources.ts'

export type Building = { done: Promise<void>; stop: () => Promise<void> }

export class BuildProblem extends Error {
  override name = 'BuildProblem'
}

export const buildWebApp = (app: string, fingerprint: string): Building => {
  const beside = path.join(app, 'node_modules', `.build-${process.pid}`)
  const vite = path.join(
    path.dirname(createRequire(path.join(app, 'package.json')).resolve('vite/package.json')),
    'dist/node/index.js',
  )
  const command = [process.execPath, path.join(import.meta.dirname, 'run-vite.ts'), vite, app, beside]
  // from its first thread on: lowering it later would reach only the main one
  const [program, ...args] = process.platform === 'win32' ? command : ['nice', '-n', '15', ...command]
  mkdirSync(path.dirname(beside), { recursive: true })
  const child = spawn(program!, args, {
    cwd: app,
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...process.env, NODE_ENV: 'production' },
    // its own group: Ctrl-C at the terminal is ours to hand on
    detached: process.platform !== 'win32',
    windowsHide: true,
  })
  // written to never; it ends when we do
  child.stdin.on('error', () => undefined)
  let said = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (said += text))

  const ended = new Promise<void>((resolve, reject) => {
    child.on('error', (error) => reject(new BuildProblem(error.message)))
    child.on('close', (code) => (code === 0 ? resolve() : reject(new BuildProblem(reasonIn(said)))))
  })
  return {
    done: ended
      .then(() => putInPlace(beside, path.join(app, 'dist'), fingerprint))
      .finally(() => rmSync(beside, { recursive: true, force: true })),
    async stop() {
      killWhole(child.pid)
      await ended.catch(() => undefined)
    },
  }
}

/** With whatever it started itself. */
const killWhole = (pid: number | undefined): void => {
  if (pid === undefined) return
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, 'SIGKILL')
  } catch {
    // it has ended by itself
  }
}

const putInPlace = (beside: string, dist: string, fingerprint: string): void => {
  writeFileSync(path.join(beside, stampName), fingerprint)
  const old = `${beside}-old`
  if (existsSync(dist)) renameSync(dist, old)
  renameSync(beside, dist)
  rmSync(old, { recursive: true, force: true })
}

/** The first line that names the fault: a bundler begins with how many there are, and ends with pieces of code. */
const reasonIn = (said: string): string => {
  const lines = stripVTControlCharacters(said)
    .split('\n')
    .map((line) => line.trim())
  return (lines.find((line) => line && !/^Build failed|:$/.test(line)) ?? 'Vite said nothing').slice(0, 300)
}
