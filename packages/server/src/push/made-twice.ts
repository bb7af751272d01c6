// Takes a record that somebody makes; answers what there is already that it may be: the very thing, under another id, or something so
// alike that a person has to say, or what would go round in a circle with it. Nothing is made until then.  Keeps P3, P4.
import { namesOfAlike, severityFor, type Collection, type ConflictDraft, type ResolveContext } from '@wedsync/merge'
import { sameJson, type JsonObject, type Strategy, type WireChange } from '@wedsync/protocol'
import type { State } from './batch-state.ts'
import { circleIn, draftOfCircle } from './closes-circle.ts'
import { twiceRule } from './double-rules.ts'
import { leavingAfter, standingFor } from './leaving-after.ts'
import type { StoredRow } from './opened-batch.ts'
import type { ReadChange } from './read-changes.ts'
import { doubleIn, fieldsOfDouble } from './possible-double.ts'
import { takenFrom } from './rivals.ts'

/** `of`: the record the question is about; `draft` null: it stands as it is wanted. */
export type MadeTwice = { of: { table: string; id: string }; beside: StoredRow; draft: ConflictDraft | null }

export const madeTwice = (
  read: ReadChange,
  change: WireChange,
  collection: Collection,
  data: JsonObject,
  state: State,
  context: ResolveContext,
): MadeTwice | null => {
  const fields = { ...collection.defaults, ...data }
  const { table, id } = change
  const [standing, leaves] = [standingFor(read, state), leavingAfter(read, state)]
  const taken = takenFrom(standing, collection, { id, fields }, collection.fieldNames, leaves)
  if (taken && taken.yields === null) {
    const draft = draftOfTwice(collection, fields, taken.by, state.strategy, context)
    return { of: { table, id: taken.by.id }, beside: taken.by, draft }
  }
  const circle = circleIn(standing, collection, { id, fields }, (row) => leaves(row, [], fields))
  if (circle) {
    const draft = draftOfCircle(collection, fields, { circle, strategy: state.strategy, context })
    return { of: { table, id }, beside: circle.at(-1)!, draft }
  }
  const double = doubleIn(state, collection, data, (row) => isOfAnother(row, state))
  if (!double) return null
  const draft: ConflictDraft = {
    ...{ kind: double.alike.kind, status: 'pending' },
    ...weight(collection, namesOfAlike(double.alike), data, context),
    fields: fieldsOfDouble(collection, data, double),
    resolution: { strategy: state.strategy, applied: false, confidence: 0 },
  }
  return { of: { table, id }, beside: double.beside, draft }
}

// what somebody makes twice on one phone they make on purpose: they see the first beside it
const isOfAnother = ({ id, table, movedBy }: StoredRow, { deviceId, touched, collections }: State): boolean => {
  if (touched.has(`${table}/${id}`)) return false
  const given = collections.get(table)!.requiredNames.find((name) => collections.get(table)!.fieldOf(name)!.isFixed)
  const by = given === undefined ? null : movedBy?.[given]?.deviceId
  return by == null || by !== deviceId
}

const draftOfTwice = (
  collection: Collection,
  wanted: JsonObject,
  { fields = {} }: StoredRow,
  strategy: Strategy,
  context: ResolveContext,
): ConflictDraft | null => {
  const isOther = (name: string) => !sameJson(wanted[name] ?? null, fields[name] ?? null)
  const open = collection.fieldNames.filter((name) => !collection.fieldOf(name)!.isFixed)
  const groups = open.filter(isOther).map((name) => collection.fieldOf(name)?.group ?? null)
  const names = open.filter((name) => isOther(name) || groups.includes(collection.fieldOf(name)?.group ?? ''))
  if (names.length === 0) return null
  const reason = 'This is there already, with other values. A person says which of the two stay.'
  return {
    ...{ kind: 'unique', status: 'pending' },
    ...weight(collection, names, fields, context),
    fields: names.map((name) => ({
      ...{ field: name, client: wanted[name] ?? null, server: fields[name] ?? null, rule: twiceRule, reason },
    })),
    resolution: { strategy, applied: false, confidence: 0 },
  }
}

const weight = (collection: Collection, names: readonly string[], record: JsonObject, context: ResolveContext) =>
  severityFor(collection, names, record, { ...context, isEvenlyMatched: false })
