// The page built for a browser, and a real server behind the same address, whose API can be out of reach.
import path from 'node:path'
import { build } from 'vite'
import { listen } from '../../../apps/api/src/listen.ts'
import { aNewcomer } from '../../../packages/server/src/testing/a-newcomer.ts'
import { agency, aToken, atTheEnd, aWedding } from '../../../packages/server/src/testing/a-wedding.ts'
import { keepEvidence } from '../../support/keep-evidence.ts'
import type { Who } from './page.ts'

export const aPage = async () => {
  const wedding = await aWedding()
  await keepEvidence(wedding.sql)
  const code = await builtPage()
  let isAway = true
  const answer = (request: Request): Response | Promise<Response> => {
    const { pathname } = new URL(request.url)
    if (pathname.startsWith('/api/'))
      return isAway ? new Response(null, { status: 503 }) : wedding.server.api.fetch(request)
    if (pathname === '/page.js') return new Response(code, { headers: { 'content-type': 'text/javascript' } })
    return new Response('<!doctype html><title>Barn</title><script type="module" src="/page.js"></script>', {
      headers: { 'content-type': 'text/html' },
    })
  }
  const { address, close } = await listen(answer, { host: '127.0.0.1', port: 0 })
  atTheEnd(close)
  return {
    ...{ wedding, address },
    /** The server is out of reach, or not. */
    isAway: (isIt: boolean) => void (isAway = isIt),
    somebody: async (): Promise<Who> => {
      const { userId: id, role, name } = await aNewcomer(wedding, 'planner')
      const organizationId = agency.organization.id
      const token = await aToken({ sub: id, role: 'authenticated', app_metadata: { organization_id: organizationId } })
      return { id, organizationId, role, name, token }
    },
  }
}

const builtPage = async (): Promise<string> => {
  const built = await build({
    ...{ configFile: false, logLevel: 'error', root: import.meta.dirname },
    build: {
      ...{ write: false, minify: false, target: 'es2023' },
      lib: { entry: path.join(import.meta.dirname, 'page.ts'), formats: ['es'], fileName: 'page' },
    },
  })
  const [output] = [built].flat()
  if (!output || !('output' in output)) throw new Error('the page was not built')
  const [chunk] = output.output
  return chunk.code
}
