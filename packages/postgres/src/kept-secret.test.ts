import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { keptSecret } from './kept-secret.ts'

test('a secret is made once, is long, and can be read by its owner only', () => {
  const file = path.join(aFolder(), 'deep/secret')
  const secret = keptSecret(file)
  expect(keptSecret(file)).toBe(secret)
  expect(Buffer.from(secret, 'base64url')).toHaveLength(32)
  expect(statSync(file).mode & 0o777).toBe(0o600)
})

test('a file that a power cut left empty is filled, and one that others may read is closed', () => {
  const file = path.join(aFolder(), 'secret')
  writeFileSync(file, '')
  expect(keptSecret(file)).not.toBe('')
  writeFileSync(file, 'known to all', { mode: 0o644 })
  expect(keptSecret(file)).toBe('known to all')
  expect(statSync(file).mode & 0o777).toBe(0o600)
})

const aFolder = (): string => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'wedsync-secret-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  return folder
}
