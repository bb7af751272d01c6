// What an example of a route is: a question somebody could ask, and an answer they could get. The document shows them, one
// test holds each against its schema, another puts every question to a real server.
import { deriveId, syncErrors, type Json, type SyncErrorCode } from '@wedsync/protocol'

export type Example = {
  /** What it shows, in a few words. */
  shows: string
  params?: Record<string, string>
  query?: Record<string, string | number>
  body?: Json
  /** Asked with a cookie session of its own instead of a token. */
  withSession?: true
  /** Of a stream: the text of a few events. */
  answer: Json
}

/** A change that waits for a person: its conflict's id follows from it. */
const contested = 'd1e2f3a4-b5c6-4d7e-8f90-a1b2c3d4e5dd'
/** And one about a note. */
const harmless = 'd1e2f3a4-b5c6-4d7e-8f90-a1b2c3d4e5ee'

/** Ids that all examples share, so that they tell one story. */
export const ids = {
  wedding: '5f0c4a1e-7d53-4c1e-9b7a-2f6d1c0e8a11',
  item: '8b2d9c34-1a6f-4e0b-8c75-93d4e5f6a722',
  note: '1e7f3b58-c2d4-4a69-b0e1-7c8d9a0b1c33',
  user: '3c9a5e71-4b8d-4f26-a1c3-5d7e9f0b2d44',
  person: '6d4b2f80-9e1c-4d37-8a5b-0c2e4f6a8b55',
  organization: '9a8b7c6d-5e4f-4a3b-9c2d-1e0f9a8b7c66',
  device: '2b4d6f80-a1c3-4e5d-8f70-91b2c3d4e577',
  batch: '7e6d5c4b-3a29-4188-9f07-e6d5c4b3a288',
  change: '4f3e2d1c-0b9a-4877-a665-4f3e2d1c0b99',
  otherChange: 'a1b2c3d4-e5f6-4708-9a1b-2c3d4e5f6aaa',
  dryChange: 'c0ffee00-1234-4567-89ab-cdef01234bbb',
  contested,
  conflict: deriveId('conflict', contested),
  harmless,
  harmlessConflict: deriveId('conflict', harmless),
  failed: 'e5d4c3b2-a190-4f8e-9d7c-6b5a49382711',
  unwanted: 'f6e5d4c3-b2a1-4098-8e7d-7c6b5a493822',
} as const

export const at = '2026-06-20T14:40:00.000Z'

/** The body of an error, as every code of the registry has one. */
export const errorExample = (code: SyncErrorCode): Json => ({
  success: false,
  error: syncErrors[code].error,
  code,
  message: 'One sentence that says what is wrong and what to do next.',
  ...(code === 'validation_failed' && {
    errors: [{ path: 'changes.0.action', code: 'invalid_value', message: 'Invalid option' }],
  }),
  timestamp: at,
  requestId: '0d1e2f3a-4b5c-4d6e-8f70-8192a3b4c5cc',
})
