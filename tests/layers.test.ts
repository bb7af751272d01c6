// The house's floors (house style, section 3): reads every import and holds it to the table. Arrows only point down.
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import ts from 'typescript'

const root = path.resolve(import.meta.dirname, '..')

// package → what of ours it may import. `postgres` knows nothing of sync: it starts a database and migrates it.
const mayImport: Record<string, string[]> = {
  'packages/protocol': [],
  'packages/postgres': [],
  'packages/merge': ['@wedsync/protocol'],
  'packages/wedding': ['@wedsync/merge', '@wedsync/protocol'],
  'packages/server': ['@wedsync/merge', '@wedsync/protocol'],
  'packages/client': ['@wedsync/merge', '@wedsync/protocol'],
  'apps/api': ['@wedsync/server', '@wedsync/wedding', '@wedsync/postgres'],
  'apps/coordinator': ['@wedsync/client', '@wedsync/wedding'],
}
const isTest = (file: string) => /\.test\.tsx?$|\/testing\//.test(file)

test('every import points down, as the table of floors says', () => {
  const wrong: string[] = []
  for (const [home, allowed] of Object.entries(mayImport))
    for (const file of sourcesOf(home).filter((file) => !isTest(file)))
      for (const specifier of importsOf(file)) {
        const ours = /^@wedsync\/[a-z]+/.exec(specifier)?.[0]
        if (ours && !allowed.includes(ours)) wrong.push(`${file} imports ${specifier}`)
        if (specifier.startsWith('.') && !path.join(path.dirname(file), specifier).startsWith(home))
          wrong.push(`${file} reaches out of its package: ${specifier}`)
      }
  expect(wrong).toEqual([])
})

test('an example imports what an app may, and nothing of ours by its path', () => {
  const wrong = readdirSync(path.join(root, 'examples')).flatMap((name) =>
    importsOf(`examples/${name}`)
      .filter((specifier) =>
        specifier.startsWith('.') ? specifier !== './demo.ts' : specifier.startsWith('@wedsync/'),
      )
      .filter((specifier) => !/^@wedsync\/(client|wedding)(\/|$)/.test(specifier))
      .map((specifier) => `examples/${name} imports ${specifier}`),
  )
  expect(wrong).toEqual([])
})

test('inside a package arrows make no circle', () => {
  const circles: string[] = []
  for (const home of Object.keys(mayImport)) {
    const files = sourcesOf(home).filter((file) => !isTest(file))
    const arrows = new Map(
      files.map((file) => [
        file,
        importsOf(file)
          .filter((specifier) => specifier.startsWith('.'))
          .map((specifier) => path.join(path.dirname(file), specifier)),
      ]),
    )
    const done = new Set<string>()
    const walk = (file: string, trail: string[]): void => {
      if (trail.includes(file)) circles.push([...trail.slice(trail.indexOf(file)), file].join(' → '))
      if (trail.includes(file) || done.has(file)) return
      for (const next of arrows.get(file) ?? []) walk(next, [...trail, file])
      done.add(file)
    }
    for (const file of files) walk(file, [])
  }
  expect(circles).toEqual([])
})

test('every package of ours has its floor', () => {
  const homes = ['packages', 'apps'].flatMap((folder) =>
    readdirSync(path.join(root, folder)).map((name) => `${folder}/${name}`),
  )
  expect(homes.filter((home) => !(home in mayImport))).toEqual([])
})

const sourcesOf = (home: string): string[] =>
  readdirSync(path.join(root, home, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name))
    .map((name) => `${home}/src/${name}`)

// Imports and re-exports, types too: a type that comes from above is an arrow that points up.
const importsOf = (file: string): string[] =>
  ts
    .preProcessFile(readFileSync(path.join(root, file), 'utf8'), true, true)
    .importedFiles.map((found) => found.fileName)
