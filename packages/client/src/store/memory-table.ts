// One table in memory: its rows by key and by index, in the orders a database would give them. What goes in is copied and
// frozen, what comes out is that copy: nobody alters a stored row in place. It knows nothing of steps; it can put back
// what was there before.
import { type KeyPart, type KeyValue } from './store.ts'

type Row = Readonly<Record<string, unknown>>
/** What a key is called in maps. */
type Name = string | number
/** What stands in one place of an index: put in order when somebody looks, and kept so until a row comes or goes. */
type Place = { names: Set<Name>; inOrder: readonly Name[] | null }

export type MemoryTable = ReturnType<typeof createMemoryTable>

/** A table of these keys and indexes, in the words of `schema`. */
export const createMemoryTable = (words: string) => {
  const [key, ...others] = words.split(', ').map(indexFrom)
  const indexes = new Map([key!, ...others].map((one) => [one.name, { ...one, rows: new Map<Name, Place>() }]))
  // whoever looks by the first part of a pair needs no index of its own
  for (const { parts } of [key!, ...others])
    if (parts.length > 1 && !indexes.has(parts[0]!))
      indexes.set(parts[0]!, { ...indexFrom(parts[0]!), rows: new Map<Name, Place>() })
  const rows = new Map<Name, Row>()
  let nextNumber = 1
  let inOrderOfKeys: readonly Name[] | null = null

  const indexOf = (name: string) => {
    const index = indexes.get(name)
    if (!index) throw new Error(`There is no index ${name}.`)
    return index
  }

  // the only way in and out; answers what was there before
  const set = (name: Name, row: Row | undefined): Row | undefined => {
    const before = rows.get(name)
    for (const { parts, rows: of } of indexes.values()) {
      if (before && row && parts.every((part) => before[part] === row[part])) continue
      const left = before ? valueOf(before, parts) : null
      const right = row ? valueOf(row, parts) : null
      if (left !== null) {
        const place = of.get(nameOf(left))
        place?.names.delete(name)
        if (place) place.inOrder = null
        if (place?.names.size === 0) of.delete(nameOf(left))
      }
      if (right === null) continue
      const place = of.get(nameOf(right))
      place?.names.add(name)
      if (place) place.inOrder = null
      else of.set(nameOf(right), { names: new Set([name]), inOrder: null })
    }
    if (!before || !row) inOrderOfKeys = null
    if (row) rows.set(name, row)
    else rows.delete(name)
    return before
  }

  const namesByKey = (names: Iterable<Name>): Name[] => {
    const found = Array.from(names, (name) => rows.get(name)!)
    return inOrder(found, key!.parts).map((row) => nameOf(valueOf(row, key!.parts)!))
  }
  const inOrderOfKey = (place: Place): Row[] => {
    place.inOrder ??= namesByKey(place.names)
    return place.inOrder.map((name) => rows.get(name)!)
  }

  const numbered = (row: Row): Row => {
    if (!key!.isNumbered) return row
    const given = row[key!.name]
    if (given === undefined) return { ...row, [key!.name]: nextNumber++ }
    if (typeof given === 'number') nextNumber = Math.max(nextNumber, Math.floor(given) + 1)
    return row
  }

  const refuseDouble = (name: Name, row: Row) => {
    for (const { name: index, parts, isUnique, rows: of } of indexes.values()) {
      const value = isUnique ? valueOf(row, parts) : null
      const [other] = value === null ? [] : (of.get(nameOf(value))?.names ?? [])
      if (other !== undefined && other !== name) throw new Error(`Another row has this ${index} already.`)
    }
  }

  return {
    get: (value: KeyValue): Row | undefined => rows.get(nameOf(value)),
    all: (): Row[] => {
      inOrderOfKeys ??= namesByKey(rows.keys())
      return inOrderOfKeys.map((name) => rows.get(name)!)
    },
    count: () => rows.size,
    /** As they are called here, in no order that a database would give them. */
    entries: (): IterableIterator<[Name, Row]> => rows.entries(),
    /** Stores the row; answers what it is called, and what was there before. */
    put: (given: object, mustBeNew = false): { name: Name; before: Row | undefined } => {
      const row = keptCopy(numbered(given as Row))
      const value = valueOf(row, key!.parts)
      if (value === null) throw new Error(`A row needs its ${key!.name}.`)
      const name = nameOf(value)
      if (mustBeNew && rows.has(name)) throw new Error(`There is a row with this ${key!.name} already.`)
      refuseDouble(name, row)
      return { name, before: set(name, row) }
    },
    delete: (value: KeyValue): { name: Name; before: Row | undefined } => {
      const name = nameOf(value)
      return { name, before: set(name, undefined) }
    },
    /** Puts back what was called so. */
    restore: (name: Name, before: Row | undefined) => void set(name, before),
    nextNumber: () => nextNumber,
    setNextNumber: (next: number) => (nextNumber = next),
    keyOf: (row: object): KeyValue => valueOf(row as Row, key!.parts)!,
    equal: (index: string, values: readonly KeyValue[]): Row[] => {
      const { parts, rows: of } = indexOf(index)
      const places = values.flatMap((value) => of.get(nameOf(value)) ?? [])
      if (values.length === 1) return places.flatMap(inOrderOfKey)
      const found = [...new Set(places.flatMap(({ names }) => [...names]))].map((name) => rows.get(name)!)
      return inOrder(found, parts, key!.parts)
    },
    below: (index: string, limit: KeyPart): Row[] => {
      const { parts, rows: of } = indexOf(index)
      const found: Row[] = []
      for (const [value, { names }] of of)
        if (compare(value, limit) < 0) for (const name of names) found.push(rows.get(name)!)
      return inOrder(found, parts, key!.parts)
    },
    by: (index: string): Row[] => inOrder([...rows.values()], indexOf(index).parts, key!.parts),
  }
}

