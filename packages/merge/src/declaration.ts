// What is declared about a table, as every room reads it: its fields, who sees its records, what they refer to.
// Only words and shapes; `collection.ts` makes one, `faults-of.ts` says what is wrong with one.
import { type ConflictKind, type Json, type JsonObject, type Severity } from '@wedsync/protocol'
import { type Field } from './field.ts'

/** When somebody of a role sees a record. Declarative, so that the database can be told the same. */
export type Condition =
  | { readonly is: 'any' }
  /** The field holds one of these values. */
  | { readonly is: 'one-of'; readonly field: string; readonly values: readonly Json[] }
  /** The field holds the id of the person who asks. */
  | { readonly is: 'me'; readonly field: string }
  /** The field holds the id of a wedding that the person who asks may hold. */
  | { readonly is: 'my-wedding'; readonly field: string }
  /** The field holds the id of a person whom `table` assigns (`person`) to a wedding (`scope`) the one who asks may hold. */
  | {
      readonly is: 'alongside'
      readonly field: string
      readonly table: string
      readonly person: string
      readonly scope: string
    }
  /** The field holds the id of a record of `table` whose field `owner` is the person who asks. */
  | { readonly is: 'mine'; readonly field: string; readonly table: string; readonly owner: string }

/** People of these roles see a record where `where` holds; several clauses add up. Whoever is in no clause sees none. */
export type AudienceClause = { readonly roles: readonly string[]; readonly where: Condition }

export type Reference = {
  readonly table: string
  /** What becomes of this record when the other is to be deleted: it goes as well, it only forgets, or it forbids that. */
  readonly onDelete: 'null' | 'delete' | 'refuse'
}

/** The free value nearest to a taken one is offered: among those of one record `of`, up to what that says in `upTo`. */
export type Offer = { readonly of: string; readonly upTo: string }

/** What makes two records of a scope a possible double of one another. Whatever is named has to be said in both. */
export type Alike = {
  /** Fields that hold the same. */
  readonly same?: readonly string[]
  /** Texts that say the same, whatever their capitals and the spaces around them. */
  readonly sameWords?: readonly string[]
  /** Moments of one day. Where one of the two does not say when, it may be that day as well. */
  readonly sameDay?: readonly string[]
  /** Under which kind a person is asked, and with which words. */
  readonly kind: Extract<ConflictKind, 'unique' | 'proposal'>
  readonly reason: string
}

/** `missedMin`: by how many minutes fixed times do not hold, in a plan of these records by table. */
export type Plan = {
  readonly fields: readonly string[]
  readonly tables: readonly string[]
  readonly missedMin: (records: ReadonlyMap<string, readonly JsonObject[]>) => number
}

/** The fields of a record that says what waits for what. */
export type Links = { readonly from: string; readonly to: string }

/** In milliseconds of the epoch, the end not counted; `until`: the end as a sentence says it. */
export type Freeze = { readonly from: number; readonly to: number; readonly until: string }

/** `from`, `to`, `zone`: fields of a scope's record, wall times and the zone they mean; the database is told the same. */
export type Freezes = {
  readonly from: string
  readonly to: string
  readonly zone: string
  readonly told: (record: JsonObject) => Freeze | null
}

/** The freeze holds these fields in records whose `where.field` stands at one of the values; `to`: only what is changed to one of these. */
export type FrozenClause = {
  readonly fields: readonly string[]
  readonly where: { readonly field: string; readonly values: readonly Json[] }
  readonly to?: readonly Json[]
}

/** What is going on around a conflict, for what a table says raises it. */
export type Around = {
  /** The wedding the record belongs to. */
  readonly scopeRecord: JsonObject | null
  readonly contested: readonly string[]
  /** When the change was decided, in milliseconds of the epoch; null: unknown. */
  readonly at: number | null
  /** How many records wait for this one. */
  readonly dependants: number
}

/** Answers in a few words why a conflict about this record weighs more, or null. */
export type Raises = (record: JsonObject, around: Around) => string | null

