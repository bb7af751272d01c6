// One field of a table, said in one line: what it holds, how two edits of it become one, how much it weighs, who may
// read and write it. Every word of the chain hands on a new field, so a line can be shared and never changes later.
import { type Json, type Severity } from '@wedsync/protocol'
import { ask } from './rules/ask.ts'
import { type Rule } from './rules/rule.ts'

export type SqlType =
  | 'text'
  | 'timestamp'
  | 'date'
  | 'time'
  | 'timestamptz'
  | 'integer'
  | 'bigint'
  | 'boolean'
  | 'uuid'
  | 'uuid[]'
  | 'text[]'
  | 'jsonb'

export type FieldKind =
  | 'text'
  | 'long_text'
  | 'wall_time'
  | 'day'
  | 'time_of_day'
  | 'instant'
  | 'zone'
  | 'int'
  | 'bool'
  | 'one_of'
  | 'id'
  | 'ids'
  | 'labels'
  | 'sort_key'
  | 'currency'
  | 'words'
  | 'entries'
  | 'answers'

export type ValueRead = { ok: true; value: Json } | { ok: false; message: string }
export type ReadValue = (value: Json) => ValueRead

/** What a field can hold. `read` answers the canonical wire form; it never sees null. */
export type ValueType = {
  readonly kind: FieldKind
  readonly sqlType: SqlType
  readonly read: ReadValue
  /** The words of a `one_of`. */
  readonly options?: readonly string[]
  /** The table whose records an `id` or `ids` names. */
  readonly table?: string
  /** The part by which entries of a list are told apart. */
  readonly keyedBy?: string
}

/** `by`: roles whose own changes go in, and who decide about those of others. `asks`: which changes are meant. */
export type Approval = { readonly by: readonly string[]; readonly asks: (before: Json, after: Json) => boolean }

type Policy = {
  readonly isRequired: boolean
  /** What a create gets where it says nothing; null: the field may be null. */
  readonly defaultValue: Json
  readonly rule: Rule
  readonly level: Severity
  /** Fields of one group only make sense together. */
  readonly group: string | null
  /** Roles in order of authority when two disagree, highest first. */
  readonly trusted: readonly string[]
  /** Null: everyone who sees the record. */
  readonly readers: readonly string[] | null
  /** Null: everyone who may create or change records of the table. */
  readonly writers: readonly string[] | null
  /** Never settled by `client_wins` or `server_wins` alone, whatever its level. */
  readonly isGuarded: boolean
  /** Given at creation and the same for ever. */
  readonly isFixed: boolean
  /** While the plan of its wedding is frozen, a change of it is a proposal, unless an owner or the lead makes it. */
  readonly isFrozen: boolean
  /** Whose word a change of it needs at any time; null: nobody's. */
  readonly approval: Approval | null
  /** How a sentence speaks of it: "the curfew". */
  readonly words: string | null
}

export type Field = ValueType &
  Policy & {
    required(): Field
    byDefault(value: Json): Field
    merges(rule: Rule): Field
    weighs(level: Severity): Field
    together(group: string): Field
    trusts(...roles: string[]): Field
    readBy(...roles: string[]): Field
    writeBy(...roles: string[]): Field
    guarded(): Field
    fixed(): Field
    frozen(): Field
    /** `asks`: which changes need it; every one where left out. */
    approvedBy(roles: readonly string[], asks?: Approval['asks']): Field
    called(words: string): Field
  }

/** A field that holds such values; until its line says more, it asks a person and weighs medium. */
export const field = (type: ValueType): Field => chain(type, plain)

const plain: Policy = {
  isRequired: false,
  defaultValue: null,
  rule: ask,
  level: 'medium',
  group: null,
  trusted: [],
  readers: null,
  writers: null,
  isGuarded: false,
  isFixed: false,
  isFrozen: false,
  approval: null,
  words: null,
}

const chain = (type: ValueType, policy: Policy): Field => {
  const but = (more: Partial<Policy>) => chain(type, { ...policy, ...more })
  return Object.freeze<Field>({
    ...type,
    ...policy,
    required: () => but({ isRequired: true }),
    byDefault: (defaultValue) => but({ defaultValue }),
    merges: (rule) => but({ rule }),
    weighs: (level) => but({ level }),
    together: (group) => but({ group }),
    trusts: (...roles) => but({ trusted: Object.freeze(roles) }),
    readBy: (...roles) => but({ readers: Object.freeze(roles) }),
    writeBy: (...roles) => but({ writers: Object.freeze(roles) }),
    guarded: () => but({ isGuarded: true }),
    fixed: () => but({ isFixed: true }),
    frozen: () => but({ isFrozen: true }),
    approvedBy: (by, asks = () => true) => but({ approval: Object.freeze({ by: Object.freeze([...by]), asks }) }),
    called: (words) => but({ words }),
  })
}

/** True for a field that a create always gives a value and that can never be emptied. */
export const isNeverNull = ({ isRequired, defaultValue }: Field): boolean => isRequired || defaultValue !== null
