import { appendFileSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { buffer } from 'node:stream/consumers'
import { expect, onTestFinished, test } from 'vitest'
import { openMovingFile, readSettledFile } from './read-moving-file.ts'

const long = 600_000

test('a file that grows while it is read is as long as it was in the beginning', async () => {
  const file = aFile(long)
  const { size, chunks } = (await openMovingFile(file))!
  appendFileSync(file, 'more')
  expect(size).toBe(long)
  expect(await buffer(chunks)).toEqual(Buffer.alloc(long, 7))
})

test('a file that is cut off while it is read goes on with noughts', async () => {
  const file = aFile(long)
  const { chunks } = (await openMovingFile(file))!
  truncateSync(file, 10)
  expect(await buffer(chunks)).toEqual(Buffer.concat([Buffer.alloc(10, 7), Buffer.alloc(long - 10)]))
})

test('a file that is deleted is read to its end by who has it open, and is not there for who comes later', async () => {
  const file = aFile(long)
  const { chunks } = (await openMovingFile(file))!
  rmSync(file)
  expect(await buffer(chunks)).toHaveLength(long)
  expect(await openMovingFile(file)).toBeUndefined()
})

test('an empty file is one, and a settled one is read as it is', async () => {
  expect(await buffer((await openMovingFile(aFile(0)))!.chunks)).toHaveLength(0)
  expect(await readSettledFile(aFile(8192))).toEqual(Buffer.alloc(8192, 7))
})

const aFile = (size: number): string => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'wedsync-moving-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const file = path.join(folder, '16384')
  writeFileSync(file, Buffer.alloc(size, 7))
  return file
}