export type CollectionOptions = {
  /** A `wedding` record belongs to one wedding and syncs with it; an `organization` record with everything. */
  readonly scope: 'wedding' | 'organization'
  /** True for the one table whose records are the scopes themselves: their id is their `client_id`. */
  readonly isScope?: boolean
  /** Of a scope's record, the moment its event begins, in milliseconds of the epoch; null: unknown. Everything presses when it is near. */
  readonly begins?: (record: JsonObject) => number | null
  /** Of a scope's record: which of its fields say from when to when its plan is frozen, and how they are read. */
  readonly freezes?: Freezes
  /** Fields that the freeze holds in some records only. */
  readonly frozenWhere?: readonly FrozenClause[]
  readonly audience?: readonly AudienceClause[]
  readonly createdBy?: readonly string[]
  /** Null or absent: whoever may write one of its fields. */
  readonly updatedBy?: readonly string[]
  readonly deletedBy?: readonly string[]
  readonly refersTo?: Readonly<Record<string, Reference>>
  /** Lists of fields of which no two records of a scope may hold the same values. */
  readonly unique?: readonly (readonly string[])[]
  /** Of a number only one may hold, the nearest free one is offered: up to what `upTo` says in the record that the field `of` names. */
  readonly offers?: Readonly<Record<string, Offer>>
  /** What makes two records possible doubles of one another. */
  readonly alike?: readonly Alike[]
  /** Each record says that what `to` names waits for what `from` names: together they never go round in a circle. */
  readonly acyclic?: Links
  /** Of which fields it matters whether the plan holds, and by which tables that is known. */
  readonly plan?: Plan
  /** Where a role may write only some of the records it sees: both before and after, one of its clauses must hold. */
  readonly writtenWhere?: readonly AudienceClause[]
  /** Fields that in this very record are critical, whatever their line says: the start of an item whose time is fixed. */
  readonly criticalIn?: (record: JsonObject) => readonly string[]
  readonly raises?: Raises
  /** How much it weighs when a record is deleted here and edited there, or made twice. High where nothing is said. */
  readonly wholeWeighs?: Severity
  /** The table, and its field, by which others say that they wait for a record of this one. */
  readonly awaitedBy?: { readonly table: string; readonly field: string }
}

export type Collection = {
  readonly name: string
  readonly scope: 'wedding' | 'organization'
  readonly isScope: boolean
  readonly begins: (record: JsonObject) => number | null
  readonly freezes: Freezes | null
  readonly frozenWhere: readonly FrozenClause[]
  /** In declared order; a field's place is its slot in the database, so new fields only ever join at the end. */
  readonly fieldNames: readonly string[]
  readonly fields: Readonly<Record<string, Field>>
  /** The field of that name, or null; `__proto__` and its kin are names like any other, and unknown. */
  readonly fieldOf: (name: string) => Field | null
  readonly requiredNames: readonly string[]
  /** What a create gets where it says nothing: one value for every field that is not required. */
  readonly defaults: Readonly<JsonObject>
  /** Group → its fields. */
  readonly groups: ReadonlyMap<string, readonly string[]>
  readonly audience: readonly AudienceClause[]
  readonly createdBy: readonly string[]
  readonly updatedBy: readonly string[] | null
  readonly deletedBy: readonly string[]
  readonly refersTo: Readonly<Record<string, Reference>>
  readonly unique: readonly (readonly string[])[]
  readonly offers: Readonly<Record<string, Offer>>
  readonly alike: readonly Alike[]
  readonly acyclic: Links | null
  readonly plan: Plan | null
  readonly writtenWhere: readonly AudienceClause[]
  readonly criticalIn: (record: JsonObject) => readonly string[]
  readonly raises: Raises
  readonly wholeWeighs: Severity
  readonly awaitedBy: { readonly table: string; readonly field: string } | null
}

/** How a sentence speaks of a field: its own words, else its name. */
export const wordsFor = ({ fieldOf }: Collection, name: string): string =>
  fieldOf(name)?.words ?? `the ${name.replaceAll('_', ' ')}`

/** Thrown at start only: the pages of the tables are not ones to work with. */
export class BrokenDeclaration extends Error {
  readonly faults: readonly string[]
  constructor(faults: readonly string[]) {
    super(`The declared tables contradict themselves:\n${faults.map((fault) => `  ${fault}`).join('\n')}`)
    this.name = 'BrokenDeclaration'
    this.faults = faults
  }
}

/** The level of a field in this record: the declared one, or critical where the table says so. */
export const levelOf = ({ fieldOf, criticalIn }: Collection, name: string, record: JsonObject): Severity =>
  criticalIn(record).includes(name) ? 'critical' : (fieldOf(name)?.level ?? 'medium')
