// What the rules decided about one change: what to write, what to answer, and the row a conflict leaves behind.
import {
  type ConflictKind,
  type Json,
  type JsonObject,
  type Outcome as Ending,
  type Severity,
  type Strategy,
  type Weighed,
} from '@wedsync/protocol'

/** One field of a conflict. `resolved` is there once it is settled, `proposed` while a person is asked. */
export type ConflictFieldDraft = {
  readonly field: string
  readonly base?: Json
  readonly client?: Json
  readonly server?: Json
  readonly resolved?: Json
  readonly proposed?: Json
  /** Of a list that is compared entry by entry, the part that tells them apart. */
  readonly keyedBy?: string
  /** What the rule was told beside the values. */
  readonly weighed?: Weighed
  /** `name@version`, so that the decision can be worked out again. */
  readonly rule: string
  readonly reason: string
}

export type ConflictDraft = {
  readonly kind: ConflictKind
  readonly status: 'resolved' | 'pending'
  readonly severity: Severity
  readonly score: number
  readonly because: string
  readonly fields: readonly ConflictFieldDraft[]
  readonly resolution: { readonly strategy: Strategy; readonly applied: boolean; readonly confidence: number }
}

export type Outcome = {
  /** What to do with the record; `nothing`: it stands as it should, or a person decides first. */
  readonly does: 'create' | 'update' | 'delete' | 'restore' | 'nothing'
  /** Fields to write, in wire form: clean ones and settled ones. Empty for a delete. */
  readonly write: JsonObject
  /** How the change ends; `waiting`: with the conflict, which is then `pending`. */
  readonly outcome: Ending | 'waiting'
  readonly conflict: ConflictDraft | null
}
