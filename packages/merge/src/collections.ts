// All tables together. In comes the list, parents before their children; out goes the same list, or a stop with
// everything that no page could have known alone: a table that is not there, a child before its parent.
import { BrokenDeclaration, type Collection, type Condition } from './declaration.ts'
import { faultsOfFreezes } from './faults-of-holds.ts'

/**
 * Checks what no page can check alone: that every table named exists, that parents come before their children and
 * that no two tables share a name. Hands the list back, or throws `BrokenDeclaration`.
 */
export const collections = (list: readonly Collection[]): readonly Collection[] => {
  const faults: string[] = faultsOfFreezes(list)
  const known = new Set<string>()
  const all = new Set(list.map(({ name }) => name))
  for (const { name, refersTo, fieldNames, fieldOf, audience, writtenWhere, awaitedBy } of list) {
    if (known.has(name)) faults.push(`${name}: declared twice`)
    known.add(name)
    for (const [field, { table }] of Object.entries(refersTo)) {
      if (!all.has(table)) faults.push(`${name}.${field}: there is no table ${table} to refer to`)
      else if (!known.has(table)) faults.push(`${name}.${field}: ${table} must come earlier in the list`)
    }
    for (const field of fieldNames) {
      const table = fieldOf(field)?.table
      if (table !== undefined && !all.has(table)) faults.push(`${name}.${field}: there is no table ${table}`)
    }
    if (awaitedBy && !list.some((one) => one.name === awaitedBy.table && one.fieldOf(awaitedBy.field)))
      faults.push(`${name}: is awaited by ${awaitedBy.table}.${awaitedBy.field}, which there is not`)
    for (const { where } of [...audience, ...writtenWhere]) {
      for (const [table, field] of namedIn(where)) {
        if (!list.some((one) => one.name === table && one.fieldOf(field))) {
          faults.push(`${name}: a clause asks for ${table}.${field}, which there is not`)
        }
      }
    }
  }
  if (faults.length > 0) throw new BrokenDeclaration(faults)
  return Object.freeze([...list])
}

const namedIn = (where: Condition): [string, string][] => {
  if (where.is === 'mine') return [[where.table, where.owner]]
  return where.is === 'alongside'
    ? [
        [where.table, where.person],
        [where.table, where.scope],
      ]
    : []
}
