// What the ledger keeps of a change: as it came, or, of one in an older app's words, in today's with what was sent beside it; and
// what of it PostgreSQL could not store.  Keeps P3.
import { isStorableText, stringBytesMax, type Json, type JsonObject, type WireChange } from '@wedsync/protocol'

export type KeptChange = { data: Json; base: Json; baseVersion: number | null; more: JsonObject | null }

export type BadText = { field: string; message: string }

/** The first text of a change that cannot be stored, and where it stands. */
export const unstorableText = (value: Json | undefined, at: string): BadText | null => {
  if (typeof value === 'string') {
    if (!isStorableText(value))
      return { field: at, message: 'The text holds a character that cannot be stored (NUL, or half of a pair).' }
    // bytes are counted only where there can be too many: a unit takes three at most
    if (value.length * 3 > stringBytesMax && Buffer.byteLength(value) > stringBytesMax)
      return { field: at, message: `The text is longer than ${stringBytesMax} bytes.` }
    return null
  }
  if (typeof value !== 'object' || value === null) return null
  const isNamed = at === '' || at === 'data'
  for (const key of Object.keys(value)) {
    if (!isStorableText(key)) return { field: at, message: 'A name holds a character that cannot be stored.' }
    const found = unstorableText((value as JsonObject)[key], isNamed ? key : at)
    if (found) return found
  }
  return null
}

/** What the ledger keeps of a change. */
export const keptOf = (loose: JsonObject): KeptChange => {
  const { data, base, baseVersion } = loose
  const version = typeof baseVersion === 'number' && Number.isSafeInteger(baseVersion) ? baseVersion : null
  return { data: data ?? null, base: base ?? null, baseVersion: version, more: besidesOf(loose) }
}

/** What PostgreSQL cannot store is kept as base64 of its JSON. */
export const keptOfBadText = (loose: JsonObject): KeptChange => {
  const { data, base } = loose
  const more = besidesOf(loose)
  // the bad text may stand in a part that is not kept
  if (!unstorableText([data ?? null, base ?? null, more], '')) return keptOf(loose)
  const asBase64 = Buffer.from(JSON.stringify({ data, base, ...more })).toString('base64')
  return { data: null, base: null, baseVersion: null, more: { asBase64 } }
}

const besidesOf = (loose: JsonObject): JsonObject | null => {
  let more: JsonObject | null = null
  for (const name of besides) if (Object.hasOwn(loose, name)) (more ??= {})[name] = loose[name]!
  return more
}

const besides = ['intents', 'timestamp', 'after', 'groupId', 'fromBefore', 'schemaVersion'] as const

/** Whatever reads the ledger knows today's words alone; beside them stands what was sent, for whoever reads it once more. */
export const keptInTodaysWords = (kept: KeptChange, { data, base }: WireChange): KeptChange => ({
  ...{ ...kept, data, base: base ?? null },
  more: { ...kept.more, sent: { data: kept.data, base: kept.base } },
})
