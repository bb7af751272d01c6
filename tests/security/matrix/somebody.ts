// Somebody with a token and a phone, asking over HTTP. What comes back is kept as all the bytes there were.
import { randomUUID } from 'node:crypto'
import type { JsonObject, Role } from '@wedsync/protocol'
import { aToken } from '../../../packages/server/src/testing/a-wedding.ts'

export type Fetch = (path: string, init?: RequestInit) => Response | Promise<Response>

export type Somebody = {
  /** How a finding speaks of them. */
  name: string
  /** What their membership says when the matrix asks; null for none. */
  role: Role | null
  userId: string
  personId: string
  organization: string
  claims: string
  deviceId: string
}

export type Wish = { method: string; path: string; body?: object; headers?: Record<string, string> }
export type Reply = {
  status: number
  /** Headers and body: everything a person could look at. */
  bytes: string
  text: string
  body: JsonObject
  /** Everything they said themselves: to hear it again tells them nothing. */
  sent: string
}

export const somebody = (name: string, role: Role | null, organization: string): Somebody => {
  const userId = randomUUID()
  return { name, role, userId, personId: randomUUID(), organization, claims: claimsOf(userId, organization), deviceId: randomUUID() } // prettier-ignore
}

const claimsOf = (userId: string, organization: string) =>
  JSON.stringify({ sub: userId, role: 'authenticated', app_metadata: { organization_id: organization } })

const tokens = new Map<string, Promise<string>>()
const tokenOf = ({ userId, organization }: Somebody): Promise<string> => {
  const made =
    tokens.get(userId) ??
    aToken({ sub: userId, role: 'authenticated', app_metadata: { organization_id: organization } })
  tokens.set(userId, made)
  return made
}

export const ask = async (fetch: Fetch, who: Somebody, { method, path, body, headers = {} }: Wish): Promise<Reply> => {
  const said = body ? JSON.stringify(body) : ''
  const response = await fetch(path, {
    method,
    headers: { authorization: `Bearer ${await tokenOf(who)}`, 'content-type': 'application/json', ...headers },
    ...(body && { body: said }),
  })
  const text = response.headers.get('content-type')?.startsWith('text/event-stream')
    ? await firstOf(response)
    : await response.text()
  const isJson = response.headers.get('content-type')?.startsWith('application/json')
  return {
    status: response.status,
    text,
    bytes: `${JSON.stringify([...response.headers])}\n${text}`,
    body: isJson ? (JSON.parse(text) as JsonObject) : {},
    sent: `${path} ${said} ${who.userId}`,
  }
}

/** A stream never ends by itself: what it says until its first page is told, or for a moment. */
const listenMs = 300
const firstOf = async ({ body }: Response): Promise<string> => {
  const reader = body!.getReader()
  const decoder = new TextDecoder()
  let text = ''
  const timer = setTimeout(() => void reader.cancel(), listenMs)
  for (;;) {
    const { done, value } = await reader.read()
    if (done) break
    text += decoder.decode(value, { stream: true })
    if (/^event: ping/m.test(text)) void reader.cancel()
  }
  clearTimeout(timer)
  return text
}
