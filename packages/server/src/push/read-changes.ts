// Takes the changes of a batch as they came; hands on each one checked by itself: in its canonical form, or with the
// reason why it can never go in. One bad change never harms the others.  Keeps P3, P13.
import {
  actions,
  conflictsTable,
  ConflictDecision,
  checksumText,
  deriveId,
  failureCodes,
  isId,
  isJsonObject,
  readChange as readWire,
  schemaVersionUnsaid,
  type FailureCode,
  type Json,
  type JsonObject,
  type WireChange,
} from '@wedsync/protocol'
import {
  editMeant,
  intentsMeant,
  nameMeant,
  readBase,
  readData,
  writesIntoGone,
  type Collection,
  type PastEdit,
  type Schema,
  type SchemaHistory,
} from '@wedsync/merge'
import { keptInTodaysWords, keptOf, keptOfBadText, unstorableText, type KeptChange } from './kept-change.ts'
import { sha256 } from './sha256.ts'
import { spellChange } from './spell-change.ts'

export type Refusal = { code: FailureCode; message: string; field?: string; awaits?: Awaits }

/** What a change that is kept waits for: a record to arrive, or an earlier change of its device to be through. */
export type Awaits = { table: string; id: string } | { change: string }

/** `edit`: as it was sent, checked against the tables of its time; null: a decision, whose conflict is not known yet. */
export type Past = { schema: Schema; edit: PastEdit | null }

export type ReadChange = {
  index: number
  changeId: string
  /** What tells a replay from another payload under the same id. */
  hash: string
  table: string
  id: string | null
  action: string
  /** Told also of a change that is wrong in itself: its group falls with it. */
  groupId: string | null
  /** As the ledger keeps it. */
  kept: KeptChange
  /** Of one that was made in an older app's words: `change` says it in today's. */
  past?: Past
  /** Data and base as JSON, as they are kept; null: not spelled yet. */
  spelled: { data: string | null; base: string | null }
} & (
  | { change: WireChange; collection: Collection; wish?: undefined; refusal: null }
  /** What a person decides about a conflict: an ordinary change of the table `conflicts`. */
  | { change: WireChange; collection: null; wish: ConflictDecision; refusal: null }
  | { change: WireChange | null; collection: Collection | null; wish?: undefined; refusal: Refusal }
)

export const readChanges = (raw: readonly unknown[], given: Given): ReadChange[] =>
  raw.map((one, index) => readChange(one as Json, index, given))

type Given = {
  batchId: string
  collections: ReadonlyMap<string, Collection>
  schemas: SchemaHistory
  /** Of the tables in whose words a change is that does not say so itself. */
  version: number
  validateChecksums: boolean
}

