// Takes a change, the record as it stands and what is contested between them; hands on one outcome: what to write,
// how the change ends, and the row its conflict leaves. Decides nothing by a clock, loses no value, and where a rule
// fails or is unsure, a person is asked.  Keeps P3, P4, P12, P13.
import {
  sameJson,
  type ConflictKind,
  type Intent,
  type Json,
  type JsonObject,
  type Outcome as Ending,
  type Strategy,
  type Weighed,
} from '@wedsync/protocol'
import { type Collection } from './declaration.ts'
import { type CheckedChange, type ContestedField, type Detected, type StoredRecord } from './contested-fields.ts'
import { type Field } from './field.ts'
import { heldBack, heldVerdict, waitsTogether } from './hold-back.ts'
import { type Hold, type Holds } from './holds.ts'
import { keyingOf } from './keyed-values.ts'
import { type ConflictFieldDraft, type Outcome } from './outcome.ts'
import { settleField, type SideFacts, type Verdict } from './settle-field.ts'
import { isEventClose, severityFor } from './severity.ts'

/** Who wrote a side, as far as it is known. */
export type Author = { readonly role: string; readonly userId: string; readonly intent?: Intent | null }

export type ResolveContext = {
  /** Hours until the wedding begins; null: unknown. Whether it is near is kept with the conflict. */
  readonly hoursUntilEvent: number | null
  /** The wedding the record belongs to. */
  readonly scopeRecord?: JsonObject | null
  /** When it is decided, by the server's clock, in milliseconds of the epoch: tells how much it weighs, and nothing else. */
  readonly at?: number | null
  /** How many records wait for this one. */
  readonly dependants?: number
  /** True when a person chose the strategy for this very conflict, there and then. */
  readonly isChosenByPerson?: boolean
}

export type ConflictToResolve = {
  readonly collection: Collection
  readonly change: CheckedChange
  readonly stored: StoredRecord
  readonly contested: Detected
  readonly strategy: Strategy
  readonly sides: {
    readonly client: Author | null
    /** What the author meant by a field, where its value alone does not say it. */
    readonly intents?: Readonly<Record<string, Intent>> | undefined
    /** Who moved each field last. */
    readonly server: Readonly<Record<string, Author | null>>
  }
  readonly context: ResolveContext
  /** What of this record waits for somebody in charge, where its author is not; left out: nothing. */
  readonly holds?: Holds
  /** Whether the plan would hold with a value in a field; undefined: nobody knows. */
  readonly keepsPlan?: (field: string, value: Json) => boolean | undefined
}

/** What becomes of the change. Pure, and the same for the same arguments. */
export const resolveConflict = (given: ConflictToResolve): Outcome => {
  const { contested, held } = heldBack(given)
  const of = { ...given, contested }
  const { kind } = contested
  if (kind === null) return outcomeOfClean(of)
  if (kind === 'fields' || (kind === 'proposal' && of.change.action !== 'delete'))
    return outcomeOfFields(of, kind, groupVerdicts(of, verdictsFor(of, held)))
  return waiting(of, kind, waitingVerdicts(of, kind, held))
}

const outcomeOfClean = ({ change, stored, contested }: ConflictToResolve): Outcome => {
  const none = { write: {}, outcome: 'already_applied', does: 'nothing', conflict: null } as const
  if (change.action === 'create') return none
  if (change.action === 'delete') return stored.isDeleted ? none : { ...none, does: 'delete', outcome: 'applied' }
  if (change.action === 'restore' && stored.isDeleted) {
    return { does: 'restore', write: contested.clean, outcome: 'applied', conflict: null }
  }
  const isNews = Object.keys(contested.clean).length > 0
  return isNews ? { does: 'update', write: contested.clean, outcome: 'applied', conflict: null } : none
}

type Verdicts = readonly { readonly field: ContestedField; readonly verdict: Verdict }[]

