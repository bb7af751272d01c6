// What is wrong with the page of one table. In comes the collection as declared; out goes a list of sentences for
// whoever writes such pages, empty when it is sound. Runs once, at start.
import { namesOfAlike } from './alike.ts'
import { type Collection } from './declaration.ts'
import { faultsOfHeldField, faultsOfHolds } from './faults-of-holds.ts'
import { isNeverNull, type Field } from './field.ts'

/** Everything that is wrong, not only the first. */
export const faultsOf = (made: Collection): string[] => [
  ...faultsOfTable(made),
  ...faultsOfHolds(made),
  ...made.fieldNames.flatMap((name) =>
    [...faultsOfField(made.fields[name]!), ...faultsOfHeldField(made.fields[name]!)].map(
      (fault) => `${made.name}.${name}: ${fault}`,
    ),
  ),
]

const faultsOfTable = ({
  name,
  fields,
  fieldNames,
  fieldOf,
  groups,
  refersTo,
  audience,
  writtenWhere,
  unique,
  offers,
  alike,
  acyclic,
  plan,
  scope,
  isScope,
}: Collection) => {
  const faults: string[] = []
  if (!/^[a-z][a-z_]*$/.test(name)) faults.push(`${name}: a table has a name in lower case`)
  for (const field of fieldNames) {
    if (!/^[a-z][a-z0-9_]*$/.test(field)) faults.push(`${name}.${field}: a field has a name in lower case`)
    if (reserved.has(field)) faults.push(`${name}.${field}: every record has that already`)
  }
  for (const [group, members] of groups) {
    if (members.length < 2) faults.push(`${name}: the group ${group} has only one field`)
  }
  if (scope === 'wedding' && !isScope && !fields['client_id']?.isRequired) {
    faults.push(`${name}: a record of a wedding needs client_id`)
  }
  for (const [field, { onDelete }] of Object.entries(refersTo)) {
    const referring = fieldOf(field)
    if (referring === null) faults.push(`${name}: refers through ${field}, which there is not`)
    else if (referring.kind !== 'id') faults.push(`${name}.${field}: only an id can refer to a record`)
    else if (onDelete === 'null' && isNeverNull(referring)) faults.push(`${name}.${field}: cannot become empty`)
  }
  for (const { where } of [...audience, ...writtenWhere]) {
    if (where.is !== 'any' && where.field !== 'id' && fieldOf(where.field) === null) {
      faults.push(`${name}: a clause asks for ${where.field}, which there is not`)
    }
  }
  for (const field of unique.flat()) {
    if (fieldOf(field) === null) faults.push(`${name}: must be unique in ${field}, which there is not`)
  }
  for (const [field, { of }] of Object.entries(offers)) {
    if (fieldOf(field)?.kind !== 'int') faults.push(`${name}.${field}: only of a number the nearest can be offered`)
    if (fieldOf(of)?.table === undefined) faults.push(`${name}.${field}: is offered by ${of}, which names no record`)
  }
  for (const field of alike.flatMap(namesOfAlike)) {
    if (fieldOf(field) === null) faults.push(`${name}: may be alike in ${field}, which there is not`)
  }
  for (const field of plan?.fields ?? []) {
    if (fieldOf(field) === null) faults.push(`${name}: its plan hangs on ${field}, which there is not`)
  }
  faults.push(...faultsOfLinks({ name, acyclic, fieldOf, scope }))
  // whoever is asked whether two are one and the same sees both
  if (alike.length > 0 && audience.some(({ where }) => where.is !== 'any')) {
    faults.push(`${name}: of records that may be alike everybody sees all or none`)
  }
  return faults
}

const faultsOfLinks = ({
  name,
  acyclic,
  fieldOf,
  scope,
}: Pick<Collection, 'name' | 'acyclic' | 'fieldOf' | 'scope'>): string[] => {
  if (acyclic === null) return []
  const faults: string[] = []
  if (scope !== 'wedding') faults.push(`${name}: only what belongs to a wedding is kept from going round in a circle`)
  for (const field of [acyclic.from, acyclic.to]) {
    const declared = fieldOf(field)
    if (declared === null) faults.push(`${name}: is kept from going round in a circle by ${field}, which there is not`)
    // whoever could alter an end could close a circle with it
    else if (!declared.isRequired || !declared.isFixed)
      faults.push(`${name}.${field}: what waits for what is given once, when the record is made`)
  }
  if (fieldOf(acyclic.from)?.table !== fieldOf(acyclic.to)?.table)
    faults.push(`${name}: ${acyclic.from} and ${acyclic.to} name records of two tables, so there are no circles`)
  return faults
}

const faultsOfField = ({ kind, rule, defaultValue, isRequired, options, keyedBy, read }: Field): string[] => {
  const faults: string[] = []
  if (rule.worksOn !== null && !rule.worksOn.includes(kind)) faults.push(`the rule ${rule.name} cannot work on ${kind}`)
  if (isRequired && defaultValue !== null) faults.push('is required and has a default')
  if (defaultValue !== null && !read(defaultValue).ok) faults.push('its default does not fit it')
  const steps = rule.given?.['steps']
  if (Array.isArray(steps) && options !== undefined && !options.every((option) => steps.includes(option))) {
    faults.push(`the rule ${rule.name} does not know all of its words`)
  }
  if (rule.given?.['by'] !== undefined && rule.given['by'] !== keyedBy)
    faults.push(`the rule ${rule.name} tells its entries apart by another part than it does`)
  if (kind === 'labels' && !isRequired && defaultValue === null) faults.push('can never be null, so it needs a default')
  return faults
}

const reserved = new Set(['id', 'organization_id', '__proto__', 'constructor', 'prototype'])
