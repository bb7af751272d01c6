// Serves the document of the wire at /openapi.json and a page to read it at /docs, from files of our own: it works
// with the network gone and under a strict content policy.
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import path from 'node:path'
import { openApiOf } from './openapi.ts'
import type { Api } from './api.ts'
import { refusalsOf } from './refusals-of.ts'
import { ApiError } from './api-error.ts'
import type { Route } from './route.ts'

const files: Record<string, string> = {
  'swagger-ui.css': 'text/css; charset=utf-8',
  'swagger-ui-bundle.js': 'text/javascript; charset=utf-8',
  'favicon-32x32.png': 'image/png',
}
const folder = path.dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'))
const start = `window.onload = () => SwaggerUIBundle({ url: '/openapi.json', dom_id: '#docs', deepLinking: true })`
const page = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>WedSync · the wire</title>
<link rel="stylesheet" href="/docs/swagger-ui.css">
<link rel="icon" href="/docs/favicon-32x32.png">
<div id="docs"></div>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script>
</html>
`
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

export const serveDocs = <Steps>(api: Api, routes: Route<Steps>[]) => {
  const document = openApiOf(routes, refusalsOf)
  api.get('/openapi.json', (context) => context.json(document))
  api.get('/docs', (context) =>
    context.html(page, 200, { 'Content-Security-Policy': policy, 'X-Content-Type-Options': 'nosniff' }),
  )
  api.get('/docs/start.js', (context) => context.body(start, 200, { 'Content-Type': 'text/javascript; charset=utf-8' }))
  api.get('/docs/:file', async (context) => {
    const name = context.req.param('file')
    const type = files[name]
    if (!type) throw new ApiError('not_found', 'There is nothing at this address.')
    const body = await readFile(path.join(folder, name))
    return context.body(new Uint8Array(body), 200, { 'Content-Type': type, 'Cache-Control': 'max-age=3600' })
  })
}
