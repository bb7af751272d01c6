// Takes a table and a role; says what people of that role may see and do there, field by field. The same answer
// serves the step that refuses a change and the script that carries rights into the database.  Keeps P7.
import { type Collection, type Condition } from './declaration.ts'

export type Rights = {
  /** Any of these shows a record; empty: this role sees none. */
  readonly sees: readonly Condition[]
  /** Where not empty, one of these must hold of a record this role writes, before and after. */
  readonly writesOnly: readonly Condition[]
  readonly mayCreate: boolean
  readonly mayDelete: boolean
  /** Fields this role may read in a record it sees. */
  readonly reads: readonly string[]
  /** Fields this role may give in a create. */
  readonly gives: readonly string[]
  /** Fields this role may change in a record it sees. */
  readonly changes: readonly string[]
}

// declarations never change, and every page and every change asks for the same few
const known = new WeakMap<Collection, Map<string, Rights>>()

/** Everything a role may do with a table. A field nobody may read is none anybody may change. */
export const rightsOf = (collection: Collection, role: string): Rights => {
  let roles = known.get(collection)
  if (!roles) known.set(collection, (roles = new Map()))
  let rights = roles.get(role)
  if (!rights) roles.set(role, (rights = rightsFrom(collection, role)))
  return rights
}

const rightsFrom = (collection: Collection, role: string): Rights => {
  const { fieldNames, fields, audience, createdBy, updatedBy, deletedBy, writtenWhere } = collection
  const sees = audience.filter(({ roles }) => roles.includes(role)).map(({ where }) => where)
  const isIn = (roles: readonly string[] | null) => roles === null || roles.includes(role)
  const mayCreate = createdBy.includes(role)
  const writers = (name: string) => fields[name]!.writers ?? createdBy
  return {
    sees,
    writesOnly: writtenWhere.filter(({ roles }) => roles.includes(role)).map(({ where }) => where),
    mayCreate,
    mayDelete: deletedBy.includes(role) && sees.length > 0,
    reads: sees.length === 0 ? [] : fieldNames.filter((name) => isIn(fields[name]!.readers)),
    gives: mayCreate ? fieldNames.filter((name) => isIn(writers(name)) || fields[name]!.isFixed) : [],
    changes:
      sees.length > 0 && isIn(updatedBy)
        ? fieldNames.filter((name) => !fields[name]!.isFixed && isIn(writers(name)))
        : [],
  }
}
