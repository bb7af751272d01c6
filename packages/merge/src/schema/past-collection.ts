// A table as it was declared one version earlier. In comes the table as it is one version later, and how its fields were
// said; out goes a collection like any other, for an app of that time and for whoever checks what such an app sends.
import { collection } from '../collection.ts'
import { type AudienceClause, type Collection } from '../declaration.ts'
import { type Field } from '../field.ts'
import { type Removal, type Wording } from './wording.ts'

/** `said`: new name → how it was said; `added`: names nobody knew; `gone`: fields that are no more. Who may do what is decided by the table of today. */
export const pastCollection = (
  later: Collection,
  said: ReadonlyMap<string, Wording>,
  added: ReadonlySet<string>,
  gone: ReadonlyMap<string, Removal>,
): Collection => {
  const nameOf = (name: string) => said.get(name)?.was ?? name
  const fields = Object.fromEntries([
    ...later.fieldNames
      .filter((name) => !added.has(name))
      .map((name): [string, Field] => [nameOf(name), said.get(name)?.then ?? later.fields[name]!]),
    ...[...gone].map(([name, { held }]): [string, Field] => [name, held]),
  ])
  const { scope, isScope, createdBy, updatedBy, deletedBy, criticalIn, raises } = later
  return collection(later.name, fields, {
    ...{ scope, isScope, createdBy, deletedBy, criticalIn, raises, ...(updatedBy && { updatedBy }) },
    audience: later.audience.map((clause) => before(clause, nameOf, added)),
    writtenWhere: later.writtenWhere.map((clause) => before(clause, nameOf, added)),
    refersTo: Object.fromEntries(
      Object.entries(later.refersTo).flatMap(([name, to]) => (added.has(name) ? [] : [[nameOf(name), to]])),
    ),
    unique: later.unique.filter((names) => !names.some((name) => added.has(name))).map((names) => names.map(nameOf)),
  })
}

const before = (
  { roles, where }: AudienceClause,
  nameOf: (name: string) => string,
  added: ReadonlySet<string>,
): AudienceClause => {
  if (where.is === 'any' || where.field === 'id') return { roles, where }
  return { roles, where: added.has(where.field) ? { is: 'any' } : { ...where, field: nameOf(where.field) } }
}
