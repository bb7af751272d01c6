// Takes a text that is JSON; answers it with its digest, kept by nobody on the way, and gzipped where it is worth it for
// who understands it.
// The text is handed over whole: an answer that is turned into a stream on its way costs more than what it says (measured).
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { contentDigestFrom, contentDigestHeader } from '@wedsync/protocol'
import type { Context } from 'hono'
import { accepts } from 'hono/accepts'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { sha256 } from '../push/sha256.ts'

/** Characters from which on squeezing saves a phone more than it costs: below, an answer is two packets at most. */
const worthGzipping = 2048

const squeeze = promisify<string, Buffer<ArrayBuffer>>(gzip)

const kept = { 'Content-Type': 'application/json', 'Cache-Control': 'no-store', Vary: 'Accept-Encoding' }

export const answerJson = async (context: Context, text: string): Promise<Response> => {
  if (text.length < worthGzipping || !understandsGzip(context)) return answerText(context, text, 200)
  const headers = { ...kept, [contentDigestHeader]: contentDigestFrom(sha256(text)), 'Content-Encoding': 'gzip' }
  return context.body(await squeeze(text), 200, headers)
}

/** The same as it is. */
export const answerText = (
  context: Context,
  text: string,
  status: ContentfulStatusCode,
  more: Record<string, string> = {},
): Response => context.body(text, status, { ...kept, [contentDigestHeader]: contentDigestFrom(sha256(text)), ...more })

const understandsGzip = (context: Context): boolean =>
  accepts(context, { header: 'Accept-Encoding', supports: ['gzip'], default: 'identity' }) === 'gzip'
