// The page that stands in for the app while it is built, and says so when it cannot be. It reloads itself without a script.
import { createHash } from 'node:crypto'
import { securityHeaders } from './security-headers.ts'

const style =
  'body{font:1.1rem/1.5 system-ui,sans-serif;max-width:34rem;margin:20vh auto;padding:0 1rem;color:#222;background:#fff}' +
  '@media(prefers-color-scheme:dark){body{color:#eee;background:#161616}}'
const policy = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'`,
  "frame-ancestors 'none'",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ')

export const waitingPage = (whyNot?: string): Response =>
  whyNot === undefined
    ? page(
        2,
        'The app is being built',
        'It takes about a minute the first time. This page opens it by itself. The API is ready already.',
      )
    : page(15, 'The app could not be built', `The API works all the same. The reason: ${whyNot}`)

const page = (reloadSeconds: number, title: string, text: string): Response => {
  const html =
    `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">` +
    `<meta http-equiv="refresh" content="${reloadSeconds}"><title>WedSync: ${title}</title><style>${style}</style>` +
    `<main><h1>${title}</h1><p role="status">${escaped(text)}</p></main></html>\n`
  return new Response(html, {
    headers: { ...securityHeaders(policy), 'Content-Type': 'text/html; charset=utf-8', 'Cache-Control': 'no-store' },
  })
}

const escaped = (text: string): string => text.replaceAll(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`)
