// A table as the engine knows it: its fields in the order they were declared, and the policy that goes with each.
// In comes a page that reads as the policy (H12); out goes a frozen value every other room works from.
// A page that contradicts itself stops the start, with the list of everything that is wrong.
import { BrokenDeclaration, type Collection, type CollectionOptions } from './declaration.ts'
import { faultsOf } from './faults-of.ts'
import { type Field } from './field.ts'

/** Declares a table. Throws `BrokenDeclaration` with the whole list when the page contradicts itself. */
export const collection = (name: string, fields: Record<string, Field>, options: CollectionOptions): Collection => {
  const fieldNames = Object.freeze(Object.keys(fields))
  const ofName = new Map(Object.entries(fields))
  const made: Collection = Object.freeze({
    name,
    scope: options.scope,
    isScope: options.isScope ?? false,
    begins: options.begins ?? (() => null),
    freezes: options.freezes ?? null,
    frozenWhere: options.frozenWhere ?? [],
    fieldNames,
    fields: Object.freeze({ ...fields }),
    fieldOf: (wanted: string) => ofName.get(wanted) ?? null,
    requiredNames: Object.freeze(fieldNames.filter((one) => fields[one]!.isRequired)),
    defaults: Object.freeze(
      Object.fromEntries(
        fieldNames.filter((one) => !fields[one]!.isRequired).map((one) => [one, fields[one]!.defaultValue]),
      ),
    ),
    groups: groupsOf(fields),
    audience: options.audience ?? [],
    createdBy: options.createdBy ?? [],
    updatedBy: options.updatedBy ?? null,
    deletedBy: options.deletedBy ?? [],
    refersTo: options.refersTo ?? {},
    unique: options.unique ?? [],
    offers: options.offers ?? {},
    alike: options.alike ?? [],
    acyclic: options.acyclic ?? null,
    plan: options.plan ?? null,
    writtenWhere: options.writtenWhere ?? [],
    criticalIn: options.criticalIn ?? (() => []),
    raises: options.raises ?? (() => null),
    wholeWeighs: options.wholeWeighs ?? 'high',
    awaitedBy: options.awaitedBy ?? null,
  })
  const faults = faultsOf(made)
  if (faults.length > 0) throw new BrokenDeclaration(faults)
  return made
}

const groupsOf = (fields: Record<string, Field>): ReadonlyMap<string, readonly string[]> => {
  const groups = new Map<string, string[]>()
  for (const [name, { group }] of Object.entries(fields)) {
    if (group !== null) groups.set(group, [...(groups.get(group) ?? []), name])
  }
  return groups
}
