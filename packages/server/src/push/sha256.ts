// SHA-256 as the platform has it: a server hashes every change twice, and the one in JavaScript is four times slower.
import { hash } from 'node:crypto'

/** Lower case hex over the text's UTF-8. */
export const sha256 = (text: string): string => hash('sha256', text, 'hex')
