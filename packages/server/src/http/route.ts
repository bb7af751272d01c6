// A route is one value: what it takes, what it answers, and the one step it calls. The list of routes is the contract:
// the server, the document of the wire and the tests all read it.
import type * as z from 'zod/mini'
import type { Kind } from '../admission/create-lines.ts'
import type { Patience } from '../admission/patience.ts'
import type { Caller } from '../auth/caller.ts'
import type { SyncErrorCode } from '@wedsync/protocol'

type Schema = z.ZodMiniType

export type Asked<Body, Query> = {
  body: Body
  query: Query
  params: Record<string, string>
  requestId: string
  /** The header of this name, as it came. */
  header: (name: string) => string | undefined
  setHeader: (name: string, value: string) => void
  /** For steps in which one waits again. */
  patience: Patience
}

type Shape<Body extends Schema, Query extends Schema> = {
  method: 'GET' | 'POST' | 'DELETE'
  path: string
  summary: string
  takes?: Body
  /** What the document shows of the body, where each part is judged later and by itself. */
  shows?: Schema
  query?: Query
  answers: Schema
  /** A route that answers with server-sent events: what an event of each name carries. */
  streams?: Readonly<Record<string, Schema>>
  /** Codes of the registry this route may answer with, beside those every route has. */
  refuses: SyncErrorCode[]
  limitedAs?: 'push' | 'read' | 'sign-in'
  /** The line it waits in for the database, where what it asks says so; `null`: it needs none. */
  waitsAs: Kind | null | ((asked: { body: z.output<Body>; query: z.output<Query> }) => Kind)
}

/** `who: 'person'` needs a token and hands the caller on; `who: 'anyone'` does not ask. */
export type Route<Steps = never> = Shape<Schema, Schema> & {
  who: 'person' | 'anyone'
  handle: (asked: Asked<unknown, unknown>, steps: Steps, caller: Caller) => Promise<unknown>
}

export const route = <Steps, Body extends Schema = Schema, Query extends Schema = Schema>(
  shape: Shape<Body, Query> & {
    who: 'person' | 'anyone'
    handle: (asked: Asked<z.output<Body>, z.output<Query>>, steps: Steps, caller: Caller) => Promise<unknown>
  },
): Route<Steps> => shape as unknown as Route<Steps>
