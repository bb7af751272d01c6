// Takes a request and what was read of it; refuses it where the digest that came with it is of something else. What says no
// digest is taken as it is. Nothing was done by then, so whoever sent it sends it again.
import { contentDigestFrom, contentDigestHeader } from '@wedsync/protocol'
import { sha256 } from '../push/sha256.ts'
import { ApiError } from './api-error.ts'

export const refuseDamaged = ({ headers }: Request, read: string | Uint8Array): void => {
  const said = headers.get(contentDigestHeader)
  if (said !== null && said !== contentDigestFrom(sha256(read))) throw damaged()
}

export const damaged = () =>
  new ApiError('damaged_request', 'The request was damaged on its way. Nothing of it was done; send it again.')
