// The versions of the tables that devices may still know. In come the tables of today and, for each step back, what was
// said otherwise; out goes, for every past version, its collections and its words, composed once, so that two steps back
// cost as much as one. A history that contradicts itself stops the start.
import { BrokenDeclaration, type Collection } from '../declaration.ts'
import { pastCollection } from './past-collection.ts'
import { composed, type Removal, type Saying, type Wording } from './wording.ts'

/** A field that nobody knew in the version before. */
export const added = 'added'

/** How a field was said: otherwise, not at all, or it is no longer there. */
export type Said = Saying | typeof added | Removal

/** What the version before said otherwise: table → its name then → how it was said; of a new field, its name → `added`. */
export type Step = {
  readonly newTables?: readonly string[]
  readonly tables?: Readonly<Record<string, Readonly<Record<string, Said>>>>
}

/** What a past version says otherwise than today's, by its names then and by those of today; null: unknown then. */
export type TableWords = {
  readonly byOld: ReadonlyMap<string, Wording>
  readonly byNew: ReadonlyMap<string, Wording | null>
  /** Fields it still has, by their names then. */
  readonly gone: ReadonlyMap<string, Removal>
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
  /** The oldest whose devices go on. What was made in an older one is still understood, as far as `past` goes back. */
  readonly oldest: number
  /** Null for today's version, and for one nobody here knows. */
  readonly past: (version: number) => Schema | null
}

/**
 * `steps` from the oldest on: the first leads from the oldest version to the next, the last to `current`. `stepsBack`: how old a
 * device may be that goes on; all of them where it is left out.
 */
export const schemaHistory = ({
  current,
  collections,
  steps,
  stepsBack = steps.length,
}: {
  current: number
  collections: readonly Collection[]
  steps: readonly Step[]
  stepsBack?: number
}): SchemaHistory => {
  if (stepsBack > steps.length)
    throw new BrokenDeclaration([`${stepsBack} steps back are promised, ${steps.length} told`])
  const oldest = current - stepsBack
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
    collections.set(name, pastCollection(collection, step.said, step.added, step.gone))
    words.set(name, wordsBefore(later.wordsOf(name), step))
  }
  if (faults.length > 0) throw new BrokenDeclaration(faults)
  return { version, collections, wordsOf: (table) => words.get(table) ?? null }
}

type ReadStep = { said: Map<string, Wording>; added: Set<string>; gone: Map<string, Removal>; faults: string[] }

const readStep = ({ fieldOf, fieldNames }: Collection, sayings: Readonly<Record<string, Said>>) => {
  const step: ReadStep = { said: new Map(), added: new Set(), gone: new Map(), faults: [] }
  for (const [name, saying] of Object.entries(sayings)) {
    if (saying !== added && 'held' in saying) {
      step.faults.push(...faultsOfRemoval(saying).map((fault) => `${name}: ${fault}`))
      step.gone.set(name, saying)
      continue
    }
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
  const kept = fieldNames.filter((name) => !step.added.has(name)).map((name) => step.said.get(name)?.was ?? name)
  const names = [...kept, ...step.gone.keys()]
  const twice = names.find((name, place) => names.indexOf(name) < place)
  if (twice !== undefined) step.faults.push(`two fields were called ${twice}`)
  return step
}

const faultsOfRemoval = ({ held, shown }: Removal): string[] => [
  ...(held.isRequired ? ['what is no longer kept cannot be required'] : []),
  ...(shown === null
    ? held.defaultValue === null
      ? []
      : ['show its default in its place']
    : held.read(shown).ok
      ? []
      : ['it cannot hold what is shown in its place']),
]

const wordsBefore = (later: TableWords | null, step: ReadStep): TableWords | null => {
  const byNew = new Map<string, Wording | null>()
  const gone = new Map(step.gone)
  for (const [name, removal] of later?.gone ?? [])
    if (!step.said.has(name) && !step.added.has(name)) gone.set(name, removal)
  // what the step itself says, in today's words
  for (const [between, wording] of step.said) {
    const lost = later?.gone.get(between)
    if (lost) {
      gone.set(wording.was, { held: wording.then, shown: wording.told(lost.shown) })
      continue
    }
    const onward = later?.byOld.get(between)
    const whole = onward ? composed(wording, onward) : wording
    byNew.set(whole.is, whole)
  }
  for (const between of step.added)
    if (!later?.gone.has(between)) byNew.set(later?.byOld.get(between)?.is ?? between, null)
  // what only later steps say otherwise
  for (const [name, onward] of later?.byNew ?? []) if (!byNew.has(name)) byNew.set(name, onward)
  if (byNew.size + gone.size === 0) return null
  return { byNew, gone, byOld: new Map([...byNew.values()].flatMap((one) => (one ? [[one.was, one]] : []))) }
}
