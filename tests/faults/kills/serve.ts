// The program that is killed: the real server, listening, in a process of its own. Takes the database's address, a port and the key of
// the tokens; says its address. Ends with whoever started it.
import { createServer } from '@wedsync/server'
import { allCollections } from '@wedsync/wedding'
import { listen } from '../../../apps/api/src/listen.ts'

const [databaseUrl, port, secret, lastMigration] = process.argv.slice(2) as [string, string, string, string]

process.stdin.resume().on('end', () => process.exit())
const server = await createServer({
  ...{ databaseUrl, collections: allCollections, demoPeople: null, rateLimitPerMinute: 0, lastMigration },
  ...{ tokens: { secret, issuer: 'wedsync', audience: 'authenticated' }, logLevel: 'silent' },
})
const answer = (request: Request, environment: unknown) => server.api.fetch(request, environment)
const { address } = await listen(answer, { host: '127.0.0.1', port: Number(port) })
process.stdout.write(`${address}\n`)
