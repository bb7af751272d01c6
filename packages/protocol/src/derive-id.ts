// An id that follows from another: the same every time, so that what is put back after a restore finds itself again.
import { hashOf } from './checksum.ts'

/** A UUID (version 8) from SHA-256 over what it is for and what it follows from. */
export const deriveId = (what: string, from: string): string => {
  const hex = hashOf(`${what}:${from}`)
  const variant = ((parseInt(hex[16]!, 16) & 0x3) | 0x8).toString(16)
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}
