// Takes a change and the record as it stands; says of every field whether it can go in, is there already, or stands
// against what somebody else did meanwhile. Looks at positions and values only, never at a clock.  Keeps P4, P13.
import { sameJson, type Action, type ConflictKind, type Json, type JsonObject } from '@wedsync/protocol'
import { type Collection } from './declaration.ts'
import { type Field } from './field.ts'
import { isSameOrder, keyingOf, keysApart, keysLaid, sideLaid, type Keying } from './keyed-values.ts'
import { canonicalOf, readBase } from './read-data.ts'

/** A change whose `data` went through `readData`. */
export type CheckedChange = {
  readonly action: Action
  readonly data: JsonObject
  readonly base?: JsonObject | null | undefined
  /** Null or absent: unknown. */
  readonly baseVersion?: number | null | undefined
  /** Of an action that goes in whole or waits whole: while a part of it waits, so do all of its parts. */
  readonly groupId?: string | null | undefined
}

/** A record as the database holds it, in wire form; of a tombstone, the fields it had last. */
export type StoredRecord = {
  readonly version: number
  readonly fields: JsonObject
  /** The position at which each field last moved; a field without one is taken to have moved with the record. */
  readonly fieldVersions: Readonly<Record<string, number>>
  readonly isDeleted: boolean
}

export type ContestedField = {
  readonly field: string
  /** Absent where nobody knows what the person saw. */
  readonly base?: Json
  /** What the change wants. Of a field with parts: the whole value as it would stand. Absent: it wants it gone. */
  readonly client?: Json
  /** What stands; of a field with parts, with those of this change that nobody contests. */
  readonly server: Json
  /** Of a field with parts, by label, question or entry: the ones that are contested. */
  readonly keys?: readonly string[]
}

export type Detected = {
  /** Why the change cannot simply go in; null when nothing is contested. */
  readonly kind: ConflictKind | null
  /** What can go in: field → value. Of a field with parts the whole value, other people's parts included. */
  readonly clean: JsonObject
  /** Fields that hold the wanted value already. */
  readonly agreed: readonly string[]
  readonly contested: readonly ContestedField[]
}

/** What of this change is clean, agreed or contested. Pure; the same for the same arguments. */
export const contestedFields = (of: {
  collection: Collection
  change: CheckedChange
  stored: StoredRecord
}): Detected => {
  const { collection, change, stored } = of
  const seen: Seen = { collection, change, stored, base: readBase(collection, change.base) }
  if (change.action === 'create') return detectCreate(seen)
  if (change.action === 'delete') return detectDelete(seen)
  if (stored.isDeleted && change.action === 'update') return allOf(seen, 'edit_deleted', Object.keys(change.data))
  if (stored.isDeleted) return { kind: null, clean: change.data, agreed: [], contested: [] }
  return detectUpdate(seen)
}

type Seen = { collection: Collection; change: CheckedChange; stored: StoredRecord; base: JsonObject }
type Finding = { clean: true; value: Json } | { agreed: true } | ContestedField

const detectUpdate = (seen: Seen): Detected => {
  const { collection, change } = seen
  const names = Object.keys(change.data)
  const found = new Map(names.map((name) => [name, findingFor(seen, name)]))
  for (const members of collection.groups.values()) {
    const touched = members.filter((name) => found.has(name))
    const isStale = members.some(
      (name) => isFinding(found.get(name)) || (!found.has(name) && hasMoved(seen, name) === true),
    )
    const wantsMore = touched.some((name) => !('agreed' in found.get(name)!))
    if (touched.length === 0 || !isStale || !wantsMore) continue
    for (const name of touched) found.set(name, isFinding(found.get(name)) ? found.get(name)! : wholly(seen, name))
  }
  const clean = Object.fromEntries(
    [...found].flatMap(([name, finding]): [string, Json][] => {
      if ('clean' in finding) return [[name, finding.value]]
      // parts nobody contests go in, whatever becomes of the others
      const rest = isFinding(finding) && finding.keys !== undefined ? finding.server : null
      return rest === null || sameJson(rest, storedOf(seen, name)) ? [] : [[name, rest]]
    }),
  )
  const contested = [...found.values()].filter(isFinding)
  return {
    kind: contested.length > 0 ? 'fields' : null,
    clean,
    agreed: names.filter((name) => 'agreed' in found.get(name)!),
    contested,
  }
}

const isFinding = (finding: Finding | undefined): finding is ContestedField =>
  finding !== undefined && 'field' in finding

const findingFor = (seen: Seen, name: string): Finding => {
  const wanted = wantedOf(seen, name)
  if (sameJson(wanted, storedOf(seen, name))) return { agreed: true }
  if (hasMoved(seen, name) === false) return { clean: true, value: wanted }
  const keying = keyingOf(fieldNamed(seen.collection, name))
  return keying ? findingForKeys(seen, name, keying) : wholly(seen, name)
}

