// Takes the changes of a batch as they came; hands on each one checked by itself: in its canonical form, or with the
// reason why it can never go in. One bad change never harms the others.  Keeps P3, P13.
import {
  actions,
  Change,
  canonicalJson,
  conflictsTable,
  ConflictDecision,
  checksumText,
  failureCodes,
  isId,
  isJsonObject,
  isStorableText,
  stringBytesMax,
  type FailureCode,
  type Json,
  type JsonObject,
  type WireChange,
} from '@wedsync/protocol'
import { readBase, readData, type Collection } from '@wedsync/merge'
import { deriveId } from './derive-id.ts'
import { sha256 } from './sha256.ts'

export type Refusal = { code: FailureCode; message: string; field?: string }

export type KeptChange = { data: Json; base: Json; baseVersion: number | null; more: JsonObject | null }

export type ReadChange = {
  index: number
  changeId: string
  /** What tells a replay from another payload under the same id; `after` and `fromBefore` are not part of it. */
  hash: string
  table: string
  id: string | null
  action: string
  /** Told also of a change that is wrong in itself: its group falls with it. */
  groupId: string | null
  /** As the ledger keeps it. */
  kept: KeptChange
} & (
  | { change: WireChange; collection: Collection; wish?: undefined; refusal: null }
  /** What a person decides about a conflict: an ordinary change of the table `conflicts`. */
  | { change: WireChange; collection: null; wish: ConflictDecision; refusal: null }
  | { change: WireChange | null; collection: Collection | null; wish?: undefined; refusal: Refusal }
)

export const readChanges = (
  raw: readonly unknown[],
  given: { batchId: string; collections: ReadonlyMap<string, Collection>; validateChecksums: boolean },
): ReadChange[] => raw.map((one, index) => readChange(one as Json, index, given))

type Given = Parameters<typeof readChanges>[1]

const readChange = (raw: Json, index: number, { batchId, collections, validateChecksums }: Given): ReadChange => {
  const loose = isJsonObject(raw) ? raw : {}
  const read = Change.safeParse(raw)
  const hash = payloadHash(loose, raw)
  const named = {
    index,
    changeId: isId(loose['changeId']) ? loose['changeId'].toLowerCase() : deriveId('change', `${batchId}:${hash}`),
    hash,
    table:
      typeof loose['table'] === 'string' ? loose['table'].slice(0, 100).replaceAll('\u0000', '').toWellFormed() : '',
    id: isId(loose['id']) ? loose['id'].toLowerCase() : null,
    groupId: isId(loose['groupId']) ? loose['groupId'].toLowerCase() : null,
    action:
      typeof loose['action'] === 'string' ? loose['action'].slice(0, 20).replaceAll('\u0000', '').toWellFormed() : '',
    kept: keptOf(loose),
  }
  const refuse = (refusal: Refusal, change: WireChange | null = null): ReadChange => ({
    ...named,
    change,
    collection: null,
    refusal,
  })

  const text = unstorableText(raw, '')
  if (text) return refuse({ code: 'invalid_value', message: text.message, ...(text.field && { field: text.field }) })
  if (!read.success) return refuse(shapeRefusal(loose, read.error.issues[0]))
  const change = read.data
  if (validateChecksums && change.checksum && !isOwnChecksum(change, loose))
    return refuse({ code: 'checksum_mismatch', message: failureCodes.checksum_mismatch.says }, change)
  if (change.table === conflictsTable) {
    const wish = readDecision(change)
    return 'code' in wish
      ? refuse(wish, change)
      : { ...named, groupId: null, change, collection: null, wish, refusal: null }
  }
  const collection = collections.get(change.table)
  if (!collection) return refuse({ code: 'unknown_table', message: failureCodes.unknown_table.says })

  const data = readData(collection, change.action, change.data, { id: change.id })
  if (!data.ok) {
    const { code, message, field } = data.problems[0]!
    return refuse({ code, message, field }, change)
  }
  const canonical: WireChange = {
    ...change,
    data: onlySent(data.data, change.data),
    ...(change.base && { base: readBase(collection, change.base) }),
  }
  return { ...named, change: canonical, collection, refusal: null, kept: { ...named.kept, data: canonical.data } }
}

