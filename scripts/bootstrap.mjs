// Runs before every npm script that matters; plain JavaScript for any Node. In: whatever state the clone is in. Out: what
// package-lock.json names is installed and the `node` of the scripts can run TypeScript, or one sentence and exit code 1.
import { spawn, spawnSync } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..')
const bin = path.join(root, 'node_modules', '.bin')

/** npm 10 and the tools we install with need this one; our own code runs on the pinned Node. */
const npmNeeds = [20, 19]
/** From here on Node runs TypeScript as it stands. */
const codeNeeds = [22, 18]

const main = async () => {
  const npmRunsOn = (/\bnode\/v([\d.]+)/.exec(process.env.npm_config_user_agent || '') || [])[1]
  const first = npmRunsOn || process.versions.node
  if (!isAtLeast(first, npmNeeds))
    stop(
      `WedSync needs Node ${npmNeeds.join('.')} or later, and this is ${first}: install a newer one from https://nodejs.org and try again.`,
    )

  const wasComplete = isComplete()
  if (!wasComplete) await install()
  let runtime = runtimeVersion()
  // the pinned Node is optional for npm: when its download failed, npm went on without a word
  if (wasComplete && !isAtLeast(runtime, codeNeeds) && !fs.existsSync(path.join(bin, 'node'))) {
    await install()
    runtime = runtimeVersion()
  }
  if (process.platform === 'win32') teachExec()
  if (!isAtLeast(runtime, codeNeeds))
    stop(
      `WedSync needs Node ${codeNeeds.join('.')} or later to run, this is ${runtime || 'none'}, and the one that npm was to bring along ` +
        `could not be installed for ${process.platform}-${process.arch}: install a newer Node from https://nodejs.org and try again.`,
    )
}

const install = async () => {
  console.log('Installing what package-lock.json names; the first time this takes about a minute …')
  const began = Date.now()
  const succeeded = await runNpm(['ci', '--no-audit', '--no-fund', '--loglevel=error'])
  if (!succeeded || !isComplete())
    stop(
      'The installation did not finish (npm says why above): put that right and try again; what is half-done is done anew.',
    )
  console.log(`Installed in ${Math.round((Date.now() - began) / 1000)} s.`)
}

const runNpm = (args) =>
  new Promise((resolve) => {
    const npm = process.env.npm_execpath
    const how = { cwd: root, stdio: 'inherit' }
    const child = npm
      ? spawn(process.env.npm_node_execpath || process.execPath, [npm, ...args], how)
      : spawn('npm', args, { ...how, shell: process.platform === 'win32' })
    const leave = () => {
      child.kill('SIGTERM')
      child.once('close', () => process.exit(130))
    }
    process.on('SIGINT', leave)
    process.on('SIGTERM', leave)
    // the shell between npm and us dies of a signal without handing it on
    const parent = process.ppid
    setInterval(() => process.ppid === parent || leave(), 500).unref()
    child.on('error', () => resolve(false))
    child.on('close', (code) => resolve(code === 0))
  })

/**
 * npm writes its own list into node_modules when it is done. An installation that was cut off has no such list, one that
 * is older than the lock has other versions in it, and one that lost folders since has the list but not the folders.
 */
const isComplete = () => {
  const wanted = readPackages('package-lock.json')
  const present = readPackages('node_modules/.package-lock.json')
  if (!wanted || !present) return false
  return Object.keys(wanted).every((place) => {
    if (!/(^|\/)node_modules\//.test(place)) return hasCommands(wanted[place])
    const { version, link, optional, devOptional } = wanted[place]
    const there = present[place]
    // made for another machine, or not to be had on this one
    if (!there) return Boolean(optional || devOptional)
    return there.version === version && fs.existsSync(path.join(root, place, link ? '' : 'package.json'))
  })
}

/** A command of ours that is not there would be looked for among strangers' packages. */
const hasCommands = (ours) => Object.keys(ours.bin || {}).every((name) => fs.existsSync(path.join(bin, name)))

const readPackages = (file) => {
  try {
    return JSON.parse(fs.readFileSync(path.join(root, file), 'utf8')).packages
  } catch {
    return undefined
  }
}

/**
 * `exec` in an npm script leaves no shell between npm and the server: a signal to npm reaches it, and npm hears how it
 * ended. Windows has neither such a shell nor such signals; there the word runs what follows it, and that is all.
 */
const teachExec = () => {
  const file = path.join(bin, 'exec.cmd')
  if (!fs.existsSync(file)) fs.writeFileSync(file, '@%*\r\n')
}

/** Of the `node` that the scripts will find: npm puts node_modules/.bin, and the pinned one with it, first on PATH. */
const runtimeVersion = () => {
  const pathKey = Object.keys(process.env).find((key) => key.toUpperCase() === 'PATH') || 'PATH'
  const asked = spawnSync('node', ['--print', 'process.versions.node'], {
    encoding: 'utf8',
    env: { ...process.env, [pathKey]: `${bin}${path.delimiter}${process.env[pathKey] || ''}` },
    shell: process.platform === 'win32',
  })
  return (asked.stdout || '').trim()
}

const isAtLeast = (version, [major, minor]) => {
  const [ours, oursMinor] = version.split('.').map(Number)
  return ours > major || (ours === major && oursMinor >= minor)
}

const stop = (sentence) => {
  console.error(sentence)
  process.exit(1)
}

main()
