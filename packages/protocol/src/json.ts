// JSON as it travels: its types, its one canonical spelling, and what PostgreSQL can hold.
// Keeps P13: what is hashed or compared goes through `canonicalJson`, so two spellings of one value are one value.
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
  const text = canonicalize(value)
  if (text === undefined) throw new TypeError('not a JSON value')
  return text
}

/** True when two JSON values are the same value, whatever the order of their keys. */
export const sameJson = (one: Json | undefined, other: Json | undefined): boolean => {
  if (one === other) return true
  if (one === undefined || other === undefined) return false
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return false
  return canonicalJson(one) === canonicalJson(other)
}

/** True for text PostgreSQL can store: no NUL, no half of a surrogate pair. */
export const isStorableText = (text: string): boolean => text.isWellFormed() && !text.includes('\u0000')
