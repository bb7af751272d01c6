// The door of the merge, in the order of the walk: what a table is, what a change holds, what is contested, how it ends.
export {
  bool,
  currency,
  day,
  id,
  idOf,
  idsOf,
  instant,
  int,
  labels,
  longText,
  longTextBytesMax,
  oneOf,
  sortKey,
  text,
  timeOfDay,
  wallTime,
  zone,
} from './values.ts'
export { answers, listOf, words } from './structured-values.ts'
export {
  isNeverNull,
  type Approval,
  type Field,
  type FieldKind,
  type SqlType,
  type ValueRead,
  type ValueType,
} from './field.ts'
export { collection } from './collection.ts'
export { collections } from './collections.ts'
export {
  BrokenDeclaration,
  levelOf,
  wordsFor,
  type Alike,
  type Around,
  type AudienceClause,
  type Collection,
  type CollectionOptions,
  type Condition,
  type Freeze,
  type Freezes,
  type FrozenClause,
  type Offer,
  type Plan,
  type Raises,
  type Reference,
} from './declaration.ts'
export {
  approvalRule,
  freezeAt,
  freezeDeciders,
  freezeRule,
  holdsOf,
  isAmong,
  mayBeFrozen,
  type Hold,
  type Holds,
} from './holds.ts'
export { alikeAs, namesOfAlike } from './alike.ts'
export { circleThrough } from './circle.ts'
export { fieldThatYields, isSameKey, nearestFree } from './unique.ts'
export { rightsOf, type Rights } from './rights-of.ts'
export { readBase, readData, type DataProblem, type DataRead, type KnownOfRecord } from './read-data.ts'
export {
  contestedFields,
  type CheckedChange,
  type ContestedField,
  type Detected,
  type StoredRecord,
} from './contested-fields.ts'
export { resolveConflict, type Author, type ConflictToResolve, type ResolveContext } from './resolve-conflict.ts'
export { capital } from './in-words.ts'
export { type ConflictDraft, type ConflictFieldDraft, type Outcome } from './outcome.ts'
export { closeHours, isEventClose, severityFor, type Circumstances, type Weight } from './severity.ts'
export { isHarmless, whyNotHarmless, type ConflictToWeigh, type Objection } from './is-harmless.ts'
export { isPutTogether, laterEdit } from './later-edit.ts'
export {
  editLaid,
  entriesLaid,
  isSameOrder,
  keyingOf,
  keysApart,
  keysLaid,
  sideLaid,
  type Keying,
} from './keyed-values.ts'
export { explainConflict, type ConflictToExplain, type FieldExplained } from './explain-conflict.ts'
export { rebase, type WaitingEdit } from './rebase.ts'
export {
  added,
  noHistory,
  schemaHistory,
  type Said,
  type Schema,
  type SchemaHistory,
  type Step,
  type TableWords,
} from './schema/schema-history.ts'
export {
  oneLabel,
  removed,
  renamed,
  respelled,
  type Removal,
  type Saying,
  type Spelling,
  type Wording,
} from './schema/wording.ts'
export { recordAsFarAsKnown, recordMeant, recordTold, wholeRecordTold } from './schema/translate-record.ts'
export {
  editMeant,
  intentsMeant,
  nameMeant,
  nameTold,
  writesIntoGone,
  type PastEdit,
  type Stands,
} from './schema/translate-edit.ts'
export { contestedMeant, contestedTold, isWhole, type Contested } from './schema/translate-conflict.ts'
export { type Rule, type RuleContext, type Settlement, type Side } from './rules/rule.ts'
export { allRules } from './rules/all-rules.ts'
export { ask } from './rules/ask.ts'
export { candidates } from './rules/candidates.ts'
export { delta } from './rules/delta.ts'
export { firstStands } from './rules/first-stands.ts'
export { keyed, type PartRule } from './rules/keyed.ts'
export { keepsPlan } from './rules/keeps-plan.ts'
export { leastGiven } from './rules/least-given.ts'
export { observed } from './rules/observed.ts'
export { safeSet } from './rules/safe-set.ts'
export { scalar } from './rules/scalar.ts'
export { set } from './rules/set.ts'
export { shift } from './rules/shift.ts'
export { pairsOf, stages, type StagesRule } from './rules/stages.ts'
export { orMarker } from './rules/join-texts.ts'
export { publicTextRule, textRule } from './rules/text.ts'
export { whenClose } from './rules/when-close.ts'
