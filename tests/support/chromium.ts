// Opens the browser of the browser tests: the one CHROMIUM_PATH names, else Debian's, else the one npm brought along.
// There is always one, or a test fails and says what to do: a browser test that is skipped shows nothing.
import { existsSync } from 'node:fs'
import { chromium, type Browser } from 'playwright-core'
import { unpackedChromium } from './unpacked-chromium.ts'

const debian = '/usr/bin/chromium'
const wayOut =
  'install Chromium (Debian: apt-get install --no-install-recommends chromium) or point CHROMIUM_PATH at one'

export const openChromium = async (): Promise<Browser> => {
  const { executablePath, env } = await findChromium()
  try {
    return await chromium.launch({ executablePath, args, env: { ...process.env, ...env } })
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
