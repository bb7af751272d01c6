// Every route there is: the server, the document of the wire and the tests read this list.
import type { Route } from '../route.ts'
import type { Steps } from '../steps.ts'
import { conflict, conflicts, resolveConflict, resolveTogether } from './conflicts.ts'
import { demoPeople, demoSignIn } from './demo.ts'
import { health, healthReady } from './health.ts'
import { history } from './history.ts'
import { discard, tryAgain } from './retry.ts'
import { sessionEnd, sessionOpen, sessionRead } from './session.ts'
import { status } from './status.ts'
import { stream } from './stream.ts'
import { syncPull } from './sync-pull.ts'
import { syncPush } from './sync-push.ts'
import { verify } from './verify.ts'

export const allRoutes: Route<Steps>[] = [
  syncPush,
  syncPull,
  stream,
  conflicts,
  // before the address that holds an id
  resolveTogether,
  conflict,
  resolveConflict,
  tryAgain,
  discard,
  history,
  verify,
  status,
  health,
  healthReady,
  demoPeople,
  demoSignIn,
  sessionOpen,
  sessionRead,
  sessionEnd,
]
