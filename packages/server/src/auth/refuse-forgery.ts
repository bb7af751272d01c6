// Takes a request that came with a cookie; refuses it when it would change something and was not sent by a page of ours.
// A browser adds a cookie to whatever a foreign page makes it send; it cannot add our Origin, nor what only our page was told.
// Keeps P7.
import { timingSafeEqual } from 'node:crypto'
import { ApiError } from '../http/api-error.ts'
import type { Caller } from './caller.ts'
import { sha256 } from './session-cookie.ts'

const safeMethods = ['GET', 'HEAD', 'OPTIONS']

/** A caller with a token is not looked at: no browser sends that by itself. */
export const refuseForgery = (
  { csrfHash }: Caller,
  method: string,
  header: (name: string) => string | undefined,
): void => {
  if (!csrfHash || safeMethods.includes(method)) return
  const isFromHere = isSameOrigin(header('origin'), header('host')) && isSameSite(header('sec-fetch-site'))
  const said = header('x-csrf-token')
  if (!isFromHere || said === undefined || !timingSafeEqual(sha256(said), csrfHash))
    throw new ApiError('csrf_failed', 'This did not come from a page of this server. Load the page again, then retry.')
}

// No forwarded header is believed: there is no proxy we know of.
const isSameOrigin = (origin: string | undefined, host: string | undefined): boolean =>
  host !== undefined && origin !== undefined && URL.canParse(origin) && new URL(origin).host === host.toLowerCase()

/** Older browsers do not say. */
const isSameSite = (site: string | undefined): boolean => site === undefined || site === 'same-origin'
