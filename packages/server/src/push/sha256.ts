// SHA-256 as the platform has it: a server hashes every change twice, and the one in JavaScript is four times slower.
import { hash } from 'node:crypto'

/** Lower case hex over the bytes, or a text's UTF-8. */
export const sha256 = (of: string | Uint8Array): string => hash('sha256', of, 'hex')
