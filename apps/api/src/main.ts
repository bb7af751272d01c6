// `npm start`. What has to be there before the first library is loaded, which takes a while: an ear for signals, and the
// place where Node keeps what it made of all that code, so that the next start is up sooner.
import { enableCompileCache } from 'node:module'
import path from 'node:path'
import { awaitEndOfDay } from './end-of-day.ts'

const end = awaitEndOfDay()
enableCompileCache(path.resolve(import.meta.dirname, '../../../node_modules/.cache/wedsync/compiled'))
const { serve } = await import('./serve.ts')
await serve(end)
