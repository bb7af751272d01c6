// GET and POST /api/auth/demo — on the embedded demo only: who there is, and a token to be one of them.
import { DemoPeople, DemoSignIn, SignedIn } from '@wedsync/protocol'
import { ApiError } from '../api-error.ts'
import { route } from '../route.ts'
import type { Steps } from '../steps.ts'

export const demoPeople = route<Steps>({
  method: 'GET',
  path: '/api/auth/demo',
  summary: 'The demo people',
  who: 'anyone',
  answers: DemoPeople,
  refuses: ['not_found'],
  waitsAs: null,
  handle: (_asked, { demo }) => Promise.resolve(theDemo(demo).people),
})

export const demoSignIn = route<Steps, typeof DemoSignIn>({
  method: 'POST',
  path: '/api/auth/demo',
  summary: 'Sign in as a demo person',
  who: 'anyone',
  takes: DemoSignIn,
  answers: SignedIn,
  refuses: ['not_found'],
  limitedAs: 'sign-in',
  waitsAs: null,

  async handle({ body, requestId }, { demo, seen }) {
    const { people, issueToken } = theDemo(demo)
    const person = people.find(({ email }) => email === body.email.trim().toLowerCase())
    if (!person) throw new ApiError('not_found', 'There is no demo person with this email.')
    const { userId: id, organizationId, role, name } = person
    seen.demoSignIn(requestId, { userId: id, organizationId })
    return { token: await issueToken(id, organizationId), user: { id, organizationId, role, name } }
  },
})

const theDemo = (demo: Steps['demo']) => {
  if (!demo) throw new ApiError('not_found', 'There is nothing at this address.')
  return demo
}
