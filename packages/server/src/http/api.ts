// The API as a value: something that answers requests, wherever it is mounted.
import type { Hono } from 'hono'

export type Api = Hono<{ Variables: { requestId: string } }>
