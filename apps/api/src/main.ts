// `npm start`. Node keeps what it made of our code and of the libraries', so that the next start is up sooner; that has to
// be said before the first of them is loaded.
import { enableCompileCache } from 'node:module'
import path from 'node:path'

enableCompileCache(path.resolve(import.meta.dirname, '../../../node_modules/.cache/wedsync/compiled'))
const { serve } = await import('./serve.ts')
await serve()
