// Takes what the model answered and what PostgreSQL answered to the same word; hands back where they differ. JSON is compared by
// content, positions and instants to the last digit, errors by their code.
// Declared to be the same: what a database makes up by itself (epoch, marks, digests of rights), as long as it always stands for the
// same; the order of lists that are read as sets; which constraint said no; of a clean-up, the counts of what the model does not keep.
import { sameJson, type Json, type JsonObject } from '@wedsync/protocol'
import type { Names } from './names.ts'

export const differencesIn = (name: string, model: string | null, real: string | null, names: Names): string[] => {
  if (model === null || real === null || !/^[[{]/.test(model) || !/^[[{]/.test(real))
    return model === real ? [] : [`the model says ${shown(model)}, PostgreSQL ${shown(real)}`]
  const [one, other] = [parsed(name, model), parsed(name, real)]
  // each is an answer by itself
  if (name === 'receive_batches' && Array.isArray(one) && Array.isArray(other) && one.length === other.length)
    return one.flatMap((answer, nth) => differing(answer, other[nth]!, '', names))
  return differing(one, other, '', names)
}

const parsed = (name: string, text: string): Json => {
  const answer = JSON.parse(text) as JsonObject
  if (name === 'cleanup') return pick(answer, ['tombstones', 'marks', 'payloads'])
  if (name === 'write_decisions')
    // which constraint said no is for whoever is on call
    return {
      ...answer,
      faults: Object.fromEntries(
        Object.entries(answer['faults'] as Record<string, JsonObject>).map(([unit, { constraint: _, ...fault }]) => [
          unit,
          fault,
        ]),
      ),
    }
  return answer
}

const pick = (from: JsonObject, keys: string[]): JsonObject =>
  Object.fromEntries(keys.map((key) => [key, from[key] ?? 0]))

/** Lists that are read as a set; of late receipts only those of one commit have no order, and each speaks for itself. */
const unordered = new Set([
  'stored',
  'parents',
  'lostCreates',
  'openConflicts',
  'decided',
  'scopes',
  'self',
  'leads',
  'revoked',
  'settled',
])

export const differing = (model: Json, real: Json, path: string, names: Names): string[] => {
  if (Array.isArray(model) && Array.isArray(real)) {
    const [one, other] = unordered.has(path.slice(1)) ? [sorted(model), sorted(real)] : [model, real]
    if (one.length !== other.length)
      return [
        `${path} has ${one.length} entries in the model, ${other.length} in PostgreSQL: ${shown(one)} and ${shown(other)}`,
      ]
    return one.flatMap((item, nth) => {
      if (isRights(path, nth)) return paired('rights', item, other[nth]!, path, names)
      return differing(item, other[nth]!, `${path}[${nth}]`, names)
    })
  }
  if (isObject(model) && isObject(real))
    return [...new Set([...Object.keys(model), ...Object.keys(real)])].flatMap((key) => {
      const at = `${path}.${key}`
      if ((key === 'epoch' || key === 'mark') && isOrder(path))
        return paired(key, model[key] ?? null, real[key] ?? null, at, names)
      if (!Object.hasOwn(model, key) || !Object.hasOwn(real, key))
        return [
          `${at} is only in ${Object.hasOwn(model, key) ? 'the model' : 'PostgreSQL'}: ${shown(model[key] ?? real[key])}`,
        ]
      return differing(model[key]!, real[key]!, at, names)
    })
  return sameJson(model, real) ? [] : [`${path} is ${shown(model)} in the model, ${shown(real)} in PostgreSQL`]
}

// in a page, and beside a plain batch's receipts
const isOrder = (path: string) => path === '' || path === '.order'
const isRights = (path: string, nth: number) => nth === 1 && /^\.scopes\.[0-9a-f-]{36}$/.test(path)

const paired = (kind: 'epoch' | 'mark' | 'rights', model: Json, real: Json, path: string, names: Names): string[] =>
  names.pair(kind, model as string | null, real as string | null)
    ? []
    : [`${path} stands for two things: ${shown(model)} and ${shown(real)}`]

const isObject = (value: Json): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const sorted = (list: readonly Json[]): Json[] => [...list].sort((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1))

// of a receipt, the change it speaks of
const keyOf = (item: Json): string => {
  if (!isObject(item)) return JSON.stringify(item)
  const changes = Object.values(item).flatMap((part) => (isObject(part) ? [part['changeId'] ?? null] : []))
  return JSON.stringify([item['table'], item['id'], item['conflictId'], changes[0]])
}

export const shown = (value: unknown): string => {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? 'nothing')
  return text.length > 300 ? `${text.slice(0, 300)}…` : text
}
