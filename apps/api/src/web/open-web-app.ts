// Takes the app's folder; hands back what answers for it from the first moment on: the built app, or, when its sources
// have changed since, a page that waits for the new one.
import path from 'node:path'
import { BuildProblem, buildWebApp, type Building } from './build-web-app.ts'
import { findBuiltFingerprint, fingerprintSources } from './fingerprint-sources.ts'
import { readWebApp } from './read-web-app.ts'
import { serveWebApp, type WebAppState } from './serve-web-app.ts'

export type WebApp = {
  answer: (request: Request) => Response
  buildIfStale: () => void
  stop: () => Promise<void>
}

export const openWebApp = (app: string): WebApp => {
  const dist = path.join(app, 'dist')
  const fingerprint = fingerprintSources(path.resolve(app, '../..'))
  const isFresh = findBuiltFingerprint(dist) === fingerprint
  let state: WebAppState = isFresh ? { step: 'built', files: readWebApp(dist) } : { step: 'building' }
  let building: Building | undefined
  let isStopping = false

  const build = async (): Promise<void> => {
    try {
      building = buildWebApp(app, fingerprint)
      await building.done
      state = { step: 'built', files: readWebApp(dist) }
    } catch (error) {
      if (isStopping) return
      const why = error instanceof BuildProblem ? error.message : String(error)
      state = { step: 'failed', why }
      console.error(`The web app could not be built; the API goes on. ${why}`)
    }
  }
  return {
    answer: (request) => serveWebApp(request, state),
    buildIfStale: () => void (state.step === 'building' && !isStopping && build()),
    async stop() {
      isStopping = true
      await building?.stop()
    },
  }
}
