// The fingerprint of a change: SHA-256 over its canonical JSON. The device writes it, the server checks it, and the
// ledger keeps a second one over the whole change to tell a replay from another payload under the same id.  Keeps P1.
import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js'
import { canonicalJson, type Json, type JsonObject } from './json.ts'

/** What a checksum covers. */
export type ChecksumParts = {
  action: string
  table: string
  id: string
  baseVersion?: number | null | undefined
  data: JsonObject
}

/** SHA-256 of the canonical JSON of `{action, table, id, baseVersion, data}`, in lower case hex; no base version is `null`. */
export const checksumOf = (parts: ChecksumParts): string => hashOfText(checksumText(parts))

/** The text a checksum is made over. */
export const checksumText = ({ action, table, id, baseVersion, data }: ChecksumParts): string =>
  canonicalJson({ action, table, id, baseVersion: baseVersion ?? null, data })

/** SHA-256 of a value's canonical JSON, in lower case hex. */
export const hashOf = (value: Json): string => hashOfText(canonicalJson(value))

/** SHA-256 of a text's UTF-8, in lower case hex. */
export const hashOfText = (text: string): string => bytesToHex(sha256(utf8ToBytes(text)))
