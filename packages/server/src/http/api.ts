// The API as a value: something that answers requests, wherever it is mounted.
import type { Hono } from 'hono'
import type { Caller } from '../auth/caller.ts'

/** `caller` and `asked` (method and pattern) are there once they are known: a refusal tells of them. */
export type Api = Hono<{ Variables: { requestId: string; caller?: Caller; asked?: string } }>
