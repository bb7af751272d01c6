// GET /metrics, for Prometheus: behind a token of its own. Without one it is not there.
import { createHash, timingSafeEqual } from 'node:crypto'
import type { Metrics } from '../ops/metrics.ts'
import { ApiError } from './api-error.ts'
import type { Api } from './api.ts'

export const serveMetrics = (api: Api, metrics: Metrics, token: string | null): void => {
  api.get('/metrics', async (context) => {
    if (token === null) throw new ApiError('not_found', 'There is nothing at this address.')
    const given = /^Bearer (\S+)$/i.exec(context.req.header('authorization') ?? '')?.[1]
    if (given === undefined || !isSame(given, token))
      throw new ApiError('unauthorized', 'This needs the token that METRICS_TOKEN names.', {
        headers: { 'WWW-Authenticate': 'Bearer' },
      })
    return context.body(await metrics.text(), 200, { 'Content-Type': metrics.contentType, 'Cache-Control': 'no-store' })
  })
}

// digests are of one length, whatever was sent
const isSame = (one: string, other: string): boolean => timingSafeEqual(digest(one), digest(other))
const digest = (text: string): Buffer => createHash('sha256').update(text).digest()