type Held = ReadonlyMap<string, Hold>

const verdictsFor = (of: ConflictToResolve, held: Held): Verdicts =>
  of.contested.contested.map((field) => {
    const hold = held.get(field.field)
    return { field, verdict: hold ? { ask: true, ...hold } : heldVerdict(of.holds, field, settled(of, field)) }
  })

const settled = (of: ConflictToResolve, field: ContestedField): Verdict => {
  const { collection, stored, strategy, context } = of
  return settleField({
    collection,
    field,
    record: stored.fields,
    strategy,
    ...factsOf(field, of),
    isChosenByPerson: context.isChosenByPerson ?? false,
    isClose: isEventClose(context.hoursUntilEvent),
  })
}

const factsOf = (
  { field, client: wanted, server: stands }: ContestedField,
  { sides: { client, intents, server }, keepsPlan }: ConflictToResolve,
): { client: SideFacts; server: SideFacts } => {
  const by = own(server, field)
  return {
    client: {
      role: client?.role,
      intent: own(intents ?? {}, field),
      keepsPlan: wanted === undefined ? undefined : keepsPlan?.(field, wanted),
    },
    server: { role: by?.role, intent: by?.intent, keepsPlan: keepsPlan?.(field, stands) },
  }
}

const own = <Of>(all: Readonly<Record<string, Of>>, name: string): Of | undefined =>
  Object.hasOwn(all, name) ? all[name] : undefined

// fields that only make sense together end on one side, or wait together
const groupVerdicts = ({ collection, change, stored, strategy }: ConflictToResolve, verdicts: Verdicts): Verdicts =>
  verdicts.map((entry) => {
    const group = collection.fieldOf(entry.field.field)?.group ?? null
    if (group === null || 'ask' in entry.verdict) return entry
    const members = collection.groups.get(group) ?? []
    const own = verdicts.filter(({ field }) => members.includes(field.field))
    const isAsked = own.some(({ verdict }) => 'ask' in verdict)
    const isTorn =
      strategy === 'merge' &&
      !own.every(({ field, verdict }) => 'settled' in verdict && sameJson(verdict.settled, field.server)) &&
      (!own.every(({ field, verdict }) => 'settled' in verdict && sameJson(verdict.settled, field.client)) ||
        !members.every((name) => Object.hasOwn(change.data, name) || isAsSeen(name, change, stored)))
    if (!isAsked && !isTorn) return entry
    const reason = waitsTogether(collection, entry.field.field)
    return { ...entry, verdict: { ask: true, proposed: entry.verdict.settled, reason, rule: entry.verdict.rule } }
  })

// what its author did not name, and nobody moved since they looked: both sides stand on it. Where only values tell, nobody knows
const isAsSeen = (name: string, { baseVersion }: CheckedChange, { fieldVersions }: StoredRecord): boolean => {
  const at = fieldVersions[name] ?? 0
  return at > 0 && at <= (baseVersion ?? 0)
}

const outcomeOfFields = (of: ConflictToResolve, kind: 'fields' | 'proposal', verdicts: Verdicts): Outcome => {
  const { stored, contested, strategy } = of
  const decided = verdicts.flatMap(({ field, verdict }): [string, Json][] =>
    'settled' in verdict && !sameJson(verdict.settled, stored.fields[field.field] ?? null)
      ? [[field.field, verdict.settled]]
      : [],
  )
  const write = { ...contested.clean, ...Object.fromEntries(decided) }
  const isPending = verdicts.some(({ verdict }) => 'ask' in verdict)
  return {
    does: Object.keys(write).length > 0 ? 'update' : 'nothing',
    write,
    outcome: isPending ? 'waiting' : endingFor[strategy],
    conflict: draftOf(of, kind, verdicts),
  }
}

const waiting = (of: ConflictToResolve, kind: ConflictKind, verdicts: Verdicts): Outcome => ({
  does: 'nothing',
  write: {},
  outcome: 'waiting',
  conflict: draftOf(of, kind, verdicts),
})

