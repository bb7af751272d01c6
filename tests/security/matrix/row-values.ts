// Takes a table and how a row of it should be told from its neighbours; hands back a whole row in which every field that can
// hold a canary holds one. What the declarations ask about (who sees it, who may write it) comes from outside.
import type { Collection, Condition } from '@wedsync/merge'
import type { Json, JsonObject } from '@wedsync/protocol'
import type { Coins } from './canaries.ts'

/** Ids a row may refer to, by table, in the order of their rows. */
export type Parents = ReadonlyMap<string, readonly string[]>

export const rowOf = (collection: Collection, nth: number, telling: JsonObject, parents: Parents, coins: Coins) =>
  Object.fromEntries(
    collection.fieldNames.map((name): [string, Json] => [
      name,
      Object.hasOwn(telling, name) ? telling[name]! : valueOf(collection, name, nth, parents, coins),
    ]),
  )

/** A value the field accepts; a fresh one at every call, but for fields of a few words. */
export const valueOf = (collection: Collection, name: string, nth: number, parents: Parents, coins: Coins): Json => {
  const field = collection.fieldOf(name)!
  const made = make(collection, name, nth, parents, coins)
  if (made === null) return null
  const read = field.read(made)
  if (!read.ok) throw new Error(`${collection.name}.${name} does not take ${JSON.stringify(made)}: ${read.message}`)
  return read.value
}

const make = (collection: Collection, name: string, nth: number, parents: Parents, coins: Coins): Json => {
  const { kind, options, table, sqlType } = collection.fieldOf(name)!
  if (kind === 'text' || kind === 'long_text') return coins.word()
  if (kind === 'wall_time') return coins.wall()
  if (kind === 'day') return coins.day()
  if (kind === 'instant') return coins.moment()
  if (kind === 'time_of_day') return `${String(8 + (nth % 12)).padStart(2, '0')}:${String(coins.next() % 60).padStart(2, '0')}` // prettier-ignore
  if (kind === 'zone') return 'Europe/Berlin'
  if (kind === 'int') return sqlType === 'bigint' ? coins.amount() : 1 + (coins.next() % 300)
  if (kind === 'bool') return nth % 2 === 1
  if (kind === 'one_of') return options![nth % options!.length]!
  if (kind === 'sort_key') return `a${coins.next()}`
  if (kind === 'currency') return ['EUR', 'GBP', 'CHF'][nth % 3]!
  if (kind === 'labels') return { [coins.word()]: coins.phone() }
  if (kind === 'words') return [coins.word(), coins.word()]
  if (kind === 'answers') return { [coins.word()]: coins.word(), [coins.word()]: coins.amount() }
  if (kind === 'entries') return entries(collection, name, coins)
  const known = table ? (parents.get(table) ?? []) : []
  if (kind === 'ids') return [...new Set([0, 1].flatMap((more) => known[(nth + more) % known.length] ?? []))]
  if (kind === 'id') return table ? (known[(nth + shiftOf(collection, name)) % known.length] ?? null) : coins.id()
  throw new Error(`no canary of kind ${String(kind)} yet`)
}

// of two references to one table the second names another row: no item waits for itself
const shiftOf = ({ fieldNames, fieldOf }: Collection, name: string): number =>
  fieldNames.filter((other) => fieldOf(other)?.table === fieldOf(name)?.table).indexOf(name)

const entries = ({ name: table }: Collection, name: string, coins: Coins): JsonObject[] => {
  const of: Record<string, () => JsonObject> = {
    'guests.allergies': () => ({ name: coins.word(), severity: coins.word() }),
    'tasks.checklist': () => ({ id: coins.word(), text: coins.word(), done: false }),
    'forms.questions': () => ({ id: coins.word(), text: coins.word(), kind: coins.word(), options: [coins.word()] }),
    'documents.versions': () => ({ hash: coins.word(), size: coins.amount() }),
  }
  const entry = of[`${table}.${name}`]
  if (!entry) throw new Error(`say what an entry of ${table}.${name} looks like`)
  return [entry(), entry()]
}

/** The fields a clause asks about, with every value that makes a difference: a row of each combination belongs in the world. */
export const tellingValues = (
  { audience, writtenWhere, fieldOf }: Collection,
  of: { me: (roles: readonly string[]) => Json[]; mine: (table: string) => Json[] },
): Record<string, Json[]> => {
  const found: Record<string, Json[]> = {}
  const add = (field: string, values: Json[]) => {
    found[field] = [...new Set([...(found[field] ?? []), ...values])]
  }
  for (const { where, roles } of [...audience, ...writtenWhere] as { where: Condition; roles: readonly string[] }[]) {
    if (where.is === 'one-of') add(where.field, fieldOf(where.field)!.options ? [...fieldOf(where.field)!.options!] : [true, false]) // prettier-ignore
    if (where.is === 'me') add(where.field, of.me(roles))
    if (where.is === 'mine') add(where.field, of.mine(where.table))
  }
  return found
}

export const combinationsOf = (values: Record<string, Json[]>): JsonObject[] =>
  Object.entries(values).reduce<JsonObject[]>(
    (rows, [field, list]) => rows.flatMap((row) => list.map((value) => ({ ...row, [field]: value }))),
    [{}],
  )