// moved: true or false where positions or what the person saw can tell, else null, which counts as moved
const hasMoved = ({ collection, change, stored, base }: Seen, name: string): boolean | null => {
  const field = collection.fieldOf(name)
  const hasBase = Object.hasOwn(base, name)
  const isAsSeen = hasBase && field !== null && sameJson(base[name], canonicalOf(field, stored.fields[name] ?? null))
  const version = change.baseVersion
  if (version == null || version > stored.version)
    return hasBase ? !isAsSeen : version == null && Object.keys(base).length === 0 ? true : null
  const movedAt = Object.hasOwn(stored.fieldVersions, name) ? stored.fieldVersions[name]! : stored.version
  return movedAt > version || (hasBase && !isAsSeen)
}

const wholly = (seen: Seen, name: string): ContestedField => ({
  field: name,
  ...(Object.hasOwn(seen.base, name) ? { base: seen.base[name]! } : {}),
  client: wantedOf(seen, name),
  server: storedOf(seen, name),
})

const wantedOf = ({ collection, change }: Seen, name: string): Json =>
  canonicalOf(fieldNamed(collection, name), change.data[name]!)
const storedOf = ({ collection, stored }: Seen, name: string): Json =>
  canonicalOf(fieldNamed(collection, name), stored.fields[name] ?? null)
const fieldNamed = (collection: Collection, name: string): Field => {
  const field = collection.fieldOf(name)
  if (field === null) throw new TypeError(`${collection.name} has no field ${name}`)
  return field
}

/** Parts of one value against another's: only the ones this change touched count, each by itself. */
const findingForKeys = (seen: Seen, name: string, { by }: Keying): Finding => {
  const [wanted, stored] = [wantedOf(seen, name), storedOf(seen, name)]
  if (!Object.hasOwn(seen.base, name)) return wholly(seen, name)
  const base = seen.base[name]!
  const touched = keysApart(base, wanted, by)
  const moved = keysApart(base, stored, by)
  const differing = keysApart(wanted, stored, by)
  if (!touched || !moved || !differing) return wholly(seen, name)
  // who moved its lines about means the order of the whole list, and of the lines those they touched
  if (!isSameOrder(base, wanted, by)) return { ...wholly(seen, name), client: sideLaid(wanted, base, stored, by)! }
  const keys = touched.filter((key) => moved.includes(key) && differing.includes(key))
  const asWanted = keysLaid(stored, wanted, touched, by)
  if (keys.length > 0 && seen.change.groupId != null)
    return {
      field: name,
      base,
      client: asWanted,
      server: stored,
      keys: touched.filter((key) => differing.includes(key)),
    }
  if (keys.length > 0) {
    const clean = touched.filter((key) => !keys.includes(key))
    const server = keysLaid(stored, wanted, clean, by)
    // as it will be laid over what stands whenever that moves: a line stands where it would stand then
    return { field: name, base, client: keysLaid(server, wanted, keys, by), server, keys }
  }
  return sameJson(asWanted, stored) ? { agreed: true } : { clean: true, value: asWanted }
}

const detectCreate = (seen: Seen): Detected => {
  const names = Object.keys(seen.change.data)
  const differing = names.filter((name) => !sameJson(wantedOf(seen, name), storedOf(seen, name)))
  const agreed = names.filter((name) => !differing.includes(name))
  if (differing.length === 0 && !seen.stored.isDeleted) return { kind: null, clean: {}, agreed, contested: [] }
  return allOf(seen, 'create_exists', differing.length > 0 ? differing : names)
}

const detectDelete = (seen: Seen): Detected => {
  const { collection, stored, base } = seen
  if (stored.isDeleted) return { kind: null, clean: {}, agreed: [], contested: [] }
  const moved = collection.fieldNames.filter(
    (name) => Object.hasOwn(stored.fields, name) && isContestedByDelete(seen, name),
  )
  if (moved.length === 0) return { kind: null, clean: {}, agreed: [], contested: [] }
  const contested = moved.map((name) => ({
    field: name,
    ...(Object.hasOwn(base, name) ? { base: base[name]! } : {}),
    server: storedOf(seen, name),
  }))
  return { kind: 'delete_edited', clean: {}, agreed: [], contested }
}

// where only what was seen can tell, fields the person did not name do not speak against the delete
const isContestedByDelete = (seen: Seen, name: string): boolean => {
  const moved = hasMoved(seen, name)
  return moved === true || (moved === null && seen.change.baseVersion != null)
}

const allOf = (seen: Seen, kind: ConflictKind, names: readonly string[]): Detected => ({
  kind,
  clean: {},
  agreed: [],
  contested: names.map((name) => wholly(seen, name)),
})
