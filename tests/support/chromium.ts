// Opens the browser of the browser tests: the one CHROMIUM_PATH names, else Debian's, else the one npm brought along.
// There is always one, or a test fails and says what to do: a browser test that is skipped shows nothing.
import { existsSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { chromium, type Browser, type BrowserContext, type LaunchOptions } from 'playwright-core'
import { processesBelow, processesNaming } from './processes-below.ts'
import { unpackedChromium } from './unpacked-chromium.ts'

const debian = '/usr/bin/chromium'
const wayOut =
  'install Chromium (Debian: apt-get install --no-install-recommends chromium) or point CHROMIUM_PATH at one'

export const openChromium = (): Promise<Browser> => started((options) => chromium.launch(options))

export type OpenProfile = {
  context: BrowserContext
  /** The browser with all its processes, without a word; resolves when it is gone. */
  kill: () => Promise<void>
}

/** On a profile that is kept: what the browser stored there it has again the next time. */
export const openProfile = async (folder: string): Promise<OpenProfile> => {
  const context = await started((options) => chromium.launchPersistentContext(folder, options))
  const closed = new Promise<void>((resolve) => context.on('close', () => resolve()))
  return {
    context,
    kill: async () => {
      const browsers = processesNaming(`--user-data-dir=${folder}`)
      let left = browsers.flatMap((browser) => [browser, ...processesBelow(browser)])
      left = left.filter((pid) => reaches(pid, 'SIGKILL'))
      // whatever opens the profile next must not meet one that is still dying
      while ((left = left.filter((pid) => reaches(pid, 0))).length > 0) await sleep(10)
      await closed
    },
  }
}

const reaches = (pid: number, signal: NodeJS.Signals | 0): boolean => {
  try {
    return process.kill(pid, signal)
  } catch {
    return false
  }
}

const started = async <Opened>(open: (options: LaunchOptions) => Promise<Opened>): Promise<Opened> => {
  const { executablePath, env } = await findChromium()
  try {
    return await open({ executablePath, args, env: { ...process.env, ...env } })
  } catch (error) {
    throw new Error(`${executablePath} does not start: ${wayOut}.\n${(error as Error).message}`, { cause: error })
  }
}

type Found = { executablePath: string; env?: Record<string, string> }

const findChromium = async (): Promise<Found> => {
  const named = process.env['CHROMIUM_PATH']
  if (named && !existsSync(named)) throw new Error(`CHROMIUM_PATH is ${named}, and there is no such file: ${wayOut}.`)
  if (named) return { executablePath: named }
  if (existsSync(debian)) return { executablePath: debian }
  if (process.platform === 'linux' && process.arch === 'x64') return unpackedChromium()
  throw new Error(`npm brings no browser for ${process.platform}-${process.arch}: ${wayOut}.`)
}

const args = [
  // root may not use the sandbox, and containers often have none; the only pages opened are our own
  '--no-sandbox',
  // /dev/shm is 64 MB in many containers
  '--disable-dev-shm-usage',
  // nothing but this machine is ever asked: no updates, no reports, no pages of others
  '--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE localhost , EXCLUDE 127.0.0.1',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-domain-reliability',
  '--disable-sync',
  '--no-pings',
  // the same picture on every machine
  '--font-render-hinting=none',
]
