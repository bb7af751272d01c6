import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { buildWebApp } from './build-web-app.ts'
import { findBuiltFingerprint, fingerprintSources } from './fingerprint-sources.ts'

test('an app is built whole, and knows what it was built from', async () => {
  const { app, dist } = anApp({ 'main.js': `document.title = 'A barn'` })
  mkdirSync(dist)
  writeFileSync(path.join(dist, 'of-yesterday.js'), '')
  expect(findBuiltFingerprint(dist)).toBeUndefined()

  await buildWebApp(app, 'these sources').done
  expect(readFileSync(path.join(dist, 'index.html'), 'utf8')).toMatch(/src="\/assets\/index-[\w-]+\.js"/)
  expect(findBuiltFingerprint(dist)).toBe('these sources')
  expect(existsSync(path.join(dist, 'of-yesterday.js'))).toBe(false)
})

test('an app that cannot be built says why in one line, and what was there stays', async () => {
  const { app, dist } = anApp({ 'main.js': `import './no-such-screen.js'` })
  mkdirSync(dist)
  writeFileSync(path.join(dist, 'index.html'), 'of yesterday')
  await expect(buildWebApp(app, 'these sources').done).rejects.toThrow(/^.*no-such-screen\.js.*$/)
  expect(readFileSync(path.join(dist, 'index.html'), 'utf8')).toBe('of yesterday')
})

test('a build that is stopped leaves nothing behind', async () => {
  const { app, dist } = anApp({ 'main.js': '' })
  const building = buildWebApp(app, 'these sources')
  const failed = expect(building.done).rejects.toThrow()
  await building.stop()
  await failed
  expect(existsSync(dist)).toBe(false)
})

test('a new fingerprint means new sources, and nothing else', () => {
  const { project, app, dist } = anApp({ 'main.js': '' })
  const before = fingerprintSources(project)
  mkdirSync(dist)
  writeFileSync(path.join(dist, 'index.html'), 'built')
  writeFileSync(path.join(app, 'main.test.ts'), 'a test is no source of the app')
  expect(fingerprintSources(project)).toBe(before)
  writeFileSync(path.join(app, 'main.js'), 'changed()')
  expect(fingerprintSources(project)).not.toBe(before)
})

const anApp = (files: Record<string, string>) => {
  const project = mkdtempSync(path.join(os.tmpdir(), 'wedsync-app-'))
  onTestFinished(() => rmSync(project, { recursive: true }))
  const app = path.join(project, 'apps/coordinator')
  mkdirSync(app, { recursive: true })
  symlinkSync(path.resolve(import.meta.dirname, '../../../../node_modules'), path.join(project, 'node_modules'))
  const all = {
    'package.json': '{"type":"module"}',
    'index.html': '<script type="module" src="/main.js"></script>',
    ...files,
  }
  for (const [name, text] of Object.entries(all)) writeFileSync(path.join(app, name), text)
  return { project, app, dist: path.join(app, 'dist') }
}
