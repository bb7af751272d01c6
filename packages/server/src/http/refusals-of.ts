// Which codes of the registry a route may answer with: its own, and those that come with what it takes.
import type { SyncErrorCode } from '@wedsync/protocol'
import type { Route } from './route.ts'

export const refusalsOf = <Steps>({ method, who, takes, limitedAs, refuses }: Route<Steps>): SyncErrorCode[] => [
  ...new Set<SyncErrorCode>([
    ...refuses,
    ...(who === 'person' ? (['unauthorized'] as const) : []),
    ...(who === 'person' && method !== 'GET' ? (['csrf_failed'] as const) : []),
    ...(takes ? (['invalid_json', 'validation_failed', 'payload_too_large', 'unsupported_media_type'] as const) : []),
    ...(limitedAs ? (['rate_limited'] as const) : []),
    ...(['damaged_request', 'method_not_allowed', 'internal', 'unavailable'] as const),
  ]),
]
