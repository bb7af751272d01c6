// The versions of the tables that devices may still know. In come the tables of today and, for each step back, what was
// said otherwise; out goes, for every past version, its collections and its words, composed once, so that two steps back
// cost as much as one. A history that contradicts itself stops the start.
import { BrokenDeclaration, type Collection } from '../declaration.ts'
import { pastCollection } from './past-collection.ts'
import { composed, same, type Saying, type Wording } from './wording.ts'

/** A field that nobody knew in the version before. */
export const added = 'added'

/** What the version before said otherwise: table → its name then → how it was said; of a new field, its name → `added`. */
export type Step = {
  readonly newTables?: readonly string[]
  readonly tables?: Readonly<Record<string, Readonly<Record<string, Saying | typeof added>>>>
}

/** What a past version says otherwise than today's, by its names then and by those of today; null: unknown then. */
export type TableWords = {
  readonly byOld: ReadonlyMap<string, Wording>
  readonly byNew: ReadonlyMap<string, Wording | null>
}

/** A past version. A table that is not in `collections` was not known. */
export type Schema = {
  readonly version: number
  readonly collections: ReadonlyMap<string, Collection>
  /** Null: the table is what it was. */
  readonly wordsOf: (table: string) => TableWords | null
}

export type SchemaHistory = {
  readonly current: number
  readonly oldest: number
  /** Null for today's version, and for one nobody here knows. */
  readonly past: (version: number) => Schema | null
}

/** `steps` from the oldest on: the first leads from the oldest version to the next, the last to `current`. */
export const schemaHistory = ({
  current,
  collections,
  steps,
}: {
  current: number
  collections: readonly Collection[]
  steps: readonly Step[]
}): SchemaHistory => {
  const oldest = current - steps.length
  const versions = new Map<number, Schema>()
  let later: Schema = {
    version: current,
    collections: new Map(collections.map((one) => [one.name, one])),
    wordsOf: () => null,
  }
  for (const step of [...steps].reverse()) {
    later = before(later, step)
    versions.set(later.version, later)
  }
  return Object.freeze({ current, oldest, past: (version: number) => versions.get(version) ?? null })
}

/** The history of tables that are what they always were. */
export const noHistory = (current: number): SchemaHistory => schemaHistory({ current, collections: [], steps: [] })

const before = (later: Schema, { newTables = [], tables = {} }: Step): Schema => {
  const version = later.version - 1
  const collections = new Map<string, Collection>()
  const words = new Map<string, TableWords | null>()
  const faults: string[] = [...newTables, ...Object.keys(tables)]
    .filter((name) => !later.collections.has(name))
    .map((name) => `version ${version}: there is no table ${name} to say otherwise`)
  for (const [name, collection] of later.collections) {
    if (newTables.includes(name)) continue
    const step = readStep(collection, tables[name] ?? {})
    faults.push(...step.faults.map((fault) => `version ${version}, ${name}: ${fault}`))
    if (step.faults.length > 0) continue
    collections.set(name, pastCollection(collection, step.said, step.added))
    words.set(name, wordsBefore(later.wordsOf(name), step))
  }
  if (faults.length > 0) throw new BrokenDeclaration(faults)
  return { version, collections, wordsOf: (table) => words.get(table) ?? null }
}

type ReadStep = { said: Map<string, Wording>; added: Set<string>; faults: string[] }

const readStep = ({ fieldOf, fieldNames }: Collection, sayings: Readonly<Record<string, Saying | typeof added>>) => {
  const step: ReadStep = { said: new Map(), added: new Set(), faults: [] }
  for (const [name, saying] of Object.entries(sayings)) {
    const is = saying === added ? name : saying.is
    const now = fieldOf(is)
    if (now === null) step.faults.push(`there is no field ${is}`)
    else if (step.said.has(is) || step.added.has(is)) step.faults.push(`${is} is told twice`)
    else if (saying !== added) {
      const spoken = saying.of(now)
      step.faults.push(...spoken.faults.map((fault) => `${name}: ${fault}`))
      step.said.set(is, { ...spoken, was: name, is })
    } else if (now.isRequired) step.faults.push(`${name} was added, so it cannot be required`)
    else step.added.add(is)
  }
  const names = fieldNames.filter((name) => !step.added.has(name)).map((name) => step.said.get(name)?.was ?? name)
  const twice = names.find((name, place) => names.indexOf(name) < place)
  if (twice !== undefined) step.faults.push(`two fields were called ${twice}`)
  return step
}

const wordsBefore = (later: TableWords | null, step: ReadStep): TableWords | null => {
  const byNew = new Map<string, Wording | null>()
  // what the step itself says, in today's words
  for (const [between, wording] of step.said) {
    const onward = later?.byOld.get(between)
    const whole = onward ? composed(wording, onward) : wording
    byNew.set(whole.is, whole)
  }
  for (const between of step.added) byNew.set(later?.byOld.get(between)?.is ?? between, null)
  // what only later steps say otherwise
  for (const [name, onward] of later?.byNew ?? []) if (!byNew.has(name)) byNew.set(name, onward)
  if (byNew.size === 0) return null
  return { byNew, byOld: new Map([...byNew.values()].flatMap((one) => (one ? [[one.was, one]] : []))) }
}

/** A wording for what was always said so: where one is wanted for every field. */
export const wordingOf = (words: TableWords | null, collection: Collection, name: string): Wording | null => {
  const known = words?.byOld.get(name)
  if (known) return known
  const now = words?.byNew.has(name) ? null : collection.fieldOf(name)
  return now && { ...same(now), was: name, is: name }
}
