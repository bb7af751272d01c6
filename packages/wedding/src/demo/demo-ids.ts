// Ids for demo data: the same name gives the same id on every machine, so a picture or a test can name a record.
import { hashOf } from '@wedsync/protocol'

/** A UUID (version 8: made of a hash) for this name. */
export const demoId = (name: string): string => {
  const known = idsByName.get(name)
  if (known !== undefined) return known
  const hex = hashOf(`wedsync demo: ${name}`)
  const id = [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `a${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-')
  idsByName.set(name, id)
  return id
}

/** Records refer to one another, and a hash takes its time. */
const idsByName = new Map<string, string>()
