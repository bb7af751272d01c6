// Hands back a fingerprint of everything the app is built from. Contents and not times: a clone, a checkout and a copy
// have new times and old contents. Pure but for reading.
import { createHash } from 'node:crypto'
import { existsSync, globSync, readFileSync } from 'node:fs'
import path from 'node:path'

/** The packages the floors let the app import (tests/layers.test.ts), and what npm installed for them. */
const sources = ['packages/{client,merge,protocol,wedding}/src/**/*', 'apps/coordinator/**/*', 'package-lock.json']
const besides = ['**/node_modules', '**/dist', '**/*.test.ts', '**/*.test.tsx']

export const fingerprintSources = (project: string): string => {
  const hash = createHash('sha256')
  const found = globSync(sources, { cwd: project, exclude: besides, withFileTypes: true })
  const files = found.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name))
  for (const file of files.sort())
    hash.update(path.relative(project, file)).update('\0').update(readFileSync(file)).update('\0')
  return hash.digest('hex')
}

const stampOf = (dist: string): string => path.join(dist, '.fingerprint')
export const stampName = '.fingerprint'

/** What the app in this folder was built from; nothing, when none was built to its end. */
export const findBuiltFingerprint = (dist: string): string | undefined =>
  existsSync(stampOf(dist)) ? readFileSync(stampOf(dist), 'utf8') : undefined