const readChange = (raw: Json, index: number, given: Given): ReadChange => {
  const { batchId, collections, schemas, validateChecksums } = given
  const loose = isJsonObject(raw) ? raw : {}
  const read = readWire(raw)
  const { hash, data: dataText, base: baseText, isPlainText } = spellChange(raw)
  // the one walk over everything a change holds, where its spelling leaves a doubt
  const badText = read.success && isPlainText ? null : unstorableText(raw, '')
  const { changeId, id, groupId } = read.success ? read.data : idsOf(loose)
  const named = {
    index,
    changeId: changeId ?? deriveId('change', `${batchId}:${hash}`),
    hash,
    table: nameOf(loose['table'], 100),
    id: id ?? null,
    groupId: groupId ?? null,
    action: nameOf(loose['action'], 20),
    kept: badText ? keptOfBadText(loose) : keptOf(loose),
    spelled: { data: null, base: null },
  }
  const refuse = (refusal: Refusal, change: WireChange | null = null): ReadChange => ({
    ...named,
    change,
    collection: null,
    refusal,
  })

  if (badText)
    return refuse({ code: 'invalid_value', message: badText.message, ...(badText.field && { field: badText.field }) })
  if (!read.success) return refuse(shapeRefusal(loose, read.issue))
  const change = read.data
  if (validateChecksums && change.checksum && !isOwnChecksum(change, loose))
    return refuse({ code: 'checksum_mismatch', message: failureCodes.checksum_mismatch.says }, change)
  const version = change.schemaVersion ?? given.version
  const schema = version === schemas.current ? null : schemas.past(version)
  // the ledger says whose words it holds
  if (version !== schemaVersionUnsaid) named.kept.more = { ...named.kept.more, schemaVersion: version }
  if (version !== schemas.current && !schema) {
    const code = version > schemas.current ? 'too_new' : 'too_old'
    return refuse({ code, message: failureCodes[code].says }, change)
  }
  if (change.table === conflictsTable) {
    const wish = readDecision(change)
    return 'code' in wish
      ? refuse(wish, change)
      : {
          ...{ ...named, groupId: null, change, collection: null, wish, refusal: null },
          ...(schema && { past: { schema, edit: null } }),
        }
  }
  const collection = collections.get(change.table)
  const collectionThen = schema ? schema.collections.get(change.table) : collection
  if (!collection || !collectionThen) return refuse({ code: 'unknown_table', message: failureCodes.unknown_table.says })

  const data = readData(collectionThen, change.action, change.data, { id: change.id })
  if (!data.ok) {
    const { code, message, field } = data.problems[0]!
    return refuse({ code, message, field: schema ? nameMeant(schema, change.table, field) : field }, change)
  }
  const sent = onlySent(data.data, change.data)
  const canonical = { ...change, data: sent }
  if (!schema?.wordsOf(change.table)) {
    const spelled = { data: isSameAs(sent, change.data) ? dataText : null, base: baseText }
    return { ...named, change: canonical, collection, refusal: null, kept: { ...named.kept, data: sent }, spelled }
  }
  const edit = { action: change.action, data: sent, ...(change.base && { base: change.base }) }
  const field = writesIntoGone(schema, change.table, edit)
  if (field !== null) return refuse({ code: 'field_gone', message: failureCodes.field_gone.says, field }, change)
  return {
    ...{ ...named, change: plainlyMeant(schema, canonical), collection, refusal: null, past: { schema, edit } },
    kept: keptInTodaysWords(named.kept, plainlyMeant(schema, canonical)),
  }
}

const plainlyMeant = (schema: Schema, change: WireChange): WireChange => {
  const { base: _before, intents: _meant, ...rest } = change
  const intents = intentsMeant(schema, change.table, change.intents)
  return { ...rest, ...editMeant(schema, change.table, change), ...(intents && { intents }) }
}

/** What people saw, in canonical form: wanted of a batch that has to be decided, which a plain one never is. */
export const readBases = (changes: readonly ReadChange[]): ReadChange[] =>
  changes.map((read) => {
    if (read.refusal || !read.collection || !read.change.base) return read
    return { ...read, change: { ...read.change, base: readBase(read.collection, read.change.base) } }
  })

/** Of a change that is wrong: the ids that are right. */
const idsOf = ({ changeId, id, groupId }: JsonObject) => ({
  changeId: isId(changeId) ? changeId.toLowerCase() : undefined,
  id: isId(id) ? id.toLowerCase() : undefined,
  groupId: isId(groupId) ? groupId.toLowerCase() : undefined,
})

const nameOf = (name: Json | undefined, lengthMax: number): string =>
  typeof name === 'string' ? name.slice(0, lengthMax).replaceAll('\u0000', '').toWellFormed() : ''
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
const onlySent = (read: JsonObject, sent: JsonObject): JsonObject => {
  const names = Object.keys(read)
  if (names.every((name) => Object.hasOwn(sent, name))) return read
  return Object.fromEntries(names.filter((name) => Object.hasOwn(sent, name)).map((name) => [name, read[name]!]))
}

/** Nearly always a device spells its values as we do. */
const isSameAs = (read: JsonObject, sent: JsonObject): boolean => {
  const names = Object.keys(sent)
  return names.length === Object.keys(read).length && names.every((name) => read[name] === sent[name])
}

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