const readDecision = (change: WireChange): ConflictDecision | Refusal => {
  if (change.action !== 'update')
    return { code: 'unknown_action', message: 'A conflict can only be decided.', field: 'action' }
  const known = Object.keys(ConflictDecision.shape)
  const strange = Object.keys(change.data).find((name) => !known.includes(name))
  if (strange !== undefined)
    return { code: 'unknown_field', message: failureCodes.unknown_field.says, field: strange.slice(0, 100) }
  const read = ConflictDecision.safeParse(change.data)
  if (read.success) return read.data
  const issue = read.error.issues[0]
  const field = issue?.path.map(String).join('.')
  return {
    code: 'invalid_value',
    message: issue?.message ?? failureCodes.invalid_value.says,
    ...(field && { field }),
  }
}

// A create comes back with its defaults; the database has them too, and only what was sent is the person's.
const onlySent = (read: JsonObject, sent: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(read).filter(([name]) => Object.hasOwn(sent, name)))

const shapeRefusal = (loose: JsonObject, issue: { path: PropertyKey[]; message: string } | undefined): Refusal => {
  if (typeof loose['action'] === 'string' && !(actions as readonly string[]).includes(loose['action']))
    return {
      code: 'unknown_action',
      message: `There is no action of this name. Known: ${actions.join(', ')}.`,
      field: 'action',
    }
  const field = issue?.path.map(String).join('.')
  return {
    code: 'invalid_change',
    message: issue?.message ?? failureCodes.invalid_change.says,
    ...(field && { field }),
  }
}

const isOwnChecksum = (change: WireChange, loose: JsonObject): boolean => {
  const { action, table, baseVersion, data, checksum } = change
  const id = typeof loose['id'] === 'string' ? loose['id'] : change.id
  return sha256(checksumText({ action, table, id, baseVersion, data })) === checksum?.toLowerCase()
}

const hashed = ['action', 'table', 'id', 'baseVersion', 'data', 'base', 'intents', 'groupId', 'timestamp'] as const

const payloadHash = (loose: JsonObject, raw: Json): string => {
  const parts = Object.fromEntries(hashed.map((name) => [name, Object.hasOwn(loose, name) ? loose[name]! : null]))
  try {
    return sha256(canonicalJson(isJsonObject(raw) ? parts : raw))
  } catch {
    // a lone surrogate has no canonical spelling, but JSON.stringify spells it
    return sha256(JSON.stringify(parts))
  }
}

type BadText = { field: string; message: string }

const unstorableText = (value: Json | undefined, at: string): BadText | null => {
  if (typeof value === 'string') {
    if (!isStorableText(value))
      return { field: at, message: 'The text holds a character that cannot be stored (NUL, or half of a pair).' }
    if (value.length > stringBytesMax || Buffer.byteLength(value) > stringBytesMax)
      return { field: at, message: `The text is longer than ${stringBytesMax} bytes.` }
    return null
  }
  if (typeof value !== 'object' || value === null) return null
  for (const [key, inner] of Object.entries(value)) {
    if (!isStorableText(key)) return { field: at, message: 'A name holds a character that cannot be stored.' }
    const found = unstorableText(inner, ['data', ''].includes(at) ? key : at)
    if (found) return found
  }
  return null
}

/** What the ledger keeps of a change; what PostgreSQL cannot store is kept as base64 of its JSON. */
const keptOf = ({ data, base, baseVersion, ...loose }: JsonObject): KeptChange => {
  const more = Object.fromEntries(besides.flatMap((name) => (Object.hasOwn(loose, name) ? [[name, loose[name]!]] : [])))
  if (unstorableText([data ?? null, base ?? null, more], '')) {
    const asBase64 = Buffer.from(JSON.stringify({ data, base, ...more })).toString('base64')
    return { data: null, base: null, baseVersion: null, more: { asBase64 } }
  }
  const version = typeof baseVersion === 'number' && Number.isSafeInteger(baseVersion) ? baseVersion : null
  return {
    data: data ?? null,
    base: base ?? null,
    baseVersion: version,
    more: Object.keys(more).length > 0 ? more : null,
  }
}

const besides = ['intents', 'timestamp', 'after', 'groupId', 'fromBefore'] as const