const indexFrom = (word: string) => {
  const [, flags = '', path = ''] = /^(\+\+|&)?(.*)$/.exec(word)!
  const parts = path.startsWith('[') ? path.slice(1, -1).split('+') : [path]
  return { name: path, parts, isNumbered: flags === '++', isUnique: flags === '&' }
}

// null where a part is missing: such a row stands in no place of this index
const valueOf = (row: Row, parts: readonly string[]): KeyValue | null => {
  if (parts.length === 1) return (row[parts[0]!] ?? null) as KeyValue | null
  return parts.every((part) => row[part] != null) ? parts.map((part) => row[part] as KeyPart) : null
}

const nameOf = (value: KeyValue): Name => {
  if (typeof value === 'string' || typeof value === 'number') return value
  if (!Array.isArray(value)) throw new Error('A key is a text, a number or several of them.')
  let name = ''
  for (const part of value as readonly KeyPart[])
    name += typeof part === 'string' ? `${part.length}:${part}` : `${part};`
  return name
}

const inOrder = (rows: Row[], ...by: (readonly string[])[]): Row[] =>
  rows.length < 2
    ? rows
    : rows.sort((one, other) => {
        for (const parts of by)
          for (const part of parts) {
            const order = compare(one[part] as KeyPart, other[part] as KeyPart)
            if (order !== 0) return order
          }
        return 0
      })

// numbers before texts, texts by their code units, as every database of browsers has it
const compare = (one: KeyPart, other: KeyPart): number => {
  if (typeof one !== typeof other) return typeof one === 'number' ? -1 : 1
  return one === other ? 0 : one < other ? -1 : 1
}

// a value that is frozen to its last part is handed on as it is: a row that moves in one field costs one level
const keptCopy = <Value>(value: Value): Value => {
  if (typeof value === 'function' || typeof value === 'symbol') throw notPlain()
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return keptList(value) as Value
  if (Object.prototype.toString.call(value) !== '[object Object]') throw notPlain()
  const names = Object.keys(value) as (keyof Value & string)[]
  if (Object.isFrozen(value) && names.every((name) => keptCopy(value[name]) === value[name])) return value
  // as `Object.fromEntries` does it: a key called `__proto__` is a key like any other
  return Object.freeze(Object.fromEntries(names.map((name) => [name, keptCopy(value[name])]))) as Value
}

const keptList = (list: readonly unknown[]): readonly unknown[] =>
  Object.isFrozen(list) && list.every((one) => keptCopy(one) === one) ? list : Object.freeze(list.map(keptCopy))

const notPlain = () => new TypeError('A row holds plain values only.')
