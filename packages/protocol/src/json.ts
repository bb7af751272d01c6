// JSON as it travels: its types, its one canonical spelling, and what PostgreSQL can hold.
// Keeps P13: what is hashed goes through `canonicalJson`, what is compared through `sameJson`; two spellings of one value are one value.
import canonicalize from 'canonicalize'

export type Json = string | number | boolean | null | Json[] | { [key: string]: Json }
export type JsonObject = { [key: string]: Json }

/** True for a plain JSON object, whatever its keys: `__proto__` counts as a key like any other. */
export const isJsonObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/**
 * The canonical spelling of a JSON value (RFC 8785): sorted keys, shortest numbers.
 * Throws a TypeError on what is no JSON: `undefined`, a number that is not finite, a lone surrogate.
 */
export const canonicalJson = (value: Json): string => {
  // the platform spells texts and numbers as the standard wants; what is left is the order of the keys
  const sorted = sortedCopy(value)
  const text = sorted === undefined ? undefined : JSON.stringify(sorted)
  if (text !== undefined && !text.includes('\\ud')) return text
  return carefulJson(value)
}

const carefulJson = (value: Json): string => {
  const text = canonicalize(value)
  if (text === undefined) throw new TypeError('not a JSON value')
  return text
}

// The value with the keys of every object in canonical order; `undefined` for what an object of ours cannot order, or
// what is no JSON: keys that are numbers come first in every object, `__proto__` is no key when it is assigned.
const sortedCopy = (value: Json | undefined): Json | undefined => {
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) {
    const copy: Json[] = []
    for (const one of value) {
      const sorted = sortedCopy(one)
      if (sorted === undefined) return undefined
      copy.push(sorted)
    }
    return copy
  }
  const copy: JsonObject = {}
  const keys = Object.keys(value)
  if (!areInOrder(keys)) keys.sort()
  for (const key of keys) {
    const sorted = isOrderedByName(key) ? sortedCopy(value[key]) : undefined
    if (sorted === undefined) return undefined
    copy[key] = sorted
  }
  return copy
}

const areInOrder = (keys: readonly string[]): boolean => {
  for (let at = 1; at < keys.length; at++) if (keys[at - 1]! > keys[at]!) return false
  return true
}

const isOrderedByName = (key: string): boolean => {
  const first = key.charCodeAt(0)
  return !(first >= 48 && first <= 57) && key !== '__proto__'
}

/** True when two JSON values are the same value, whatever the order of their keys. A key without a value is none. */
export const sameJson = (one: Json | undefined, other: Json | undefined): boolean => {
  if (one === other) return true
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return false
  if (Array.isArray(one) || Array.isArray(other))
    return (
      Array.isArray(one) &&
      Array.isArray(other) &&
      one.length === other.length &&
      one.every((item, at) => sameJson(item, other[at]))
    )
  for (const key in one) if (!sameJson(one[key], valueOf(other, key))) return false
  for (const key in other) if (other[key] !== undefined && valueOf(one, key) === undefined) return false
  return true
}

// what every object inherits is nobody's value
const valueOf = (of: JsonObject, key: string): Json | undefined => (Object.hasOwn(of, key) ? of[key] : undefined)

/** True for text PostgreSQL can store: no NUL, no half of a surrogate pair. */
export const isStorableText = (text: string): boolean => text.isWellFormed() && !text.includes('\u0000')
