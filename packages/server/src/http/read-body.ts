// Takes a request; hands on its JSON, or refuses it: damaged on its way, not JSON, too large after inflating, nested too deep.
// Bytes are counted as they inflate, so a bomb stops at the limit. Depth is read off the bytes before they are parsed.
import { createGunzip } from 'node:zlib'
import { pipeline } from 'node:stream/promises'
import { bodyBytesMax, contentDigestHeader, depthMax, type Json } from '@wedsync/protocol'
import { ApiError } from './api-error.ts'
import { damaged, refuseDamaged } from './refuse-damaged.ts'

export const readBody = async (request: Request): Promise<Json> => {
  const type = request.headers.get('content-type') ?? ''
  if (!/^application\/json\s*(;|$)/i.test(type))
    throw new ApiError('unsupported_media_type', 'Send JSON, with Content-Type: application/json.')
  const bytes = await whole(readBytes(request))
  refuseDamaged(request, bytes)
  const text = decode(bytes)
  if (isTooDeep(bytes)) throw new ApiError('invalid_json', `The body nests deeper than ${depthMax} levels.`)
  try {
    return JSON.parse(text) as Json
  } catch {
    throw new ApiError('invalid_json', 'The body is not valid JSON.')
  }
}

// somebody who hangs up in the middle of a sentence is no fault of ours, and none of the database's
const whole = async (reading: Promise<Uint8Array>): Promise<Uint8Array> => {
  try {
    return await reading
  } catch (thrown) {
    if (thrown instanceof ApiError) throw thrown
    throw new ApiError('invalid_json', 'The body did not arrive whole.')
  }
}

const readBytes = async (request: Request): Promise<Uint8Array> => {
  const length = request.headers.get('content-length')
  if (Number(length ?? 0) > bodyBytesMax) throw tooLarge()
  const encoding = (request.headers.get('content-encoding') ?? 'identity').toLowerCase()
  if (encoding === 'identity') return await (length === null ? collect(chunksOf(request)) : readWhole(request))
  if (encoding !== 'gzip') throw new ApiError('unsupported_media_type', 'Only gzip is understood as Content-Encoding.')
  try {
    // a pipeline ends both ends when one gives up; an error that nobody hears would end the process
    return await pipeline(chunksOf(request), createGunzip(), collect)
  } catch (error) {
    if (error instanceof ApiError) throw error
    throw request.headers.has(contentDigestHeader)
      ? damaged()
      : new ApiError('invalid_json', 'The body could not be inflated.')
  }
}

// A body whose length is declared is never longer than that, so it needs no counting; taken at once, the server need not
// build a stream for it, which costs as much as all checks of a batch together (measured).
const readWhole = async (request: Request): Promise<Uint8Array> => {
  const bytes = new Uint8Array(await request.arrayBuffer())
  // a request that was made, not received, may declare anything
  if (bytes.length > bodyBytesMax) throw tooLarge()
  return bytes
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
const decode = (bytes: Uint8Array): string => {
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

/**
 * One pass over the bytes, before any parser recurses into them; none of these signs is ever part of another in UTF-8. Texts are
 * passed over in a loop of their own, in this function: as a function of its own it takes more than twice as long (measured).
 */
export const isTooDeep = (bytes: Uint8Array): boolean => {
  const { length } = bytes
  let depth = 0
  for (let i = 0; i < length; i++) {
    const byte = bytes[i]!
    if (byte === 34)
      for (i++; i < length; i++) {
        const inside = bytes[i]
        if (inside === 34) break
        if (inside === 92) i++
      }
    else if (byte === 123 || byte === 91) {
      if (++depth > depthMax) return true
    } else if (byte === 125 || byte === 93) depth--
  }
  return false
}
