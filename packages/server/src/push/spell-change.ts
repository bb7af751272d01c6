// Takes a change as it came; hands back what it says in its one spelling: the hash that tells a replay from another payload under
// the same id, and its data and base as texts, so that nobody has to spell them a second time.  Keeps P13.
import { canonicalJson, isJsonObject, stringBytesMax, type Json, type JsonObject } from '@wedsync/protocol'
import { sha256 } from './sha256.ts'

export type Spelling = {
  /** `after` and `fromBefore` are not part of it. */
  hash: string
  /** Null where they have no canonical spelling. */
  data: string | null
  base: string | null
  /** True: no text of it can be too long, or hold a character that cannot be stored. False says nothing. */
  isPlainText: boolean
}

export const spellChange = (raw: Json): Spelling => {
  const loose = isJsonObject(raw) ? raw : {}
  try {
    if (!isJsonObject(raw)) return { hash: sha256(canonicalJson(raw)), ...unspelled }
    const of = (name: (typeof hashed)[number]) => (Object.hasOwn(loose, name) ? canonicalJson(loose[name]!) : 'null')
    const data = of('data')
    const base = of('base')
    // by name, as everything canonical
    const text =
      `{"action":${of('action')},"base":${base},"baseVersion":${of('baseVersion')},"data":${data},"groupId":${of('groupId')},` +
      `"id":${of('id')},"intents":${of('intents')},"table":${of('table')},"timestamp":${of('timestamp')}}`
    return { hash: sha256(text), data, base, isPlainText: isPlain(text) && isWholeIn(loose) }
  } catch {
    // a lone surrogate has no canonical spelling, but JSON.stringify spells it
    const parts: JsonObject = {}
    for (const name of hashed) parts[name] = Object.hasOwn(loose, name) ? loose[name]! : null
    return { hash: sha256(JSON.stringify(parts)), ...unspelled }
  }
}

const unspelled = { data: null, base: null, isPlainText: false }

// what cannot be spelled canonically is spelled in this order: it stays
const hashed = ['action', 'table', 'id', 'baseVersion', 'data', 'base', 'intents', 'groupId', 'timestamp'] as const

// JSON spells NUL and half of a pair with an escape of this kind; a unit takes three bytes at most
const isPlain = (text: string): boolean => text.length * 3 <= stringBytesMax && !text.includes('\\u')

/** Whether all that the change holds is in the spelling, but for what has a shape of its own. */
const isWholeIn = (loose: JsonObject): boolean => {
  for (const name of Object.keys(loose)) if (!spelledNames.has(name)) return false
  return true
}
const spelledNames: ReadonlySet<string> = new Set([...hashed, 'changeId', 'checksum'])
