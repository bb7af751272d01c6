// Takes the name of a file; hands back the secret kept in it, made on first use. Only its owner may read the file, and
// two processes that start at once agree on one secret: the file appears whole, under its name, or not at all.
import { randomBytes } from 'node:crypto'
import { chmodSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { fileProblem } from './postgres-problem.ts'

export const keptSecret = (file: string): string => {
  try {
    return findSecret(file) ?? makeSecret(file)
  } catch (error) {
    throw fileProblem(path.dirname(file), error)
  }
}

const makeSecret = (file: string): string => {
  mkdirSync(path.dirname(file), { recursive: true })
  const draft = `${file}.${process.pid}-${randomBytes(4).toString('hex')}`
  writeFileSync(draft, randomBytes(32).toString('base64url'), { mode: 0o600, flag: 'wx' })
  try {
    linkSync(draft, file)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    // an empty file is what a full disk or a power cut left of an earlier one
    if (!findSecret(file)) writeFileSync(file, readFileSync(draft), { mode: 0o600 })
  } finally {
    rmSync(draft, { force: true })
  }
  return readFileSync(file, 'utf8').trim()
}

const findSecret = (file: string): string | undefined => {
  try {
    const secret = readFileSync(file, 'utf8').trim()
    if (secret) chmodSync(file, 0o600)
    return secret || undefined
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}