const waitingVerdicts = ({ contested }: ConflictToResolve, kind: ConflictKind, held: Held): Verdicts =>
  contested.contested.map((field) => ({
    field,
    verdict: {
      ...{ ask: true, reason: reasons[kind] ?? 'A person decides this.', rule: `${kind}@1` },
      ...held.get(field.field),
    },
  }))

const reasons: Partial<Record<ConflictKind, string>> = {
  edit_deleted: 'Somebody deleted this while somebody else changed it, so a person decides whether it stays.',
  delete_edited: 'Somebody changed this while somebody else deleted it, so a person decides whether it stays.',
  create_exists: 'This is there already with other values, so a person decides which of the two stays.',
}

const endingFor: Record<Strategy, Ending> = {
  client_wins: 'client_won',
  server_wins: 'server_won',
  merge: 'merged',
  manual: 'merged',
}

const draftOf = (of: ConflictToResolve, kind: ConflictKind, verdicts: Verdicts): Outcome['conflict'] => {
  const { collection, stored, strategy, sides, context } = of
  const names = verdicts.map(({ field }) => field.field)
  const isPending = verdicts.some(({ verdict }) => 'ask' in verdict) || kind !== 'fields'
  // nobody wrote against what is only proposed
  const isEvenlyMatched = names.some((name) => {
    if (kind === 'proposal') return false
    const server = Object.hasOwn(sides.server, name) ? sides.server[name] : null
    return sides.client !== null && server != null && sides.client.role === server.role
  })
  const sure = verdicts.map(({ verdict }) => ('settled' in verdict ? verdict.confidence : 0))
  return {
    kind,
    status: isPending ? 'pending' : 'resolved',
    ...severityFor(collection, names, stored.fields, {
      ...context,
      isEvenlyMatched,
      isWhole: isWhole(kind, of.change),
    }),
    fields: verdicts.map(({ field, verdict }) => draftOfField(of, kind, field, verdict)),
    resolution: { strategy, applied: !isPending, confidence: sure.length === 0 ? 0 : Math.min(...sure) },
  }
}

const isWhole = (kind: ConflictKind, { action }: CheckedChange): boolean =>
  kind === 'edit_deleted' ||
  kind === 'delete_edited' ||
  kind === 'create_exists' ||
  (kind === 'proposal' && action === 'delete')

const draftOfField = (
  of: ConflictToResolve,
  kind: ConflictKind,
  { keys: _keys, ...field }: ContestedField,
  verdict: Verdict,
): ConflictFieldDraft => {
  const declared = of.collection.fieldOf(field.field)
  const by = (declared && keyingOf(declared)?.by) ?? null
  return {
    ...field,
    ...('settled' in verdict ? { resolved: verdict.settled } : {}),
    ...('ask' in verdict && verdict.proposed !== undefined ? { proposed: verdict.proposed } : {}),
    ...(by !== null && { keyedBy: by }),
    ...(kind === 'fields' && { weighed: weighedOf(factsOf(field, of), declared, of.context) }),
    rule: verdict.rule,
    reason: verdict.reason,
  }
}

// what the rule was told beside the values, so that it can be asked again
const weighedOf = (
  { client, server }: { client: SideFacts; server: SideFacts },
  declared: Field | null,
  { hoursUntilEvent }: ResolveContext,
): Weighed => ({
  client: told(client),
  server: told(server),
  // whose word counts most may be declared otherwise tomorrow
  ...(declared && { trusted: [...declared.trusted] }),
  ...(isEventClose(hoursUntilEvent) && { isClose: true }),
})

const told = ({ role, intent, keepsPlan }: SideFacts) => ({
  ...(role !== undefined && { role }),
  ...(intent != null && { intent }),
  ...(keepsPlan !== undefined && { keepsPlan }),
})
