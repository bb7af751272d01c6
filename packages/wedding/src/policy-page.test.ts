import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { allCollections } from './all-collections.ts'
import { policyPage } from './policy-page.ts'

const file = path.resolve(import.meta.dirname, '../../../docs/architecture/merge-rules.md')

test('the page about merging says what the tables say', () => {
  const page = policyPage(allCollections)
  if (process.env['UPDATE'] === '1') {
    mkdirSync(path.dirname(file), { recursive: true })
    writeFileSync(file, page)
  }
  expect(
    existsSync(file) ? readFileSync(file, 'utf8') : '',
    'docs/architecture/merge-rules.md is out of date: run with UPDATE=1',
  ).toBe(page)
})
