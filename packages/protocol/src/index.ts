// The door of the wire, in the order of the walk.
export { actions, Change, Fields, Intent, type Action, type WireChange } from './change.ts'
export { readChange, type ChangeRead } from './read-change.ts'
export { checksumOf, checksumText, hashOf, hashOfText, type ChecksumParts } from './checksum.ts'
export {
  contentDigestFrom,
  contentDigestHeader,
  contentDigestOf,
  queryTextOf,
  requestIdHeader,
  StreamDigest,
  streamDigestText,
  type DigestedEvent,
} from './content-digest.ts'
export { canonicalJson, isJsonObject, isStorableText, sameJson, type Json, type JsonObject } from './json.ts'
export { digestOf, digestText, VerifyResponse, type HeldRecord } from './digest.ts'
export { Id, isId } from './ids.ts'
export { deriveId } from './derive-id.ts'
export {
  DeviceInfo,
  DryRunResponse,
  SyncEnvelope,
  SyncMetrics,
  SyncOptions,
  SyncRequest,
  SyncResponse,
} from './sync.ts'
export {
  choices,
  Conflict,
  ConflictField,
  conflictKinds,
  Failure,
  outcomes,
  Processed,
  Settled,
  severities,
  SideBy,
  strategies,
  Weighed,
  type Choice,
  type ConflictKind,
  type Outcome,
  type Receipt,
  type Severity,
  type Strategy,
} from './receipt.ts'
export {
  choicesForAll,
  ConflictDecision,
  ConflictDetail,
  ConflictList,
  conflictsTable,
  DecidedRecord,
  DecisionRequest,
  DecisionsAnswer,
  DecisionsRequest,
  Discarded,
  HistoryLine,
  ListedConflict,
  TriedAgain,
  type ChoiceForAll,
} from './conflicts.ts'
export { ServerChange, type Page } from './page.ts'
export { streamEvents, StreamPing, type StreamEventName } from './stream.ts'
export { Alert, DeviceStatus, StatusResponse, statusSections, timeRanges } from './status.ts'
export { HistoryEntry, HistoryResponse, KnownPerson, MetConflict } from './history.ts'
export { DemoPeople, DemoPerson, DemoSignIn, roles, SignedIn, type Role } from './auth.ts'
export {
  ErrorBody,
  ErrorDetail,
  failureCodes,
  syncErrors,
  type FailureCode,
  type NextStep,
  type SyncErrorCode,
} from './errors.ts'
export {
  attemptsMax,
  bodyBytesMax,
  changesPerBatchMax,
  changesPerGroupMax,
  decisionsTogetherMax,
  depthMax,
  historyLimitDefault,
  historyLimitMax,
  pullLimitDefault,
  pullLimitMax,
  scopesMax,
  stringBytesMax,
} from './limits.ts'
export { protocolVersion, schemaVersionCurrent, schemaVersionMax, schemaVersionUnsaid } from './protocol-version.ts'
