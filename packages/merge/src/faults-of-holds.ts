// What is wrong with what a table says is held: by the freeze, or until somebody gives their word. In comes the table, or all of them; out go
// sentences, as of any other fault.
import { type Collection } from './declaration.ts'
import { type Field } from './field.ts'

export const faultsOfHolds = ({
  name,
  scope,
  isScope,
  fieldOf,
  fieldNames,
  fields,
  frozenWhere,
  freezes,
}: Collection) => {
  const faults: string[] = []
  const isHeld = frozenWhere.length > 0 || fieldNames.some((field) => fields[field]!.isFrozen)
  if (isHeld && scope !== 'wedding') faults.push(`${name}: only what belongs to a wedding is held by its freeze`)
  for (const { fields: held, where, to } of frozenWhere) {
    const asked = fieldOf(where.field)
    if (asked === null) faults.push(`${name}: is frozen by ${where.field}, which there is not`)
    else if (where.values.some((value) => value !== null && !asked.read(value).ok))
      faults.push(`${name}: is frozen by a value that ${where.field} never holds`)
    for (const field of held) {
      const declared = fieldOf(field)
      if (declared === null) faults.push(`${name}: the freeze holds ${field}, which there is not`)
      else if (declared.isFixed) faults.push(`${name}.${field}: never changes, so there is nothing to hold`)
      else if (declared.isFrozen) faults.push(`${name}.${field}: is frozen in every record and in some`)
      else if (to?.some((value) => value !== null && !declared.read(value).ok))
        faults.push(`${name}.${field}: is frozen for a value that it never holds`)
    }
  }
  if (freezes !== null && !isScope) faults.push(`${name}: only a scope's own record says when its plan is frozen`)
  for (const field of freezes === null ? [] : [freezes.from, freezes.to, freezes.zone])
    if (fieldOf(field) === null) faults.push(`${name}: its freeze is told by ${field}, which there is not`)
  return faults
}

export const faultsOfHeldField = ({ isFrozen, isFixed, approval, writers }: Field): string[] => {
  const faults: string[] = []
  if (isFrozen && isFixed) faults.push('never changes, so there is nothing to hold')
  if (approval?.by.length === 0) faults.push('nobody could give their word')
  if (approval && writers?.every((role) => approval.by.includes(role)))
    faults.push('whoever may change it may also give their word, so nobody is asked')
  return faults
}

/** Of all tables together: where something is held by a freeze, somebody says when there is one. */
export const faultsOfFreezes = (list: readonly Collection[]): string[] =>
  list.some(({ freezes }) => freezes !== null)
    ? []
    : list
        .filter(
          ({ frozenWhere, fieldNames, fields }) =>
            frozenWhere.length > 0 || fieldNames.some((one) => fields[one]!.isFrozen),
        )
        .map(({ name }) => `${name}: is held by a freeze, and no table says when there is one`)
