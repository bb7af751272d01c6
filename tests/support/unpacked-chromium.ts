// Hands back the browser that npm brought along, unpacked once for each user of this machine, with the libraries a small
// system lacks (NSS) and a font. It appears whole, under its name, or not at all: tests of several runs may want it at once.
import { execFile } from 'node:child_process'
import {
  accessSync,
  constants,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import os from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'

export const unpackedChromium = async (): Promise<{ executablePath: string; env: Record<string, string> }> => {
  const packed = path.resolve(path.dirname(createRequire(import.meta.url).resolve('@sparticuz/chromium')), '..')
  const { version } = createRequire(import.meta.url)(path.join(packed, 'package.json')) as { version: string }
  const place = ownPlace()
  const folder = path.join(place, `chromium-${version}`)
  if (!existsSync(path.join(folder, 'chromium'))) await unpack(packed, place, folder)
  return {
    executablePath: path.join(folder, 'chromium'),
    env: {
      LD_LIBRARY_PATH: [path.join(folder, 'al2023/lib'), process.env['LD_LIBRARY_PATH']].filter(Boolean).join(':'),
      FONTCONFIG_FILE: path.join(folder, 'fonts.conf'),
      // a browser started as `nobody` has no home to write to
      HOME: isWritable(os.homedir()) ? os.homedir() : place,
    },
  }
}

/** A folder nobody else can have put anything into: below the person's home, or closed and their own below /tmp. */
const ownPlace = (): string => {
  const cache = process.env['XDG_CACHE_HOME'] ?? path.join(os.homedir(), '.cache')
  const candidates = [path.join(cache, 'wedsync'), path.join(os.tmpdir(), `wedsync-${process.getuid?.() ?? ''}`)]
  for (const candidate of candidates)
    try {
      mkdirSync(candidate, { recursive: true, mode: 0o700 })
      const { uid, mode } = lstatSync(candidate)
      const isClosed = uid === process.getuid?.() && (mode & 0o22) === 0
      if (isClosed && isWritable(candidate)) return candidate
    } catch {
      // the next one
    }
  return mkdtempSync(path.join(os.tmpdir(), 'wedsync-'))
}

/** The package unpacks into TMPDIR and nowhere else, so it does so in a process of its own. */
const unpack = async (packed: string, place: string, folder: string): Promise<void> => {
  const draft = mkdtempSync(path.join(place, 'draft-'))
  const code = `
    const { default: chromium, inflate } = await import(${JSON.stringify(path.join(packed, 'build/index.js'))})
    await inflate(${JSON.stringify(path.join(packed, 'bin/al2023.tar.br'))})
    await chromium.executablePath()`
  try {
    await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', code], {
      env: { PATH: process.env['PATH'], TMPDIR: draft },
    })
    // its own list of fonts names folders of the machine it was made for
    writeFileSync(
      path.join(draft, 'fonts.conf'),
      `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>` +
        `<dir>${folder}/fonts</dir><cachedir>${folder}/fonts-cache</cachedir></fontconfig>\n`,
    )
    renameSync(draft, folder)
  } catch (error) {
    // another run was faster: its browser is as good as ours
    if (!existsSync(path.join(folder, 'chromium'))) throw error
  } finally {
    rmSync(draft, { recursive: true, force: true })
  }
}

const isWritable = (folder: string): boolean => {
  try {
    accessSync(folder, constants.W_OK)
    return true
  } catch {
    return false
  }
}
