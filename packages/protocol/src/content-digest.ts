// What travels beside every body, both ways: a digest over its text as it was before any compression, and in an answer the
// id of the request it answers. A body that was cut, altered or meant for somebody else is told from the one that was sent.
import * as z from 'zod/mini'
import { hashOfText } from './checksum.ts'

/** In a request: over the text of its body, or of its query where there is none. In an answer: over the text of its body. */
export const contentDigestHeader = 'X-Content-Digest'
/** In a request: made anew for every one. In an answer: the one of the request. */
export const requestIdHeader = 'X-Request-Id'

/** The header's value, for who has the hash already. */
export const contentDigestFrom = (sha256Hex: string): string => `sha-256=${sha256Hex}`

export const contentDigestOf = (text: string): string => contentDigestFrom(hashOfText(text))

/** What the digest of an address is made over: the text behind the question mark, as it stands there. */
export const queryTextOf = (address: string): string => {
  const place = address.indexOf('?')
  return place < 0 ? '' : address.slice(place + 1)
}

/** One server-sent event, as a digest sees it. */
export type DigestedEvent = { event?: string | undefined; id?: string | undefined; data: string }

/**
 * What the digest of a stream's page is made over: the digest of the page before it, or the id of the request in front of
 * the first, and then its events. A page that was lost or came twice is noticed like one that was altered.
 */
export const streamDigestText = (before: string, events: readonly DigestedEvent[]): string =>
  [before, ...events.flatMap(({ event = '', id = '', data }) => [event, id, data.replaceAll(/\r\n?/g, '\n')])].join(
    '\n',
  )

/** The last event of every page. */
export const StreamDigest = z.object({ digest: z.string().check(z.regex(/^[0-9a-f]{64}$/)) })
