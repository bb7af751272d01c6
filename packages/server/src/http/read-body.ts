// Takes a request; hands on its JSON, or refuses it: not JSON, too large after inflating, nested too deep.
// Bytes are counted as they inflate, so a bomb stops at the limit. Depth is read off the text before it is parsed.
import { createGunzip } from 'node:zlib'
import { pipeline } from 'node:stream/promises'
import { bodyBytesMax, depthMax, type Json } from '@wedsync/protocol'
import { ApiError } from './api-error.ts'

export const readBody = async (request: Request): Promise<Json> => {
  const type = request.headers.get('content-type') ?? ''
  if (!/^application\/json\s*(;|$)/i.test(type))
    throw new ApiError('unsupported_media_type', 'Send JSON, with Content-Type: application/json.')
  const text = await readText(request)
  if (isTooDeep(text)) throw new ApiError('invalid_json', `The body nests deeper than ${depthMax} levels.`)
  try {
    return JSON.parse(text) as Json
  } catch {
    throw new ApiError('invalid_json', 'The body is not valid JSON.')
  }
}

const readText = async (request: Request): Promise<string> => {
  const declared = Number(request.headers.get('content-length') ?? 0)
  if (declared > bodyBytesMax) throw tooLarge()
  const encoding = (request.headers.get('content-encoding') ?? 'identity').toLowerCase()
  if (encoding === 'identity') return decode(await collect(chunksOf(request)))
  if (encoding !== 'gzip') throw new ApiError('unsupported_media_type', 'Only gzip is understood as Content-Encoding.')
  try {
    // a pipeline ends both ends when one gives up; an error that nobody hears would end the process
    return decode(await pipeline(chunksOf(request), createGunzip(), collect))
  } catch (error) {
    if (error instanceof ApiError) throw error
    throw new ApiError('invalid_json', 'The body could not be inflated.')
  }
}

async function* chunksOf(request: Request): AsyncGenerator<Uint8Array> {
  if (request.body) yield* request.body as unknown as AsyncIterable<Uint8Array>
}

const collect = async (chunks: AsyncIterable<Uint8Array>): Promise<Buffer> => {
  const kept: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of chunks) {
    bytes += chunk.length
    if (bytes > bodyBytesMax) throw tooLarge()
    kept.push(chunk)
  }
  return Buffer.concat(kept)
}

const utf8 = new TextDecoder('utf-8', { fatal: true })
const decode = (bytes: Buffer): string => {
  try {
    return utf8.decode(bytes)
  } catch {
    throw new ApiError('invalid_json', 'The body is not valid UTF-8.')
  }
}

const tooLarge = () =>
  new ApiError(
    'payload_too_large',
    `A body may hold ${bodyBytesMax} bytes after inflating. Send fewer changes at a time.`,
  )

/** One pass over the raw text, before any parser recurses into it. */
export const isTooDeep = (text: string): boolean => {
  let depth = 0
  let inString = false
  for (let i = 0; i < text.length; i++) {
    const char = text.charCodeAt(i)
    if (inString) {
      if (char === 92) i++
      else if (char === 34) inString = false
    } else if (char === 34) inString = true
    else if (char === 123 || char === 91) {
      if (++depth > depthMax) return true
    } else if (char === 125 || char === 93) depth--
  }
  return false
}
