// Makes a known-bad variant of the engine: a place or two of its sources read differently in this thread.
import { readFileSync } from 'node:fs'
import { registerHooks } from 'node:module'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Edit, Variant } from './variant.ts'

const root = path.resolve(import.meta.dirname, '../../..')

/** From here on the thread reads the sources so. Throws if a place is not there, or there more than once. */
export const spoilSources = ({ name, edits }: Variant): void => {
  const spoilt = new Map<string, string>()
  for (const edit of edits) {
    const address = pathToFileURL(path.join(root, edit.file)).href
    spoilt.set(address, spoil(name, edit, spoilt.get(address) ?? readFileSync(new URL(address), 'utf8')))
  }
  registerHooks({
    load: (url, context, next) => {
      const loaded = next(url, context)
      const source = spoilt.get(url)
      return source === undefined ? loaded : { ...loaded, source }
    },
  })
}

const spoil = (name: string, { file, find, put }: Edit, source: string): string => {
  const places = source.split(find).length - 1
  if (places !== 1) throw new Error(`variant "${name}": its place stands ${places} times in ${file}`)
  return source.replace(find, () => put)
}
