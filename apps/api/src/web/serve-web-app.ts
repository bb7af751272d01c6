// Takes a request for a page and where the app stands; hands back a file of it, or the page that stands in for it.
import type { WebFile, WebFiles } from './read-web-app.ts'
import { appPolicy, securityHeaders } from './security-headers.ts'
import { waitingPage } from './waiting-page.ts'

export type WebAppState = { step: 'building' } | { step: 'built'; files: WebFiles } | { step: 'failed'; why: string }

export const serveWebApp = (request: Request, state: WebAppState): Response => {
  const { pathname } = new URL(request.url)
  const isFile = /\.[^/]*$/.test(pathname)
  if (state.step !== 'built') return isFile ? notYet() : waitingPage(state.step === 'failed' ? state.why : undefined)
  // every address of a screen is the same page: the app finds out by itself which one is meant
  const file = state.files.get(pathname) ?? (isFile ? undefined : state.files.get('/index.html'))
  return file ? answerFile(request, file) : notFound()
}

const answerFile = (request: Request, file: WebFile): Response => {
  const headers: Record<string, string> = {
    ...securityHeaders(appPolicy),
    ...file.headers,
    ETag: `"${file.etag}"`,
    ...(file.zipped && { Vary: 'Accept-Encoding' }),
  }
  if (request.headers.get('if-none-match')?.includes(file.etag)) return new Response(null, { status: 304, headers })
  const isZipped = file.zipped && /\bgzip\b/.test(request.headers.get('accept-encoding') ?? '')
  const body = isZipped ? file.zipped! : file.body
  if (isZipped) headers['Content-Encoding'] = 'gzip'
  headers['Content-Length'] = String(body.length)
  return new Response(request.method === 'HEAD' ? null : body, { headers })
}

/** A device that asks for its service worker just now keeps the one it has. */
const notYet = (): Response =>
  new Response('The app is not built yet.\n', {
    status: 503,
    headers: { ...securityHeaders(appPolicy), 'Cache-Control': 'no-store', 'Retry-After': '5' },
  })

const notFound = (): Response =>
  new Response('There is nothing at this address.\n', {
    status: 404,
    headers: { ...securityHeaders(appPolicy), 'Cache-Control': 'no-store' },
  })
