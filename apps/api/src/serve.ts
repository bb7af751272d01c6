// Joins the engine to the wedding, and listens. Database, demo data, API, then the address, and only then the web app,
// which is built beside a server that is in use already. Whatever ends this process, nothing is left running.
import path from 'node:path'
import { existsSync } from 'node:fs'
import pg from 'pg'
import { keptSecret, PostgresProblem } from '@wedsync/postgres'
import { ConfigProblem, readConfig } from './config.ts'
import { createJoinedApi } from './create-joined-api.ts'
import { loadDemo } from './demo/load-demo.ts'
import type { EndOfDay } from './end-of-day.ts'
import { checkPortIsFree, listen, ListenProblem } from './listen.ts'
import { migrationsFolder, openDatabase, type Database } from './open-database.ts'
import { printWelcome } from './print-welcome.ts'
import { isForApi } from './web/is-for-api.ts'
import { openWebApp, type WebApp } from './web/open-web-app.ts'

const project = path.resolve(import.meta.dirname, '../../..')

/** Ends with the process: 0 when somebody asked for it, 1 when something went wrong. */
export const serve = async (end: EndOfDay): Promise<never> => {
  const fault = await run(end).catch((thrown: unknown) => thrown)
  if (fault !== undefined) tell(database ? database.explain(fault) : fault)
  for (const stop of stops.reverse()) await stop().catch(tell)
  process.exit(fault === undefined ? 0 : 1)
}

/** What has to be stopped, the latest first. */
const stops: (() => Promise<void>)[] = []
let database: Database | undefined
let webApp: WebApp | undefined

const run = async (end: EndOfDay): Promise<unknown> => {
  end.onImpatience(leaveNow)
  if (end.hasCome()) return end.comes
  if (existsSync(path.join(project, '.env'))) process.loadEnvFile(path.join(project, '.env'))
  const config = readConfig(process.env, { project, keptSecret })
  if (config.isStartedByNpm) end.watchParent()

  await checkPortIsFree(config)
  database = await openDatabase(config, migrationsFolder)
  stops.push(database.stop)
  const today = new Date().toISOString().slice(0, 10)
  if (config.isDemo && !end.hasCome()) await loadDemoInto(database, today)
  if (end.hasCome()) return end.comes

  const { api, endStreams, close } = await createJoinedApi(config, database)
  stops.push(close)
  webApp = openWebApp(path.join(project, 'apps/coordinator'))
  stops.push(webApp.stop)
  const { answer: answerPage } = webApp
  const answer = (request: Request, environment: unknown) =>
    isForApi(request) ? api.fetch(request, environment) : answerPage(request)
  const listening = await listen(answer, config)
  stops.push(listening.close)
  // before that: whoever waits for the answers under way would wait for streams, too
  stops.push(endStreams)

  await printWelcome(listening.address, api, config.isDemo)
  webApp.buildIfStale()
  return end.comes
}

const loadDemoInto = async ({ adminUrl }: Database, today: string): Promise<void> => {
  const admin = new pg.Pool({ connectionString: adminUrl, max: 2 })
  admin.on('error', () => undefined)
  await loadDemo(admin, today).finally(() => admin.end())
}

/** The second Ctrl-C: nothing is waited for, and still nothing is left running. */
const leaveNow = (): void => {
  void Promise.allSettled([webApp?.stop(), database?.stopNow()]).then(() => process.exit(1))
}

const tell = (fault: unknown): void => {
  const isForPeople = [ConfigProblem, ListenProblem, PostgresProblem].some((kind) => fault instanceof kind)
  console.error(isForPeople ? (fault as Error).message : fault)
}
