// Takes a text that is JSON; answers it, kept by nobody on the way, and gzipped where it is worth it for who understands it.
// The text is handed over whole: an answer that is turned into a stream on its way costs more than what it says (measured).
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import type { Context } from 'hono'
import { accepts } from 'hono/accepts'

/** Characters from which on squeezing saves a phone more than it costs: below, an answer is two packets at most. */
const worthGzipping = 2048

const squeeze = promisify<string, Buffer<ArrayBuffer>>(gzip)

const headers = { 'Content-Type': 'application/json', 'Cache-Control': 'no-store', Vary: 'Accept-Encoding' }

export const answerJson = async (context: Context, text: string): Promise<Response> => {
  if (text.length < worthGzipping || !understandsGzip(context)) return context.body(text, 200, headers)
  return context.body(await squeeze(text), 200, { ...headers, 'Content-Encoding': 'gzip' })
}

const understandsGzip = (context: Context): boolean =>
  accepts(context, { header: 'Accept-Encoding', supports: ['gzip'], default: 'identity' }) === 'gzip'
