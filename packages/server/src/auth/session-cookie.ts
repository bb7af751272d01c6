// Makes and reads the cookie of a session. Its value is 256 random bits and a signature, so that a made-up one is refused
// without asking the database; the database keeps only a hash. What a page must repeat against forgery follows from the
// same bits: every tab gets the same, and nobody without the cookie can make it.  Keeps P7.
import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto'

/** `__Host-`: the browser takes it only over a safe line, for this host alone and its whole path. */
export const cookieName = '__Host-wedsync'

export type SessionKeys = { sessionHash: Buffer; csrfToken: string; csrfHash: Buffer }
export type NewSession = SessionKeys & { value: string }

export type SessionCookies = {
  make: () => NewSession
  /** Null for a header without a cookie of ours, with two of them, or with one that we did not make. */
  read: (header: string | undefined) => SessionKeys | null
}

const idBytes = 32
const signatureBytes = 16

/** `secret` is kept in the database, the same on every node; its other use is cursors, hence the words. */
export const createSessionCookies = (secret: Buffer): SessionCookies => {
  const key = createHmac('sha256', secret).update('cookie sessions').digest()
  const signatureOf = (id: Buffer) => createHmac('sha256', key).update(id).digest().subarray(0, signatureBytes)
  const keysOf = (id: Buffer): SessionKeys => {
    const csrfToken = createHmac('sha256', id).update('said by the page').digest('base64url')
    return { sessionHash: sha256(id), csrfToken, csrfHash: sha256(csrfToken) }
  }
  return {
    make: () => {
      const id = randomBytes(idBytes)
      return { ...keysOf(id), value: Buffer.concat([id, signatureOf(id)]).toString('base64url') }
    },
    read: (header) => {
      const value = valueIn(header)
      if (value === null) return null
      const bytes = Buffer.from(value, 'base64url')
      if (bytes.length !== idBytes + signatureBytes) return null
      const id = bytes.subarray(0, idBytes)
      return timingSafeEqual(bytes.subarray(idBytes), signatureOf(id)) ? keysOf(id) : null
    },
  }
}

export const cookieOf = (value: string, seconds: number): string =>
  `${cookieName}=${value}; Path=/; Max-Age=${seconds}; HttpOnly; Secure; SameSite=Strict`

/** What makes a browser forget it. */
export const noCookie = cookieOf('', 0)

export const hasCookie = (header: string | undefined): boolean => valuesIn(header).length > 0

const valueIn = (header: string | undefined): string | null => {
  const values = valuesIn(header)
  // two of one name: one of them was planted
  return values.length === 1 && /^[\w-]{64}$/.test(values[0]!) ? values[0]! : null
}

const valuesIn = (header = ''): string[] =>
  header
    .split(';')
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(`${cookieName}=`))
    .map((pair) => pair.slice(cookieName.length + 1))

export const sha256 = (bytes: Buffer | string): Buffer => createHash('sha256').update(bytes).digest()
